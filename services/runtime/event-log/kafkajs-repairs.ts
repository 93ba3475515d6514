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

stopIdleTimers();
rememberCoordinators();
