/** What thousands of objects leave behind: nothing. Apart from the other tests for the time it takes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openObject } from '../src/index.ts';
import { compiled, openDescriptors, u32, u64, unsupported } from './support.ts';

const skip = unsupported();

describe.skipIf(skip !== undefined)(`an object${skip ? ` (${skip})` : ''}`, () => {
  test('leaks neither descriptors nor memory in 10,000 openings and loads', () => {
    const bytes = readFileSync(compiled('refused'));
    const cycle = () => {
      using spec = openObject(bytes);
      spec.program('reads_null').autoload = false;
      using object = spec.load();
      object.map('lookups').set(u32(0), u64(1n));
    };
    for (let i = 0; i < 1000; i++) cycle();
    const before = { descriptors: openDescriptors(), rss: process.memoryUsage.rss() };
    for (let i = 0; i < 10_000; i++) cycle();
    expect(openDescriptors()).toBe(before.descriptors);
    /* One leaked page a cycle would be 40 MiB. */
    expect(process.memoryUsage.rss() - before.rss).toBeLessThan(32 * 1024 * 1024);
  }, 120_000);
});
