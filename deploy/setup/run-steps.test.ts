/** Set-up's runner, as processes: it ends its process, and its lock is between processes. The steps are made up. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const started: ChildProcess[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-setup-'));
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('nothing is printed when every step is done', async () => {
  const run = setUp(`[{ name: 'one', isDone: () => true }]`);
  expect(await run.ended).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a step that fails ends set-up with its message and exit code, and none runs after it', async () => {
  const run = setUp(`[
    { name: 'one', isDone: () => false, run: () => { throw hostCannot('no compiler'); } },
    { name: 'two', isDone: () => false, run: () => console.log('ran') },
  ]`);
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('set-up stopped at "one"\nno compiler');
});

test('an optional step that fails says what is missing, and the others go on', async () => {
  const run = setUp(`[
    { name: 'one', optional: 'no Kafka', isDone: () => false, run: () => { throw hostCannot('no network'); } },
    { name: 'two', isDone: () => false, run: () => console.log('ran') },
  ]`);
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ran\n' });
  expect(stderr).toContain('Going on without: no Kafka');
});

test('a command that fails is named, with its exit code and its last lines', async () => {
  const run = setUp(`[
    { name: 'one', isDone: () => false, run: () => runCommand('sh', ['-c', 'echo first; echo last >&2; exit 7']) },
  ]`);
  const { code, stdout, stderr } = await run.ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('ended with exit code 7. Its last lines:\n\n    first\n    last\n');
});

test('of two set-ups at once the second waits, and finds the step done', async () => {
  const first = setUp(heldStep());
  await first.says('held');
  const second = setUp(heldStep());
  await second.says('waiting for it');
  first.child.stdin?.end();
  expect((await first.ended).code).toBe(0);
  expect((await second.ended).code).toBe(0);
  expect(readFileSync(join(folder, 'done'), 'utf8')).toBe('once\n');
});

test('a set-up that is killed does not keep the next one waiting', async () => {
  const first = setUp(heldStep());
  await first.says('held');
  const second = setUp(heldStep());
  await second.says('waiting for it');
  first.child.kill('SIGKILL');
  second.child.stdin?.end();
  expect((await second.ended).code).toBe(0);
  expect(existsSync(join(folder, 'done'))).toBe(true);
});

/** A step that is being run until its process's stdin is closed. */
function heldStep(): string {
  return `[{
    name: 'held',
    isDone: () => existsSync('done'),
    async run(note) {
      note('held');
      for await (const chunk of process.stdin) void chunk;
      appendFileSync('done', 'once\\n');
    },
  }]`;
}

function setUp(steps: string) {
  const part = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  const program = `
    import { appendFileSync, existsSync } from 'node:fs';
    import { runCommand } from ${part('command.mjs')};
    import { hostCannot } from ${part('failure.mjs')};
    import { setUp } from ${part('run-steps.mjs')};
    await setUp(${steps});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  started.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
  const says = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) await once(child.stderr, 'data');
  };
  return { child, ended, says };
}
