/**
 * Where kafkajs 2.2.4 is configured, and kept from leaking: clients with explicit timeouts, its log, its errors in our
 * codes, and the repairs it needs.
 */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import type { Admin, Kafka, logCreator as LogCreator, RetryOptions } from 'kafkajs';
import { RingfenceError } from '../errors.ts';
import { releaseEncoder } from './kafkajs-repairs.ts';

export interface KafkaLogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface KafkaClientOptions {
  /** At least one `host:port`, separated by commas. */
  readonly brokers: string;
  /** Names this process in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Of what producers append, where it is worth it (see compressedFromBytes); every codec listed here is read. */
  readonly compression?: 'none' | 'gzip' | 'zstd';
  /** A group member that is silent for this long is replaced. Default 10,000; brokers allow no less than 6,000. */
  readonly sessionTimeoutMs?: number;
  /** What kafkajs has to say, mostly about retries that went well. Nowhere by default. */
  readonly onLog?: (line: KafkaLogLine) => void;
}

const connectTimeoutMs = 3_000;
const requestTimeoutMs = 10_000;

/** How long a one-shot call (topics, producer) may take until the log counts as unreachable. */
export const reachTimeoutMs = 10_000;

/** A broker that restarts is back within these: 50 + 100 + … ≈ 5 s. Longer outages are retried above, and reported. */
export const retry: RetryOptions = { initialRetryTime: 50, multiplier: 2, factor: 0.2, maxRetryTime: 1_500, retries: 7 };

/** The most bytes that one compressed batch may grow to: a fetch is bounded, so is what it holds. */
const decompressedBytesMax = 64 * 1024 * 1024;

/**
 * A new client for each producer, consumer and admin: clients of one `Kafka` share a table of committed offsets, in
 * which two members of a group would erase each other's entries.
 */
export function kafkaClient(options: KafkaClientOptions): Kafka {
  return new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: options.brokers.split(',').map((broker) => broker.trim()),
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry,
    logLevel: options.onLog === undefined ? kafkajs.logLevel.NOTHING : kafkajs.logLevel.INFO,
    logCreator: logTo(options.onLog),
  });
}

/** Records of fewer bytes go as they are: compressing costs a turn of the event loop, which is latency. */
const compressedFromBytes = 4_096;

/** kafkajs's number for how a request with these records is sent. */
export function compressionOf(records: readonly { readonly value: Uint8Array }[], compression: KafkaClientOptions['compression'] = 'none'): number {
  const { CompressionTypes } = kafkajs;
  const bytes = records.reduce((sum, { value }) => sum + value.byteLength, 0);
  if (bytes < compressedFromBytes) return CompressionTypes.None;
  return { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, zstd: CompressionTypes.ZSTD }[compression];
}

/** Runs `work` with an admin connection that is opened and closed for it. */
export async function withAdmin<T>(options: KafkaClientOptions, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(options).admin({ retry });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Rejects with EVENT_LOG_UNREACHABLE when `work` takes too long; maps what it rejects with. */
export async function reach<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLong = () => reject(new RingfenceError('EVENT_LOG_UNREACHABLE', `${what}: no answer in ${reachTimeoutMs} ms`));
    timer = setTimeout(tooLong, reachTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw eventLogError(what, error);
  } finally {
    clearTimeout(timer);
  }
}

/** EVENT_LOG_REJECTED when a broker answered with an error that a retry won't change, else EVENT_LOG_UNREACHABLE. */
export function eventLogError(what: string, cause: unknown): RingfenceError {
  if (cause instanceof RingfenceError) return cause;
  const answer = protocolError(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  if (answer === undefined) return new RingfenceError('EVENT_LOG_UNREACHABLE', `${what}: ${why}`, { cause });
  const code = answer.retriable ? 'EVENT_LOG_UNREACHABLE' : 'EVENT_LOG_REJECTED';
  return new RingfenceError(code, `${what}: ${why}`, { cause, details: { kafka: answer.type } });
}

/** The broker's error in the chain of causes: UNKNOWN_TOPIC_OR_PARTITION, INVALID_PRODUCER_EPOCH, … */
export function protocolError(error: unknown): { type: string; retriable: boolean } | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof kafkajs.KafkaJSAggregateError && at.errors[0] !== undefined) return protocolError(at.errors[0]);
    if (at instanceof kafkajs.KafkaJSProtocolError) {
      // kafkajs counts it as retriable because metadata may be stale; it has refreshed them when this arrives here.
      return { type: at.type, retriable: at.retriable && at.type !== 'UNKNOWN_TOPIC_OR_PARTITION' };
    }
  }
  return undefined;
}

function logTo(onLog: KafkaClientOptions['onLog']): LogCreator {
  const levels = { 1: 'error', 2: 'warn', 4: 'info', 5: 'debug' } as const;
  return () => ({ level, log }) => {
    const { message, timestamp: _, logger: __, ...details } = log;
    if (level !== 0) onLog?.({ level: levels[level], message, details });
  };
}

/**
 * Level 1: a batch of events shrinks to a tenth and less at any level, and what it costs is the collector's one core. The
 * window is small: events repeat those right before them. A compressor for each call is not what brings garbage
 * collections on (none more in 3,000 calls): its memory is given back at the end of the call.
 */
const zstdParameters = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 16 } };

const zstd = {
  async compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> {
    const compressed = await promisify(zstdCompress)(encoder.buffer, zstdParameters);
    releaseEncoder(encoder);
    return compressed;
  },
  decompress: (buffer: Buffer) => promisify(zstdDecompress)(buffer, { maxOutputLength: decompressedBytesMax }),
};

// kafkajs brings gzip only.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => zstd;
