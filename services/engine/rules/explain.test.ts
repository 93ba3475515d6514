import { describe, expect, test } from 'vitest';
import { decisiveTests, explain, type Explanation } from './explain.ts';
import { openFields } from './fields.ts';
import { loadRules } from './load.ts';

function explained(detection: string, event: object): Explanation {
  const text = `title: A\nlogsource: { product: linux }\ndetection:\n${detection}`;
  const { rules } = loadRules([{ file: 'a.yml', text }], { fields: openFields() });
  const [rule] = rules;
  if (rule?.kind !== 'detection') throw new Error('the rule of the test does not load');
  return explain(rule.condition, event);
}

const decisive = (explanation: Explanation): string[] => decisiveTests(explanation).map(({ name, wanted, held, at }) => `${at?.line} ${name} ${wanted} ${held}`);

const detection = `  shell:
    Image|endswith: [/sh, /bash]
    User: root
  quiet:
    CommandLine|contains: backup
  condition: shell and not quiet
`;

describe('an explanation', () => {
  test('says of each part whether it held, with what the event had', () => {
    const whole = explained(detection, { Image: '/bin/bash', User: 'ann' });
    expect(whole).toMatchObject({ kind: 'and', held: false, of: [{ kind: 'selection', name: 'shell', held: false }, { kind: 'not', held: true, of: [{ kind: 'selection', name: 'quiet', held: false }] }] });
    const tests = JSON.stringify(whole);
    expect(tests).toContain('"value":"/bin/bash"');
    expect(tests).toContain('"value":null');
  });

  test.each([
    ['did not hold, by all that would have to change', { Image: '/bin/zsh', User: 'root', CommandLine: 'x' }, ['5 Image ends with "/sh" false', '5 Image ends with "/bash" false']],
    ['was denied, by what held', { Image: '/bin/bash', User: 'root', CommandLine: 'run backup' }, ['8 CommandLine contains "backup" true']],
    ['held, by all that it needed', { Image: '/bin/bash', User: 'root' }, ['5 Image ends with "/bash" true', '6 User is "root" true', '8 CommandLine contains "backup" false']],
  ])('of what %s', (_, event, lines) => {
    expect(decisive(explained(detection, event))).toEqual(lines);
  });

  test('names every kind of test in words, and shows what a terminal would obey', () => {
    const words = decisive(
      explained(`  all:
    A|re|i: ^x.*
    B: null
    C|exists: true
    D|gte: 5
    E|cidr: 10.0.0.0/8
    F: "a*b?\\u001b"
    G|cased: Ab
    H|fieldref: A
  condition: all
`, {}),
    );
    expect(words.map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'A matches /^x.*/i false',
      'C is there false',
      'D ≥ 5 false',
      'E lies in 10.0.0.0/8 false',
      'F is like "a*b?\\u{1b}" false',
      'G is "Ab" (case matters) false',
      'H is the value of A false',
    ]);
  });
});
