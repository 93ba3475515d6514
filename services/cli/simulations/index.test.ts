import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shipped } from '#runtime/config.ts';
import { simulations } from './index.ts';
import { lackOf } from './needs.ts';

test('each simulation has a name of its own, and is about a rule that is shipped', () => {
  const directory = shipped('rules/detections');
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  const titles = new Set(files.flatMap((name) => [...readFileSync(join(directory, name), 'utf8').matchAll(/^title: (.*)$/gm)].map(([, title]) => title)));
  expect(simulations.filter(({ rule }) => !titles.has(rule))).toEqual([]);
  expect(new Set(simulations.map(({ name }) => name)).size).toBe(simulations.length);
  expect(new Set(simulations.map(({ rule }) => rule)).size).toBe(simulations.length);
  expect(simulations.length).toBeGreaterThanOrEqual(25);
});

test('what a host lacks is said in a few words', () => {
  expect(lackOf({}, false)).toBeNull();
  expect(lackOf({ programs: ['sh'] }, false)).toBeNull();
  expect(lackOf({ cgroup: true }, false)).toBe('it needs a cgroup v2');
  expect(lackOf({ programs: ['sh', 'no-such-program', 'nor-this'] }, true)).toBe('it needs no-such-program, nor-this');
});
