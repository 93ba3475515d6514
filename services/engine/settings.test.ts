import { expect, test } from 'vitest';
import { hasCode } from '#runtime/errors.ts';
import { readConfig } from '#runtime/config.ts';
import { engineSettings } from './settings.ts';

test.each(['ringfence-engine', 'Team_a.2', 'a'.repeat(100)])('%j can be the name of a group', (group) => {
  expect(readConfig(engineSettings, {}, { group }).group).toBe(group);
});

test.each(['a/b', 'rules/part/x', '', '-a', '.', '..', 'a b', 'ä', 'a\n', 'a'.repeat(101)])('%j cannot', (group) => {
  let caught: unknown;
  try {
    readConfig(engineSettings, {}, { group });
  } catch (error) {
    caught = error;
  }
  expect(hasCode(caught, 'CONFIG_INVALID')).toBe(true);
});
