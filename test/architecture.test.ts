/** The repository keeps its own rules; each rule is first shown a file that breaks it and one that does not. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { namesThisClone, rules } from './support/architecture/rules.ts';
import { readSources, sourceOf } from './support/architecture/sources.ts';

const root = join(import.meta.dirname, '..');
const sources = readSources(root);

/**
 * By the name of the rule: [path, text] pairs that it must refuse, and must let pass. Some texts are spliced, because the
 * rule would find them in this file.
 */
const examples: Readonly<Record<string, { bad: [string, string][]; good: [string, string][] }>> = {
  'a part imports only what its place in the design allows': {
    bad: [
      ['services/engine/a.ts', `import { x } from '../collector/x.ts';`],
      ['services/responder/a.ts', `export * from '../engine/rules/index.ts';`],
      ['services/cli/a.ts', `await import('../engine/match/x.ts');`],
      ['services/engine/a.ts', `import 'libbpf-ts';`],
      ['schemas/a.ts', `import type { E } from '#runtime/errors.ts';`],
      ['services/runtime/a.ts', `import { x } from '../../test/support/x.ts';`],
    ],
    good: [
      ['services/engine/a.ts', `import { x } from '#runtime/errors.ts'; // from '../collector/x.ts'`],
      ['services/collector/a.ts', `import { openObject } from 'libbpf-ts';`],
      ['services/cli/a.ts', `import { loadRules } from '../engine/rules/index.ts';`],
      ['test/e2e/a.ts', `import { x } from '../../services/engine/match/x.ts';`],
    ],
  },
  'what stands behind a port is imported by its adapters only': {
    bad: [
      ['services/engine/a.ts', `import { Kafka } from 'kafkajs';`],
      ['services/runtime/event-log/a.ts', `import { Queue } from 'bullmq';`],
      ['services/responder/a.ts', `import { DatabaseSync } from 'node:sqlite';`],
    ],
    good: [['services/runtime/event-log/kafka.ts', `import { Kafka } from 'kafkajs';`]],
  },
  'only main and config read the environment': {
    bad: [['services/engine/a.ts', 'const brokers = process.env.KAFKA_BROKERS;']],
    good: [
      ['services/engine/main.ts', 'parse(process.env);'],
      ['services/engine/a.ts', '// never process.env'],
    ],
  },
  'only the clock reads time': {
    bad: [
      ['services/engine/a.ts', 'const now = Date.now();'],
      ['services/engine/a.ts', 'const now = new Date();'],
      ['services/engine/a.ts', 'const text = `${performance.now()} ms`;'],
    ],
    good: [
      ['services/engine/a.ts', 'const then = new Date(ms);'],
      ['services/runtime/clock/system.ts', 'return Date.now();'],
    ],
  },
  'a source file has at most 450 lines': {
    bad: [['services/engine/a.ts', '\n'.repeat(451)]],
    good: [
      ['services/engine/a.ts', '\n'.repeat(450)],
      ['schemas/generated/a.ts', `// Generated from schemas/events\n${'\n'.repeat(900)}`],
    ],
  },
  'nothing is typed any': {
    bad: [
      ['services/engine/a.ts', 'function f(x: any): void {}'],
      ['services/engine/a.ts', 'const x = y as any;'],
      ['services/engine/a.ts', 'const x: Map<string, any> = new Map();'],
      ['services/engine/a.ts', 'const x: any[] = [];'],
    ],
    good: [
      ['services/engine/a.ts', `const x = 'one: any'; /* x: any */ const quote = /['": any]/; z.any();`],
      ['services/engine/a.ts', 'const counts = { none, any: 1 };'],
      ['services/engine/a.ts', 'return all ? every : any;'],
    ],
  },
  'a test that is skipped says why': {
    bad: [
      ['a.test.ts', `${'test'}.skip('it works', () => {});`],
      ['a.test.ts', `${'describe'}.skipIf(process.getuid() !== 0)('it works', () => {});`],
      ['a.test.ts', `test('it works', (context) => context.skip());`],
      ['a.test.ts', `test.only('it works', () => {});`],
      ['a.test.ts', `test.todo('it works');`],
    ],
    good: [
      ['a.test.ts', `describe.skipIf(process.getuid() !== 0)('it works (needs root)', () => {});`],
      ['a.test.ts', 'test.skipIf(reason)(`it works (${reason})`, () => {});'],
      ['a.test.ts', `test('it works', (context) => context.skip('needs root'));`],
    ],
  },
  'no file names a package registry': {
    bad: [
      ['package-lock.json', `"${'resolved'}": "https://example.org/a.tgz"`],
      ['.npmrc', ['registry=https://registry', 'npmjs', 'org'].join('.')],
    ],
    good: [['package-lock.json', `"${'resolved'}": "bpf/libbpf-ts"`]],
  },
};

for (const rule of rules) {
  describe(rule.name, () => {
    test.each(examples[rule.name]?.bad ?? [])('it refuses %s: %s', (path, text) => {
      expect(rule.faultsOf(sourceOf(path, text))).toHaveLength(1);
    });

    test.each(examples[rule.name]?.good ?? [])('it lets pass %s: %s', (path, text) => {
      expect(rule.faultsOf(sourceOf(path, text))).toEqual([]);
    });

    test('it has examples, and every file keeps it', () => {
      expect(examples[rule.name]).toBeDefined();
      const faults = sources.flatMap((source) => rule.faultsOf(source).map((fault) => `${source.path}: ${fault}`));
      expect(faults).toEqual([]);
    });
  });
}

test('no file names the folder in which this clone lies', () => {
  expect(namesThisClone(sourceOf('a.md', 'cd /home/ann/ringfence/services'), '/home/ann/ringfence')).toHaveLength(1);
  const faults = sources.flatMap((source) => namesThisClone(source, root).map((fault) => `${source.path}: ${fault}`));
  expect(faults).toEqual([]);
});
