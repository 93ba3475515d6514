/**
 * The responder: detections become jobs, jobs become signed commands, receipts close the loop. A job is durable before
 * the detection's offset is committed, and its id is derived, so a crash anywhere neither forgets an answer nor gives it
 * twice: the node obeys a command id once.
 */
import type { Clock } from '#runtime/clock/clock.ts';
import { deadLetter } from '#runtime/event-log/dead-letter.ts';
import type { ConsumeOptions, EventLog, LogBatch, LogRecord, Producer, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Job, JobQueue } from '#runtime/job-queue/job-queue.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey, readTrustedKeys, type SigningKey } from '#runtime/signing/keyring.ts';
import { domains, verifyRecord } from '#runtime/signing/signature.ts';
import { codec, DecodeError } from '#schemas/codec/codec.ts';
import type { Detection, Receipt } from '#schemas/generated/types.gen.ts';
import { topics, type Topic } from '#schemas/topics.ts';
import { commandRecord, isActionable, orderOf, orderSchema } from './command.ts';
import type { Playbook } from './playbook/playbook.ts';
import type { ResponderSettings } from './settings.ts';

export interface Ports {
  readonly log: EventLog;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
}

const detections = codec('detection');
const receipts = codec('receipt');

/** A job is tried for about a minute; then the detection is too old to be answered anyway. */
const jobAttempts = 8;

export async function startResponder(settings: ResponderSettings, playbooks: readonly Playbook[], ports: Ports): Promise<Service> {
  const { log, jobs, logger } = ports;
  await log.createTopics([topics.detections, topics.commands, topics.receipts, topics.detectionsDlq, topics.receiptsDlq]);
  // A worker waits for its queue without a word; this one says so.
  await jobs.counts();
  const producer = await log.producer();
  const key = openSigningKey(settings.home, 'responder', 'command', ['process_kill']);
  const responder = new Responder(settings, playbooks, ports, producer, key);
  const worker = await jobs.work((job) => responder.issue(job), {
    concurrency: settings.concurrency,
    attempts: jobAttempts,
    retryDelayMs: settings.retryDelayMs,
    onError: reportJobErrors(ports),
  });
  const consume = (topic: Topic, handle: (batch: LogBatch) => Promise<LogRecord[]>) => log.consume(consumeOptions(settings, topic, logger), handle);
  const answers = await consume(topics.detections, (batch) => responder.answer(batch));
  const closing = await consume(topics.receipts, (batch) => responder.close(batch));
  logger.info({ playbooks: playbooks.map((playbook) => playbook.name), respond: settings.respond }, 'answering');
  return { close: () => closeAll([producer, worker, closing, answers]) };
}

class Responder {
  private readonly settings: ResponderSettings;
  private readonly playbooks: readonly Playbook[];
  private readonly ports: Ports;
  private readonly producer: Producer;
  private readonly key: SigningKey;

  constructor(settings: ResponderSettings, playbooks: readonly Playbook[], ports: Ports, producer: Producer, key: SigningKey) {
    this.settings = settings;
    this.playbooks = playbooks;
    this.ports = ports;
    this.producer = producer;
    this.key = key;
  }

  /** Handler of the detections topic. */
  async answer(batch: LogBatch): Promise<LogRecord[]> {
    const outputs: LogRecord[] = [];
    const jobs: Job[] = [];
    for (const record of batch.records) {
      const detection = decode(detections, record);
      if (detection instanceof DecodeError) outputs.push(this.deadLetter(record, topics.detectionsDlq, detection.code));
      else jobs.push(...this.jobsFor(detection));
    }
    if (jobs.length > 0) await this.ports.jobs.add(jobs);
    return outputs;
  }

  /** Handler of jobs. */
  async issue(job: Job): Promise<void> {
    const { clock, logger } = this.ports;
    const order = orderSchema.parse(job.data);
    const ageMs = clock.nowMs() - order.detectedMs;
    if (ageMs > this.settings.detectionAgeMs) {
      logger.warn({ command: order.id, detection: order.detectionId, ageMs }, 'too old to be answered');
      return;
    }
    await this.producer.append([commandRecord(order, this.key, clock.nowMs(), this.settings.commandTtlMs)]);
    logger.info({ command: order.id, detection: order.detectionId, playbook: order.playbook, mode: order.mode, target: order.target }, 'ordered');
  }

  /** Handler of the receipts topic. */
  async close(batch: LogBatch): Promise<LogRecord[]> {
    const keys = readTrustedKeys(this.settings.home, 'receipt', (err) => this.ports.logger.error({ err }, 'ignored a trust file'));
    return batch.records.flatMap((record) => {
      const verified = verifyRecord(domains.receipt, record.value, record.headers, keys);
      if (!verified.ok) return [this.deadLetter(record, topics.receiptsDlq, verified.reason)];
      const receipt = decode(receipts, record);
      if (receipt instanceof DecodeError) return [this.deadLetter(record, topics.receiptsDlq, receipt.code)];
      // A node speaks for itself only.
      if (verified.key.name !== `node-${receipt.node}`) return [this.deadLetter(record, topics.receiptsDlq, 'wrong_node')];
      this.ports.logger.info(reported(receipt), 'receipt');
      return [];
    });
  }

  private jobsFor(detection: Detection): Job[] {
    if (!isActionable(detection)) return [];
    return this.playbooks
      .filter((playbook) => playbook.answers(detection))
      .flatMap((playbook) => {
        const mode = this.settings.respond === 'enforce' ? playbook.mode : 'observe';
        return playbook.steps.map((step) => {
          const order = orderOf(detection, playbook, step, mode);
          return { id: order.id, data: order };
        });
      });
  }

  private deadLetter(record: ReceivedRecord, topic: Topic, reason: string): LogRecord {
    this.ports.logger.warn({ code: 'RECORD_UNDECODABLE', reason, topic: record.topic, partition: record.partition, offset: record.offset }, 'set aside a record');
    return deadLetter(record, topic.name, reason);
  }
}

/** Redis clients report each refused connection, several in a second. */
const queueQuietMs = 5_000;

function reportJobErrors({ clock, logger }: Ports): (err: unknown, job: Job | undefined) => void {
  let quietUntilMs = -Infinity;
  return (err, job) => {
    if (job !== undefined) return logger.error({ err, job: job.id }, 'job failed');
    if (clock.monotonicMs() < quietUntilMs) return;
    quietUntilMs = clock.monotonicMs() + queueQuietMs;
    logger.warn({ err }, 'job queue: trying again');
  };
}

function reported({ command_id: command, node, status, reason, detection_id: detection }: Receipt): object {
  return { command, node, status, reason, detection };
}

function decode<T>(from: { decode(bytes: Buffer): T }, record: ReceivedRecord): T | DecodeError {
  try {
    return from.decode(record.value);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

function consumeOptions(settings: ResponderSettings, topic: Topic, logger: Logger): ConsumeOptions {
  return {
    group: `ringfence-responder-${topic.name.split('.')[1]}`,
    topics: [topic.name],
    from: 'earliest',
    maxWaitMs: settings.fetchMaxWaitMs,
    maxBytes: 1 << 20,
    commitIntervalMs: 500,
    retryDelayMs: settings.retryDelayMs,
    onError: (err) => logger.warn({ err, topic: topic.name }, 'trying again'),
  };
}
