import { describe, expect, test } from 'vitest';
import { loadRules, matchLines, openFields } from './index.ts';
import type { LineResult } from './index.ts';

function ruleOf(id: string, logsource: string, item: string): string {
  return `title: Title ${id}\n${id.startsWith('-') ? '' : `id: ${id}\n`}logsource: {${logsource}}\ndetection: {s: {${item}}, condition: s}\n`;
}

const { rules } = loadRules(
  [
    ruleOf('z', 'category: process_creation, product: linux', "Image|endswith: /sh"),
    ruleOf('a', 'category: process_creation', "Image|contains: bin"),
    ruleOf('w', 'category: process_creation, product: windows', "Image|contains: bin"),
    ruleOf('-', 'product: linux', 'LogonId: 18446744073709551615'),
  ].map((text, index) => ({ file: `${index}.yml`, text })),
  { fields: openFields() },
);

async function run(lines: readonly string[]): Promise<LineResult[]> {
  return Array.fromAsync(matchLines(rules, lines));
}

const logsource = { category: 'process_creation', product: 'linux' };

describe('matchLines', () => {
  test('matches are sorted by line, then by rule; rules of other log sources stay out', async () => {
    const line = JSON.stringify({ logsource, event: { Image: '/bin/sh' } });
    expect(await run([line, '', line])).toEqual([
      { kind: 'match', event: 0, rule: 'a' },
      { kind: 'match', event: 0, rule: 'z' },
      { kind: 'match', event: 2, rule: 'a' },
      { kind: 'match', event: 2, rule: 'z' },
    ]);
  });

  test('a rule without id goes by its title, and numbers beyond 2^53 keep their digits', async () => {
    const line = '{"logsource":{"product":"linux"},"event":{"LogonId":18446744073709551615}}';
    const near = line.replace('615}', '616}');
    expect(await run([line, near])).toEqual([{ kind: 'match', event: 0, rule: 'Title -' }]);
  });

  test('an event without a log source matches rules of none', async () => {
    expect(await run([JSON.stringify({ event: { Image: '/bin/sh' } })])).toEqual([]);
  });

  test.each(['{', '[]', 'null', '{"event":1}', '{"event":{},"logsource":[]}', '{"event":{},"logsource":{"product":1}}'])(
    'the line %s is a fault that names it, and the rest goes on',
    async (bad) => {
      const good = JSON.stringify({ logsource, event: { Image: '/bin/x' } });
      const results = await run([good, bad, good]);
      expect(results).toMatchObject([
        { kind: 'match', event: 0 },
        { kind: 'fault', event: 1, error: { code: 'RECORD_UNDECODABLE', details: { line: 1 } } },
        { kind: 'match', event: 2 },
      ]);
    },
  );
});
