/** Acts of a shell: which of its failures are the act's. */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { script } from './script.ts';
import type { Stage } from './stage.ts';

const stage: Stage = {
  cgroup: null,
  directory: '/tmp',
  start: ([program, ...args], options) => spawn(program!, args, { stdio: options?.stdio ?? 'ignore' }),
};

test('an act of which a preparation fails is not done, and says why', async () => {
  expect(await script('echo no room >&2; false; exec true')(stage)).toMatchObject({ done: false, outcome: 'exit code 1: no room' });
});

test('an act that is refused is done where its text allows for that', async () => {
  expect(await script('true; false || :')(stage)).toMatchObject({ done: true, outcome: 'exit code 0' });
});

test('an act that is killed is not done', async () => {
  expect(await script('kill -KILL $$')(stage)).toMatchObject({ done: false, outcome: expect.stringContaining('it was killed by SIGKILL') });
});
