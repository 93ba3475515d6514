/** Which literals are looked for, by example; that no match is lost by them is shown by program.test.ts. */
import { expect, test } from 'vitest';
import { loadRules, openFields } from '../rules/index.ts';
import { anyEvents, witnessOf } from './witness.ts';

/** "field anchor text" of each literal; undefined when the rule has no witness. */
function witness(detection: object): string[] | undefined {
  const text = JSON.stringify({ title: 't', logsource: { category: 'c' }, detection });
  const { rules, report } = loadRules([{ file: 'rule.yml', text }], { fields: openFields() });
  const [rule] = rules;
  if (rule?.kind !== 'detection') throw new Error(JSON.stringify(report));
  return witnessOf(rule.condition, anyEvents)?.map(({ field, anchor, text: literal }) => `${field.name} ${anchor} ${literal}`);
}

const xmrig = { 'Image|endswith': '/XMRig' };

test.each<[string, object, string[] | undefined]>([
  ['a text, in the form of the index', { a: { Image: '/Bin/Nc' }, condition: 'a' }, ['Image exact /bin/nc']],
  ['every alternative', { a: { 'Image|endswith': ['/nc', '/ncat'] }, condition: 'a' }, ['Image suffix /nc', 'Image suffix /ncat']],
  ['of several tests the rarest', { a: { ...xmrig, User: 'root', 'CommandLine|contains': ' -c ' }, condition: 'a' }, ['Image suffix /xmrig']],
  ['of all words one', { a: { 'CommandLine|contains|all': [' -o ', 'stratum+tcp://'] }, condition: 'a' }, ['CommandLine contains stratum+tcp://']],
  ['of a pattern its rarest run', { a: { TargetFilename: '/home/*/.ssh/authorized_keys' }, condition: 'a' }, ['TargetFilename suffix /.ssh/authorized_keys']],
  ['of an expression what it needs', { a: { 'CommandLine|re': '(?i)\\s-?(Mimikatz|Kerberoast)' }, condition: 'a' }, ['CommandLine contains mimikatz', 'CommandLine contains kerberoast']],
  ['what stands beside a negation', { a: xmrig, b: { User: 'root' }, condition: 'a and not b' }, ['Image suffix /xmrig']],
  ['what is negated twice', { a: xmrig, b: { User: 'root' }, condition: 'not (not a or b)' }, ['Image suffix /xmrig']],
  ['a case-sensitive text too', { a: { 'Image|endswith|cased': '/XMRig' }, condition: 'a' }, ['Image suffix /xmrig']],
  ['the empty text', { a: { Image: '' }, condition: 'a' }, ['Image exact ']],
  ['of long texts the end', { a: { 'CommandLine|contains': 'a'.repeat(30) + 'b' }, condition: 'a' }, [`CommandLine contains ${'a'.repeat(23)}b`]],
  ['nothing, of a negation', { a: xmrig, condition: 'not a' }, undefined],
  ['nothing, of what is missing', { a: { Image: null }, condition: 'a' }, undefined],
  ['nothing, where one alternative has nothing', { a: xmrig, b: { User: null }, condition: 'a or b' }, undefined],
  ['nothing, of numbers', { a: { 'Size|gt': 5 }, condition: 'a' }, undefined],
])('%s', (_what, detection, expected) => {
  expect(witness(detection)).toEqual(expected);
});

test('a witness may have more literals than a call takes arguments', () => {
  const expressions = Array.from({ length: 5_000 }, (_, number) => `(?P<a${number}>[0-9])[a-c].`);
  expect(witness({ a: { 'Image|re': expressions }, condition: 'a' })).toHaveLength(30 * expressions.length);
});
