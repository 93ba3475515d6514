/** What Sigma detections mean, case by case: the traps that real rules set, and each modifier. */
import { describe, expect, test } from 'vitest';
import { createMatcher, loadRules, openFields } from '../index.ts';

/** The selection in YAML, an event, and whether it matches. */
type Case = [string, string, Readonly<Record<string, unknown>>, boolean];

function matches(selection: string, event: object, condition = 'selection'): boolean {
  const text = `title: t\nlogsource: {category: c}\ndetection:\n  selection:\n${selection.replaceAll(/^/gm, '    ')}\n  condition: ${condition}\n`;
  const { rules, report } = loadRules([{ file: 'rule.yml', text }], { fields: openFields() });
  expect(report.rules).toMatchObject([{ status: 'ok' }]);
  const detections = rules.filter((rule) => rule.kind === 'detection');
  return createMatcher(detections).match([{ category: 'c' }], event).length === 1;
}

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)('%s', (_name, selection, event, expected) => {
      expect(matches(selection, event)).toBe(expected);
    });
  });
}

const b = String.raw;

table('text values', [
  ['the whole value is compared', 'F: ab', { F: 'ab' }, true],
  ['a part is not enough', 'F: ab', { F: 'abc' }, false],
  ['case is ignored', 'F: aB', { F: 'Ab' }, true],
  ['case is ignored beyond ASCII', 'F: ÄÉ', { F: 'äé' }, true],
  ['a Greek sigma at a word end is the same letter', 'F|startswith: ΟΔΟΣ', { F: 'οδοσx' }, true],
  ['a missing field does not match', 'F: ab', { G: 'ab' }, false],
  ['a star is any run, also none', 'F: a*b', { F: 'ab' }, true],
  ['a star crosses line ends', 'F: a*b', { F: 'a\n\nb' }, true],
  ['a lone star matches the empty value', "F: '*'", { F: '' }, true],
  ['a lone star does not match a missing value', "F: '*'", {}, false],
  ['a question mark is one character', "F: 'a?c'", { F: 'abc' }, true],
  ['a question mark is not none', "F: 'a?c'", { F: 'ac' }, false],
  ['a question mark is one character outside the BMP too', "F: 'a?c'", { F: 'a😀c' }, true],
  ['two stars', "F: '*a*b'", { F: 'xaxbxb' }, true],
  ['regex characters mean themselves', 'F: a.c+', { F: 'abcc' }, false],
  ['any value of a field with several values', 'F: b', { F: ['a', 'B'] }, true],
  ['blanks in field names are dropped', "'Provider Name': x", { ProviderName: 'x' }, true],
  ['dashes in field names are kept', 'c-uri: x', { 'c-uri': 'x' }, true],
  ['a dotted name is a key', 'a.b: x', { 'a.b': 'x' }, true],
  ['a dotted name is a path', 'a.b: x', { a: { b: 'x' } }, true],
  ['a name of Object.prototype is no field', 'constructor|exists: true', {}, false],
]);

table('escapes', [
  ['a lone backslash', b`F: C:\Windows`, { F: b`c:\windows` }, true],
  ['a trailing backslash', b`F|endswith: '\'`, { F: 'C:\\' }, true],
  ['two backslashes are one', b`F: a\\b`, { F: b`a\b` }, true],
  ['two backslashes are not two', b`F: a\\b`, { F: b`a\\b` }, false],
  ['four backslashes are two', b`F: a\\\\b`, { F: b`a\\b` }, true],
  ['an escaped star is a star', b`F: a\*`, { F: 'a*' }, true],
  ['an escaped star is no wildcard', b`F: a\*`, { F: 'ab' }, false],
  ['an escaped question mark is one', b`F: a\?`, { F: 'ab' }, false],
  ['two backslashes and a star: a backslash, then anything', b`F: a\\*`, { F: b`a\xyz` }, true],
  ['two backslashes and a star are no literal star', b`F: a\\*`, { F: 'a*' }, false],
  ['three backslashes and a star: a backslash, then a star', b`F: a\\\*`, { F: b`a\*` }, true],
  ['three backslashes and a star are no wildcard', b`F: a\\\*`, { F: b`a\x` }, false],
  ['wildcards work within contains', "F|contains: 'a*c'", { F: 'xxabcxx' }, true],
]);

table('null, empty, numbers, booleans', [
  ['null is a missing field', 'F: null', {}, true],
  ['null is a null field', 'F: null', { F: null }, true],
  ['null is not the empty text', 'F: null', { F: '' }, false],
  ['an empty value in YAML is null', 'F:', {}, true],
  ["'' is the empty text", "F: ''", { F: '' }, true],
  ["'' is not a missing field", "F: ''", {}, false],
  ['null in a list of values', "F: [null, '']", {}, true],
  ['a number is its decimal text', 'F: 42', { F: '42' }, true],
  ['a text is the number that it spells', "F: '42'", { F: 42 }, true],
  ['a hexadecimal number is its decimal text', 'F: 0x10', { F: 16 }, true],
  ['a number that is whole has no fraction', 'F: 42.0', { F: '42' }, true],
  ['a number in scientific notation is its decimal text', 'F: 1e3', { F: 1000 }, true],
  ['a fraction', 'F: 1.50', { F: 1.5 }, true],
  ['a number is not another notation of it', 'F: 42', { F: '42.0' }, false],
  ['numbers beyond 2^53 are exact', 'F: 18446744073709551615', { F: '18446744073709551615' }, true],
  ['a bigint', 'F: 9007199254740993', { F: 9007199254740993n }, true],
  ['a boolean is true or false', 'F: true', { F: 'True' }, true],
  ['a boolean value', "F: 'false'", { F: false }, true],
  ['part of a number', 'F|startswith: 4', { F: 42 }, true],
]);

table('lists and maps', [
  ['a list of values is OR', 'F: [a, b]', { F: 'b' }, true],
  ['a map is AND', 'F: a\nG: b', { F: 'a', G: 'c' }, false],
  ['a list of maps is OR', '- F: a\n- G: b', { G: 'b' }, true],
  ['a list of maps: AND within each', '- F: a\n  G: b\n- G: c', { F: 'a', G: 'c' }, true],
  ['a list within a list is OR too', '- [n1, n2]\n- F: a', { G: 'xn2' }, true],
  ['keywords look into every value', '- needle', { F: 'x', G: 'hay Needle hay' }, true],
  ['keywords look into nested values', '- needle', { a: { b: ['x', 'needle'] } }, true],
  ['keywords do not look at keys', '- needle', { needle: 'x' }, false],
  ['keywords are OR', '- a1\n- b2', { F: 'xb2' }, true],
  ['|all makes keywords AND', "'|all': [a1, b2]", { F: 'a1', G: 'b2' }, true],
  ['|all misses one', "'|all': [a1, b2]", { F: 'a1' }, false],
  ['keywords with wildcards', "- 'rm *history'", { F: 'sh -c rm -f history -x' }, true],
  ['numbers as keywords', '- 4625', { EventID: 4625 }, true],
  ['contains|all is AND over values', 'F|contains|all: [a, b]', { F: 'xbxa' }, true],
  ['contains|all misses one', 'F|contains|all: [a, b]', { F: 'xbx' }, false],
]);

table('modifiers', [
  ['contains', 'F|contains: b', { F: 'aBc' }, true],
  ['startswith', 'F|startswith: a', { F: 'ba' }, false],
  ['endswith', 'F|endswith: /sh', { F: '/bin/SH' }, true],
  ['cased', 'F|cased: aB', { F: 'ab' }, false],
  ['contains|cased', 'F|contains|cased: aB', { F: 'xaBx' }, true],
  ['exists: true', 'F|exists: true', { F: '' }, true],
  ['exists looks at presence only', 'F|exists: true', { F: null }, true],
  ['exists: false', 'F|exists: false', {}, true],
  ['neq', 'F|neq: a', { F: 'b' }, true],
  ['neq holds for a missing field', 'F|neq: a', {}, true],
  ['neq of several is none of them', 'F|neq: [a, b]', { F: 'b' }, false],
  ['contains|neq', 'F|contains|neq: a', { F: 'xax' }, false],
  ['lt', 'F|lt: 10', { F: '9.5' }, true],
  ['lte', 'F|lte: 10', { F: 10 }, true],
  ['gt is not gte', 'F|gt: 10', { F: 10 }, false],
  ['gte beyond 2^53', 'F|gte: 9007199254740993', { F: '9007199254740992' }, false],
  ['a text is no number', 'F|gt: 10', { F: 'many' }, false],
  ['cidr', 'F|cidr: 10.1.0.0/16', { F: '10.1.200.3' }, true],
  ['cidr outside', 'F|cidr: 10.1.0.0/16', { F: '10.2.0.1' }, false],
  ['cidr of IPv6', 'F|cidr: fe80::/10', { F: 'fe80::1' }, true],
  ['cidr of what is no address', 'F|cidr: 0.0.0.0/0', { F: 'host' }, false],
  ['re searches', b`F|re: 'b\d'`, { F: 'ab1c' }, true],
  ['re minds case', 'F|re: B', { F: 'b' }, false],
  ['re with a leading (?i)', "F|re: '(?i)B'", { F: 'b' }, true],
  ['re|i', 'F|re|i: B', { F: 'b' }, true],
  ['re|m', "F|re|m: '^b$'", { F: 'a\nb' }, true],
  ['re without m', "F|re: '^b$'", { F: 'a\nb' }, false],
  ['re|s', "F|re|s: 'a.b'", { F: 'a\nb' }, true],
  ['re|i|s', "F|re|i|s: 'A.b'", { F: 'a\nb' }, true],
  ['backslashes of re are its own', b`F|re: '\\\\x'`, { F: b`\\x` }, true],
  ['re|contains is re', 'F|re|contains: b.', { F: 'abcd' }, true],
  ['re|startswith is anchored', 'F|re|startswith: b|c', { F: 'acb' }, false],
  ['re|startswith', 'F|re|startswith: b|c', { F: 'ca' }, true],
  ['re|endswith is anchored', 'F|re|endswith: b|c', { F: 'bca' }, false],
  ['re|ignorecase, as pySigma calls it', 'F|re|ignorecase: B', { F: 'b' }, true],
  ['re|dotall', "F|re|dotall: 'a.b'", { F: 'a\nb' }, true],
  ['a Unicode class', b`F|re: '^\p{L}+$'`, { F: 'äé' }, true],
  ['wide: a NUL behind each character', 'F|wide|contains: ab', { F: 'xa\0b\0' }, true],
  ['utf16be: a NUL before each character', 'F|utf16be: ab', { F: '\0a\0b' }, true],
  ['utf16: the byte order mark before them', 'F|utf16|startswith: a', { F: '\ufeffa\0b\0' }, true],
  ['wide with wildcards', "F|wide: 'a*b'", { F: 'a\0x\0b\0' }, true],
  ['utf16|base64', 'F|utf16|base64: a', { F: '//5hAA==' }, true],
  ['wide|base64 of what is not ASCII', 'F|wide|base64: ä', { F: '5AA=' }, true],
  ['windash|base64', "F|windash|base64: ' /e'", { F: Buffer.from(' -e').toString('base64') }, true],
  ['minute', 'T|minute: 4', { T: '2026-03-05T01:04:00Z' }, true],
  ['hour, in UTC', 'T|hour: [3, 4]', { T: '2026-03-05T05:04:00+01:00' }, true],
  ['another hour', 'T|hour: 3', { T: '2026-03-05T04:04:00Z' }, false],
  ['day|neq', 'T|day|neq: 5', { T: '2026-03-05T04:04:00Z' }, false],
  ['week', 'T|week: 10', { T: 1_772_668_800 }, true],
  ['month', 'T|month: 3', { T: '1772668800000' }, true],
  ['year', 'T|year: 2026', { T: 1_772_668_800_000_000_000n }, true],
  ['an hour of what is no time', 'T|hour: 3', { T: 'three' }, false],
  ['cidr of one address', 'F|cidr: 10.1.2.3', { F: '10.1.2.3' }, true],
  ['cidr of all addresses', 'F|cidr: 0.0.0.0/0', { F: '255.1.2.3' }, true],
  ['cidr of IPv4 holds no IPv6', 'F|cidr: 0.0.0.0/0', { F: '::1' }, false],
  ['cidr of IPv4 holds no address mapped into IPv6', 'F|cidr: 10.0.0.0/8', { F: '::ffff:10.0.0.1' }, false],
  ['cidr with an odd prefix', 'F|cidr: 192.0.2.128/25', { F: '192.0.2.127' }, false],
  ['fieldref|neq', 'F|fieldref|neq: G', { F: 'a', G: 'b' }, true],
  ['base64', 'F|base64|contains: foobar', { F: 'x Zm9vYmFy' }, true],
  ['base64offset', 'F|base64offset|contains: /bin/bash', { F: Buffer.from('xx/bin/bash -i').toString('base64') }, true],
  ['wide|base64offset', 'F|wide|base64offset|contains: ping', { F: Buffer.from('a ping', 'utf16le').toString('base64') }, true],
  ['windash takes a slash for a dash', "F|contains|windash: ' -enc'", { F: 'ps /enc x' }, true],
  ['windash takes an en dash', "F|windash|contains: ' -enc'", { F: 'ps \u2013enc x' }, true],
  ['windash leaves dashes within words', "F|contains|windash: 'a-b'", { F: 'a/b' }, false],
  ['fieldref', 'F|fieldref: G', { F: 'Root', G: 'root' }, true],
  ['fieldref to a missing field', 'F|fieldref: G', { F: 'root' }, false],
  ['fieldref|endswith', 'F|fieldref|endswith: G', { F: '/bin/sh', G: 'sh' }, true],
]);

test('not holds for a missing field', () => {
  expect(matches('F: a', {}, 'not selection')).toBe(true);
});

test('an expression that costs a backtracking matcher exponential time is answered', () => {
  expect(matches("F|re: '^(a+)+$'", { F: `${'a'.repeat(20_000)}b` })).toBe(false);
});

test('a wildcard pattern of many stars against a long value is answered', () => {
  expect(matches(`F: '${'*a'.repeat(50)}*b'`, { F: 'a'.repeat(20_000) })).toBe(false);
});
