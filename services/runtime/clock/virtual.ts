/**
 * Time that moves only when told to, for tests, simulation and replay. Timers run in order of their due time, then of
 * their creation; while one runs, the clock shows its due time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from './clock.ts';

const nsPerMs = 1_000_000;

interface Timer {
  readonly dueNs: bigint;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  readonly #startNs: bigint;
  #nowNs: bigint;
  #created = 0;
  readonly #timers = new Set<Timer>();

  /** `startMs`: the wall time it begins at, in ms since the epoch. */
  constructor(startMs = 0) {
    this.#startNs = toNs(startMs);
    this.#nowNs = this.#startNs;
  }

  nowMs(): number {
    return Number(this.#nowNs / BigInt(nsPerMs));
  }

  nowNs(): bigint {
    return this.#nowNs;
  }

  monotonicMs(): number {
    return Number(this.#nowNs - this.#startNs) / nsPerMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#schedule(ms, done);
      signal?.addEventListener('abort', done);
    });
  }

  every(ms: number, task: () => void | Promise<void>): Disposable {
    if (!(ms > 0)) throw new RangeError(`a period must be above 0 ms, not ${ms}`);
    let running = false;
    const run = () => {
      timer = this.#schedule(ms, run);
      if (!running) void once();
    };
    const once = async () => {
      running = true;
      try {
        await task();
      } finally {
        running = false;
      }
    };
    let timer = this.#schedule(ms, run);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /**
   * Moves time forward by `ms` (fractions to 1 ns). After each timer the promises it settled run, one turn of the
   * event loop long; work that waits for real input or output is not waited for.
   */
  async advance(ms: number): Promise<void> {
    const untilNs = this.#nowNs + toNs(ms);
    await turn();
    for (let timer = this.#nextDue(untilNs); timer !== undefined; timer = this.#nextDue(untilNs)) {
      this.#timers.delete(timer);
      this.#nowNs = timer.dueNs;
      timer.run();
      await turn();
    }
    this.#nowNs = untilNs;
  }

  #schedule(ms: number, run: () => void): Timer {
    const timer = { dueNs: this.#nowNs + toNs(ms), order: this.#created++, run };
    this.#timers.add(timer);
    return timer;
  }

  #nextDue(untilNs: bigint): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueNs <= untilNs && (next === undefined || before(timer, next))) next = timer;
    }
    return next;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.dueNs === b.dueNs ? a.order < b.order : a.dueNs < b.dueNs;
}

function toNs(ms: number): bigint {
  return BigInt(Math.round(Math.max(0, ms) * nsPerMs));
}
