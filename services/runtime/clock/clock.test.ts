import { describe, expect, it } from 'vitest';
import { systemClock } from './system.ts';
import { VirtualClock } from './virtual.ts';

describe('the virtual clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new VirtualClock(5_000);
    let woke = false;
    void clock.sleep(10).then(() => (woke = true));
    await clock.advance(9);
    expect(woke).toBe(false);
    await clock.advance(1);
    expect(woke).toBe(true);
    expect([clock.nowMs(), clock.nowNs(), clock.monotonicMs()]).toEqual([5_010, 5_010_000_000n, 10]);
  });

  it('runs timers in order of due time, then of creation, each at its own time', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    for (const [name, ms] of [['late', 30], ['first', 10], ['second', 10]] as const) {
      void clock.sleep(ms).then(() => log.push(`${name}@${clock.nowMs()}`));
    }
    await clock.advance(100);
    expect(log).toEqual(['first@10', 'second@10', 'late@30']);
  });

  it('runs within one advance the timers that other timers start', async () => {
    const clock = new VirtualClock();
    const log: number[] = [];
    void (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10);
        log.push(clock.nowMs());
      }
    })();
    await clock.advance(25);
    expect(log).toEqual([10, 20]);
    await clock.advance(5);
    expect(log).toEqual([10, 20, 30]);
  });

  it('wakes a sleeper when its signal aborts, and keeps no timer for it', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const slept = clock.sleep(1_000, stop.signal);
    stop.abort();
    await slept;
    await clock.sleep(1_000, stop.signal);
    expect(clock.nowMs()).toBe(0);
  });

  it('repeats a task until disposed and never overlaps a run with itself', async () => {
    const clock = new VirtualClock();
    const starts: number[] = [];
    const repeating = clock.every(10, async () => {
      starts.push(clock.nowMs());
      await clock.sleep(15);
    });
    await clock.advance(45);
    repeating[Symbol.dispose]();
    await clock.advance(100);
    expect(starts).toEqual([10, 30]);
  });

  it('refuses a period of 0, which would never let an advance end', () => {
    expect(() => new VirtualClock().every(0, () => {})).toThrow(RangeError);
  });
});

describe('the system clock', () => {
  it('reads one wall time in ms and in ns', () => {
    const clock = systemClock();
    const before = clock.nowMs();
    const ns = clock.nowNs();
    expect(Number(ns / 1_000_000n)).toBeGreaterThanOrEqual(before);
  });

  it('returns from a sleep at once when the signal aborts', async () => {
    const stop = new AbortController();
    const slept = systemClock().sleep(3_600_000, stop.signal);
    stop.abort();
    await slept;
    await systemClock().sleep(3_600_000, stop.signal);
  });

  it('repeats a task and never overlaps a run with itself', async () => {
    let running = 0;
    let most = 0;
    await new Promise<void>((resolve) => {
      let runs = 0;
      const repeating = systemClock().every(1, async () => {
        most = Math.max(most, ++running);
        await new Promise((turn) => setImmediate(turn));
        running--;
        if (++runs === 3) {
          repeating[Symbol.dispose]();
          resolve();
        }
      });
    });
    expect(most).toBe(1);
  });
});
