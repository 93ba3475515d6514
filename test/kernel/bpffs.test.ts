/** Several processes that open and close one instance's pins at the same time: at most one has them, and all is taken back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hindrance, temporaryHome } from './watched.ts';

const rounds = 100;

/** Writes a pin's stand-in into the directory that it has for itself, and removes it. */
const opener = `
  import { mkdirSync, rmdirSync } from 'node:fs';
  import { openBpffs, releaseBpffs, removePins } from ${JSON.stringify(join(import.meta.dirname, '../../services/collector/kernel/bpffs.ts'))};
  const outcomes = {};
  for (let round = 0; round < ${rounds}; round++) {
    let outcome = 'opened';
    try {
      const pins = openBpffs(process.argv[1], 'test-together');
      mkdirSync(pins.path + '/pin');
      rmdirSync(pins.path + '/pin');
      removePins(pins.path);
      pins.lock.close();
      releaseBpffs(process.argv[1]);
    } catch (error) {
      outcome = String(error.code);
    }
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  console.log(JSON.stringify(outcomes));`;

let home: string;

beforeEach(() => {
  home = temporaryHome();
});

afterEach(() => rmSync(home, { recursive: true }));

async function openAgainAndAgain(): Promise<Record<string, number>> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', opener, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as Record<string, number>;
}

test.skipIf(hindrance !== null)(`the pins of one instance are one process's at a time (${hindrance ?? 'real'})`, async () => {
  const outcomes = await Promise.all([openAgainAndAgain(), openAgainAndAgain(), openAgainAndAgain()]);
  for (const { opened = 0, COLLECTOR_RUNNING: refused = 0, ...others } of outcomes) {
    expect(others).toEqual({});
    expect(opened + refused).toBe(rounds);
  }
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(home);
  expect(existsSync('/sys/fs/bpf/ringfence/test-together')).toBe(false);
}, 30_000);
