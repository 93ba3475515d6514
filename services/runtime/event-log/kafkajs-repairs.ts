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
 * An encoder grows to the next power of two, cleared, and a list of encoders is written one by one, growing on the way:
 * a request of 800 kB takes 3 MB of new memory, outside of V8's heap, which answers every 64 MB of it with a full garbage
 * collection. Under a flood of events that was a third of the collector's time. Now it grows to what is asked for when
 * that is large, uncleared, and a list once.
 */
function growToSize(): void {
  const { prototype } = load('kafkajs/src/protocol/encoder.js') as { prototype: Encoder };
  const ensureAvailable = prototype.ensureAvailable;
  const writeEncoderArray = prototype.writeEncoderArray;
  prototype.ensureAvailable = function (this: Encoder, length) {
    if (length < largeBytes || this.offset + length <= this.buf.length) return ensureAvailable.call(this, length);
    const larger = spareFor(this.offset + length + largeMarginBytes);
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };
  prototype.writeEncoderArray = function (this: Encoder, encoders) {
    this.ensureAvailable(encoders.reduce((sum, { offset }) => sum + offset, 0));
    return writeEncoderArray.call(this, encoders);
  };
}

/** Memory of encoders that were written and are done with. */
const spares: Buffer[] = [];

/** One for each of the few requests that one process compresses at a time. */
const sparesMax = 4;

function spareFor(bytes: number): Buffer {
  const index = spares.findIndex((spare) => spare.length >= bytes);
  return index < 0 ? Buffer.allocUnsafeSlow(bytes) : spares.splice(index, 1)[0]!;
}

/** The encoder is done with: nobody writes to it or reads from it any more. */
export function releaseEncoder(encoder: { readonly buffer: Buffer }): void {
  const { buf } = encoder as unknown as Encoder;
  if (buf.length >= largeBytes && spares.length < sparesMax) spares.push(buf);
}

/** Below this, growing by powers of two is the better way. */
const largeBytes = 65_536;

/** For what follows a large part: headers, lengths. */
const largeMarginBytes = 1_024;

stopIdleTimers();
rememberCoordinators();
growToSize();
