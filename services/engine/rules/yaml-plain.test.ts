/** The reader of plain YAML against the YAML package: the same trees with the same positions, or it leaves the text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainCharsMax, readPlainYaml } from './yaml-plain.ts';
import { parseAnyYaml } from './yaml-source.ts';
import type { SourceDocument, SourceNode } from './yaml-source.ts';

/** Everything that a node says, as plain data. */
function said(node: SourceNode | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'map':
      return { at: node.at, map: node.entries.map(({ key, value }) => [said(key), said(value)]) };
    case 'list':
      return { at: node.at, list: node.items.map(said) };
    case 'scalar': {
      const { value, text, at } = node;
      return { value, text, at, places: [...text].slice(0, 12).map((_, index) => node.positionOf(index)) };
    }
  }
}

function saidOf(documents: readonly SourceDocument[]): unknown {
  return documents.map(({ root, at, faults }) => ({ root: said(root), at, faults: faults.list }));
}

/** Whether it was read. */
function agrees(text: string): boolean {
  const plain = readPlainYaml('a.yml', text);
  if (plain !== undefined) expect(saidOf(plain), JSON.stringify(text)).toEqual(saidOf(parseAnyYaml('a.yml', text)));
  return plain !== undefined;
}

const rule = `title: It's a rule # comment
id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64

description: |
  One line

    and another:  # no comment
date: 2026-03-01
count: 042
tags:
- attack.t1059
- "quoted: text"
  # a comment
detection:
    selection:
        -   Image|endswith: '\\sh''x'
            "Comma, nd": ~
        - EventID:
            - 4625
            - -1
    empty:
    '|all':
        - a:b
        - True
    condition: selection   and  not (x)
`;

test.each([
  ['a rule', rule],
  ['with line ends of Windows', rule.replaceAll('\n', '\r\n')],
  ['several documents', `---\n${rule}---\n${rule}`],
  ['without a line end', rule.trimEnd()],
  ['a list of maps, as Falco has', '- macro: a\n  condition: b\n\n# c\n- list: d\n  items:\n    - x\n'],
  ['a literal at the end', 'a:\n  b: |-\n    x\n\n\n'],
  ['a literal without its last line end', 'a: |\n  x'],
  ['null where nothing stands', 'a:\nb:  # c\nc:\n\n\n'],
])('%s is read', (_what, text) => {
  expect(agrees(text)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['a comment only', '# c'],
  ['a collection in brackets', 'a: [b]'],
  ['an anchor', 'a: &b c'],
  ['an alias', 'a: *b'],
  ['a tag', 'a: !!str b'],
  ['a key twice', 'a: b\na: c'],
  ['a text over lines', 'a: b\n  c'],
  ['a folded block', 'a: >\n  b'],
  ['an indentation that is said', 'a: |2\n  b'],
  ['a tab', 'a:\tb'],
  ['an escape', 'a: "\\x41"'],
  ['a number that is no decimal integer', 'a: 0x10'],
  ['a fraction', 'a: 1.5'],
  ['a map where none may stand', 'a: b: c'],
  ['a line that is indented too little', 'a:\n    b: c\n  d: e'],
  ['an empty document', 'a: b\n---\n'],
  ['a directive', '%YAML 1.2\n---\na: b'],
  ['the end of a document', 'a: b\n...\n'],
  ['a scalar alone', 'text'],
  ['a list in a list', '- - a'],
  ['an explicit key', '? a\n: b'],
  ['a NUL', 'a: b\0'],
  ['more than it takes', `a: ${'b'.repeat(plainCharsMax)}`],
])('%s is left to the package', (_what, text) => {
  expect(agrees(text)).toBe(false);
});

test('it agrees with the package on rules that were changed', () => {
  const put = fc.oneof(
    fc.constantFrom(...[' ', '  ', '\n', '\n  ', '\n- ', ': ', ':', ' #', '#', "'", '"', '|', '|-\n', '>', '-', '- ', '---\n', '...', '\n---\n', '\r\n', '&a ', '*a', '!', '[', ']', '{', '?', ',', '%', '~', 'null', '0', '\\', 'é', '\u{1f600}']),
    fc.string({ maxLength: 3 }),
  );
  const edit = fc.record({ at: fc.nat(rule.length), cut: fc.oneof(fc.constant(0), fc.nat(12)), put });
  let read = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = rule;
      for (const { at, cut, put: piece } of edits) text = text.slice(0, at) + piece + text.slice(at + cut);
      if (agrees(text)) read += 1;
    }),
    { numRuns: 1_500 },
  );
  expect(read).toBeGreaterThan(100);
});

test('it agrees with the package on lines of any pieces', () => {
  const piece = fc.constantFrom(' ', ' ', '  ', 'a', 'b', 'key: ', 'k:', '- ', '-', "'x'", '"y"', '#', ': ', '|', '|-', '7', '-3', 'null', 'true', '---', '', 'é', '?', '.');
  const line = fc.record({ indent: fc.constantFrom(0, 0, 1, 2, 2, 4), pieces: fc.array(piece, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      agrees(lines.map(({ indent, pieces }) => ' '.repeat(indent) + pieces.join('')).join('\n'));
    }),
    { numRuns: 3_000 },
  );
});
