/** Waits for what other processes bring about. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than Kafka takes to replace a dead group member. */
const timeoutMsDefault = 40_000;

/** The first defined result of `probe`; rejects with its last error, or for lack of a result, when the time is over. */
export async function eventually<T>(probe: () => Promise<T | undefined> | T | undefined, timeoutMs = timeoutMsDefault): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms`);
    await sleep(100);
  }
}
