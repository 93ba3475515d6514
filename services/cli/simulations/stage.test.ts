/** The place of an act: nothing of it is left, whatever happens. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withStage, type Stage } from './stage.ts';

const never = new AbortController().signal;

test('what was made goes away when the act throws', async () => {
  let seen: Stage | undefined;
  const failing = withStage(undefined, never, async (stage) => {
    seen = stage;
    throw new Error('no act');
  });
  await expect(failing).rejects.toThrow('no act');
  expect(existsSync(seen!.directory)).toBe(false);
  expect(seen!.cgroup !== null && existsSync(seen!.cgroup)).toBe(false);
});

test('no act is done where its cgroup cannot be made', async () => {
  let acted = false;
  const refused = withStage(join(import.meta.dirname, 'no/where'), never, async () => void (acted = true));
  await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(acted).toBe(false);
});
