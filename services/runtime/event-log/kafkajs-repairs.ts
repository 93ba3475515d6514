/**
 * Repairs of kafkajs 2.2.4, which has been unmaintained since 2023: methods of its inner classes, replaced once for
 * the process. Each names what is wrong; a changed version of kafkajs has to be held against this file.
 */
import { createRequire } from 'node:module';
import { systemClock } from '../clock/system.ts';

const clock = systemClock();
const load = createRequire(import.meta.url);

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs#1751: with nothing pending, each connection re-arms a timer with a negative delay for ever, which newer Node
 * warns about and which wakes an idle process every millisecond. A request that is answered checks the queue anyway.
 */
function stopIdleTimers(): void {
  const { prototype } = load('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}

interface CoordinatorQuestion {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface Cluster {
  findGroupCoordinator(question: CoordinatorQuestion): Promise<Broker>;
  findBroker(at: { nodeId: string }): Promise<Broker>;
}

interface Broker {
  readonly nodeId: string;
}

interface KnownCoordinator {
  readonly nodeId: string;
  readonly untilMs: number;
}

/** A coordinator that has moved is asked in vain for this long at most; the caller retries meanwhile. */
const coordinatorKeptMs = 1_000;

/** Groups and transactional ids asked about through one client: a handful; more would be a leak. */
const coordinatorsMax = 64;

/**
 * A transaction asks four times who coordinates it, a request each beside the five that do the
 * work, and kafkajs remembers no answer. An answer is now kept for a second.
 */
function rememberCoordinators(): void {
  const { prototype } = load('kafkajs/src/cluster/index.js') as { prototype: Cluster };
  const ask = prototype.findGroupCoordinator;
  const remembered = new WeakMap<Cluster, Map<string, KnownCoordinator>>();
  prototype.findGroupCoordinator = async function (this: Cluster, question) {
    let known = remembered.get(this);
    if (known === undefined) remembered.set(this, (known = new Map()));
    const key = `${question.coordinatorType ?? 0} ${question.groupId}`;
    const answer = known.get(key);
    const nowMs = clock.monotonicMs();
    if (answer !== undefined && answer.untilMs > nowMs) return this.findBroker({ nodeId: answer.nodeId });
    const broker = await ask.call(this, question);
    if (known.size >= coordinatorsMax) known.clear();
    known.set(key, { nodeId: broker.nodeId, untilMs: nowMs + coordinatorKeptMs });
    return broker;
  };
}

interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(length: number): void;
  writeEncoderArray(encoders: readonly Encoder[]): Encoder;
}

/**
 * An encoder's memory is cleared, doubled and copied until all is in, and used once: each record of a request, then all of
 * them again. Under a flood of events that was most of the memory that the collector asked for, all of it left to V8's
 * garbage collector. Large pieces are now asked for once, uncleared, and used again.
 */
function reuseLargeMemory(): void {
  const { prototype } = load('kafkajs/src/protocol/encoder.js') as { prototype: Encoder };
  const ensureAvailable = prototype.ensureAvailable;
  const writeEncoderArray = prototype.writeEncoderArray;
  prototype.ensureAvailable = function (this: Encoder, length) {
    if (length < largeBytes || this.offset + length <= this.buf.length) return ensureAvailable.call(this, length);
    const larger = largeMemory(this.offset + length + largeMarginBytes);
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
  prototype.writeEncoderArray = function (this: Encoder, encoders) {
    this.ensureAvailable(encoders.reduce((sum, { offset }) => sum + offset, 0));
    const written = writeEncoderArray.call(this, encoders);
    // A list's members are made for it and written once: records into their batch, headers into their record.
    for (const encoder of encoders) keepMemory(encoder);
    return written;
  };
}

/** Memory of encoders that were written and are done with. */
const spares: Buffer[] = [];

/** Of 1 MiB at most: the records of a full request and their list, for the one or two requests that are encoded at a time. */
const sparesMax = 12;

/** In powers of two, so that what one request leaves fits the next. */
function largeMemory(bytes: number): Buffer {
  const size = 2 ** Math.ceil(Math.log2(bytes));
  const index = spares.findIndex(({ length }) => length === size);
  return index < 0 ? Buffer.allocUnsafeSlow(size) : spares.splice(index, 1)[0]!;
}

/** The encoder is done with: nobody writes to it or reads from it any more. */
export function releaseEncoder(encoder: { readonly buffer: Buffer }): void {
  keepMemory(encoder as unknown as Encoder);
}

function keepMemory(encoder: Encoder): void {
  const { buf } = encoder;
  if (buf.length < largeBytes) return;
  encoder.buf = nothing;
  if (spares.length >= sparesMax) spares.shift();
  spares.push(buf);
}

/** What an encoder holds that is done with: a late reader fails instead of sending another request's bytes. */
const nothing = Buffer.alloc(0);

/** Below this, growing by powers of two is the better way. */
const largeBytes = 65_536;

/** For what follows a large part: headers, lengths. */
const largeMarginBytes = 1_024;

stopIdleTimers();
rememberCoordinators();
reuseLargeMemory();
