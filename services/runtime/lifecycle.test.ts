import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from './clock/virtual.ts';
import { RingfenceError, type ErrorCode } from './errors.ts';
import { closeAll, runService } from './lifecycle.ts';
import type { Logger } from './log.ts';

function recorder(): { logger: Logger; said: unknown[] } {
  const said: unknown[] = [];
  const say = (fields: { err?: RingfenceError }, message: string) => said.push([fields.err?.code, message]);
  return { logger: { debug: say, info: say, warn: say, error: say } as unknown as Logger, said };
}

/** Fails `failures` times, then starts a service that counts its closings. */
function unreachable(failures: number, code: ErrorCode = 'EVENT_LOG_UNREACHABLE') {
  const life = { attempts: 0, closed: 0 };
  const attempt = async () => {
    if (life.attempts++ < failures) throw new RingfenceError(code, 'no broker');
    return { close: async () => void life.closed++ };
  };
  return { life, attempt };
}

/** A process that runs a service written in JavaScript, as a command of `ringfence` does: how it ended, and what it said. */
async function runInProcess(service: string): Promise<{ code: number; said: { msg: string; code?: string; err?: { message: string } }[] }> {
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  const script = `
    import { systemClock } from ${from('clock/system.ts')};
    import { runService } from ${from('lifecycle.ts')};
    import { createLogger } from ${from('log.ts')};
    const clock = systemClock();
    process.exitCode = await runService(async () => { ${service} }, { clock, logger: createLogger('test', 'info'), forMs: 50 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'pipe'], timeout: 15_000, killSignal: 'SIGKILL' });
  const [[code], output] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  return { code: code as number, said: output.trim().split('\n').map((line) => JSON.parse(line) as { msg: string }) };
}

describe('running a service', () => {
  afterEach(() => void vi.useRealTimers());

  it('tries again until what it needs answers, says so once in a while, runs, and closes once', async () => {
    const clock = new VirtualClock();
    const { logger, said } = recorder();
    const { life, attempt } = unreachable(45);
    const run = runService((reach) => reach(attempt), { clock, logger, forMs: 5_000 });
    await clock.advance(44_000);
    expect(life).toEqual({ attempts: 45, closed: 0 });
    await clock.advance(6_000);
    expect(await run).toBe(0);
    expect(life).toEqual({ attempts: 46, closed: 1 });
    expect(said).toEqual(Array(2).fill(['EVENT_LOG_UNREACHABLE', 'cannot start yet; trying again until it answers']));
  });

  it('counts the time to run from the start, not from the first attempt', async () => {
    const clock = new VirtualClock();
    const { life, attempt } = unreachable(3, 'JOB_QUEUE_UNREACHABLE');
    const run = runService((reach) => reach(attempt), { clock, logger: recorder().logger, forMs: 10_000 });
    await clock.advance(12_999);
    expect(life.closed).toBe(0);
    await clock.advance(1);
    expect(await run).toBe(0);
  });

  it.each(['EVENT_LOG_REJECTED', 'CONFIG_INVALID', 'KEY_INVALID'] as const)('does not try again what will not change: %s', async (code) => {
    const { life, attempt } = unreachable(1, code);
    await expect(runService((reach) => reach(attempt), { clock: new VirtualClock(), logger: recorder().logger })).rejects.toMatchObject({ code });
    expect(life.attempts).toBe(1);
  });

  it.each([
    ['a timer\'s task that throws', "clock.every(1, () => { throw new Error('broken') })"],
    ['a timer\'s task that rejects', "clock.every(1, async () => { throw new Error('broken') })"],
    ['a callback that throws', "setImmediate(() => { throw new Error('broken') })"],
    ['a promise that nobody awaits', "void Promise.reject(new Error('broken'))"],
  ])('ends in order when it fails on the way: %s is one line with a code, and the exit code is 1', async (_, fault) => {
    const { code, said } = await runInProcess(`const task = ${fault}; return { close: async () => { task?.[Symbol.dispose]?.(); process.stderr.write('{"msg":"closed"}\\n'); } };`);
    expect(said.map(({ msg, code: is, err }) => [msg, is, err?.message])).toEqual([['failed; stopping', 'SERVICE_FAILED', 'broken'], ['closed', undefined, undefined]]);
    expect(code).toBe(1);
  });

  it('ends the process when what could not be closed still holds it', async () => {
    const { code, said } = await runInProcess("setInterval(() => {}, 1000); return { close: () => Promise.reject(new Error('stuck')) };");
    expect(said.map(({ msg }) => msg)).toEqual(['could not stop cleanly']);
    expect(code).toBe(1);
  }, 20_000);

  it('tells by its exit code that it could not close', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const clock = new VirtualClock();
    const { logger, said } = recorder();
    const run = runService(async () => ({ close: () => Promise.reject(new Error('stuck')) }), { clock, logger, forMs: 1 });
    await clock.advance(1);
    expect(await run).toBe(1);
    expect(said).toEqual([[undefined, 'could not stop cleanly']]);
  });

  it('takes a signal that arrives again at once, passed on by a launcher, for the same one', async () => {
    const { life, attempt } = unreachable(0);
    const run = runService(attempt, { clock: new VirtualClock(), logger: recorder().logger });
    await new Promise(setImmediate);
    const onSignal = process.listeners('SIGINT').at(-1)!;
    onSignal('SIGINT');
    onSignal('SIGINT');
    expect(await run).toBe(0);
    expect(life.closed).toBe(1);
  });

  it('leaves no listener for signals behind', async () => {
    const before = process.listenerCount('SIGTERM');
    const clock = new VirtualClock();
    const run = runService(async () => ({ close: async () => {} }), { clock, logger: recorder().logger, forMs: 1 });
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    await clock.advance(1);
    await run;
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});

describe('closing parts', () => {
  it('goes backwards, closes every one, and throws the first failure', async () => {
    const order: string[] = [];
    const part = (name: string, fails = false) => ({
      close: () => {
        order.push(name);
        if (fails) throw new Error(name);
      },
    });
    await expect(closeAll([part('a'), part('b', true), part('c', true), part('d')])).rejects.toThrow('c');
    expect(order).toEqual(['d', 'c', 'b', 'a']);
  });
});
