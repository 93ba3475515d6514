/** The machine's clocks. */
import type { Clock } from './clock.ts';

const nsPerMs = 1_000_000n;

export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    nowNs: () => BigInt(Date.now()) * nsPerMs,
    monotonicMs: () => performance.now(),
    sleep,
    every,
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

function every(ms: number, task: () => void | Promise<void>): Disposable {
  let running = false;
  const timer = setInterval(async () => {
    if (running) return;
    running = true;
    try {
      await task();
    } finally {
      running = false;
    }
  }, ms);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
