/** Texts are told apart by all their bytes and by their field, wherever they begin in memory and where it ends. */
import { expect, test } from 'vitest';
import { wordsOf } from './gram-search.ts';
import { KnownValue } from './known-value.ts';
import { RepeatedTexts, TextMemory } from './repeated-texts.ts';
import { TableBudget } from './table-budget.ts';
import { WordText } from './word-text.ts';

/** The text at an offset in memory that ends so many bytes behind it. */
function placed(text: string, offset: number, behind: number): readonly [bytes: Buffer, start: number, end: number] {
  const memory = Buffer.from(new ArrayBuffer(offset + text.length + behind)).fill('x');
  memory.write(text, offset, 'latin1');
  return [memory, offset, offset + text.length];
}

const offsets = Array.from({ length: 8 }, (_, offset) => offset);
const texts = ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdefg', 'abcdefgh', '/usr/bin/python3.11'];

test.each(texts)('"%s" stands where it is written, and nothing else does', (text) => {
  const known = new WordText(Buffer.from(text));
  for (const offset of offsets) {
    for (const behind of offsets) {
      const [bytes, start, end] = placed(text, offset, behind);
      const words = wordsOf(bytes);
      expect(known.stands(bytes, words, start, end)).toBe(true);
      for (let at = start; at < end; at += 1) {
        bytes[at]! ^= 1;
        expect(known.stands(bytes, words, start, end)).toBe(false);
        bytes[at]! ^= 1;
      }
      if (start > 0) expect(known.stands(bytes, words, start - 1, end)).toBe(false);
    }
  }
});

test('a text is known from its third time on, in its field alone', () => {
  const memory = new TextMemory();
  const [own, other] = [new RepeatedTexts(memory), new RepeatedTexts(memory)];
  const ask = (field: RepeatedTexts, text: string, offset: number, behind: number): readonly number[] | undefined => {
    const [bytes, start, end] = placed(text, offset, behind);
    const found = field.find(bytes, wordsOf(bytes), start, end) ?? (field.comesAgain ? field.keep(bytes.subarray(start, end), Int32Array.of(7)) : undefined);
    return found && [...found.owners];
  };
  for (const text of texts) {
    expect([ask(own, text, 1, 9), ask(own, text, 2, 9), ask(own, text, 3, 9)]).toEqual([undefined, [7], [7]]);
    expect(ask(other, text, 0, 9)).toBeUndefined();
  }
});

test('what is known of rules by text is given back when another takes its place, once, and not asked for again', () => {
  const budget = new TableBudget(10);
  const value = new KnownValue(Int32Array.of());
  expect([value.verdictsOn(8, budget)?.length, budget.left]).toEqual([8, 2]);
  expect(new KnownValue(Int32Array.of()).verdictsOn(8, budget)).toBeUndefined();
  value.release(budget);
  expect([budget.left, value.verdictsOn(8, budget), budget.left]).toEqual([10, undefined, 10]);
});

test('a text at the end of the memory is not taken for one of another field that has the key', () => {
  const memory = new TextMemory();
  const [, g, h] = [new RepeatedTexts(memory), new RepeatedTexts(memory), new RepeatedTexts(memory)];
  // Its key in the one field is that of its length and last bytes in the other.
  const text = '3literal xxxacy94z0l';
  for (let time = 0; time < 2; time += 1) {
    const [bytes, start, end] = placed(text, 0, 8);
    g.find(bytes, wordsOf(bytes), start, end);
    if (g.comesAgain) g.keep(bytes.subarray(start, end), Int32Array.of(7));
  }
  const [bytes, start, end] = placed(text, 10, 0);
  expect(h.find(bytes, wordsOf(bytes), start, end)).toBeUndefined();
});
