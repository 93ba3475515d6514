/**
 * Texts that come again, such as names of programs: to compare one with a known one takes less than to search it and to
 * judge by it once more. A field whose texts hardly come again does without for a while.
 */
import { gramFactor } from './gram-table.ts';
import { KnownValue } from './known-value.ts';
import { TableBudget } from './table-budget.ts';
import { wordAcross, WordText } from './word-text.ts';

/** Of all fields of a program together: some thousand programs, directories and command lines that come again. */
const placesBits = 14;

/** Longer ones are command lines, which hardly come again. */
const textBytesMax = 256;

/** A field is looked at for so many texts; where fewer than one in four was known it rests for so many. */
const trialTexts = 256;
const hitsMin = trialTexts / 4;
const restTexts = 8_192;

/** A byte for each rule and text; without it rules are judged. */
const verdictBytesMax = 32 * 2 ** 20;

/** Of two texts that come again and again in one place, one stays. */
const strengthMax = 4;

/** One text of one field. */
export class KnownText extends KnownValue {
  readonly field: RepeatedTexts;
  readonly text: WordText;
  /** How many others that come again it is kept before. */
  strength = strengthMax;

  constructor(field: RepeatedTexts, text: WordText, owners: Int32Array) {
    super(owners);
    this.field = field;
    this.text = text;
  }
}

/** What all fields of a program share, so that there is one bound on memory. */
export class TextMemory {
  readonly texts = new Array<KnownText | undefined>(2 ** placesBits).fill(undefined);
  /** By place, the key of the text that came there last and was not known: when it comes again, it takes the place. */
  readonly seen = new Int32Array(2 ** placesBits);
  /** For what is known of rules by text. */
  readonly verdicts = new TableBudget(verdictBytesMax);
  private fields = 0;

  nextField(): number {
    return (this.fields += 1);
  }
}

/** The texts of one field. */
export class RepeatedTexts {
  private readonly memory: TextMemory;
  /** What keys of the field begin with. */
  private readonly salt: number;
  /** The text found last: in many fields the next event has the same. */
  private last: KnownText | undefined;
  /** Of the text asked for last. */
  private key = 0;
  /** Whether the text asked for last, which is not known, is to be kept: it came before, as far as its key tells. */
  comesAgain = false;
  private asked = 0;
  private hits = 0;
  private rest = 0;

  constructor(memory: TextMemory) {
    this.memory = memory;
    this.salt = Math.imul(memory.nextField(), gramFactor);
  }

  /** `words` are the memory of the bytes as of wordsOf. */
  find(bytes: Uint8Array, words: Int32Array, start: number, end: number): KnownText | undefined {
    this.comesAgain = false;
    if (this.rest > 0) {
      this.rest -= 1;
      return undefined;
    }
    if (end < start || end - start > textBytesMax) return undefined;
    if ((this.asked += 1) === trialTexts) this.takeStock();
    const { last } = this;
    if (last !== undefined && last.text.stands(bytes, words, start, end)) {
      this.hits += 1;
      last.strength = strengthMax;
      return last;
    }
    const key = this.keyOf(bytes, words, start, end);
    const place = key >>> (32 - placesBits);
    const { seen, texts } = this.memory;
    const found = texts[place];
    if (found !== undefined && found.field === this && found.text.stands(bytes, words, start, end)) {
      this.hits += 1;
      found.strength = strengthMax;
      return (this.last = found);
    }
    if (seen[place] === key) this.comesAgain = found === undefined || (found.strength -= 1) <= 0;
    this.key = key;
    seen[place] = key;
    return undefined;
  }

  /** The text asked for last, which comes again. */
  keep(bytes: Uint8Array, owners: Int32Array): KnownText {
    const { texts, verdicts } = this.memory;
    const place = this.key >>> (32 - placesBits);
    const replaced = texts[place];
    if (replaced !== undefined) {
      if (replaced.field.last === replaced) replaced.field.last = undefined;
      replaced.release(verdicts);
    }
    return (texts[place] = new KnownText(this, new WordText(bytes), owners));
  }

  private takeStock(): void {
    if (this.hits < hitsMin) this.rest = restTexts;
    this.asked = 0;
    this.hits = 0;
  }

  private keyOf(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    const address = ((bytes.byteOffset & 3) + start) | 0;
    const shift = (address & 3) << 3;
    const whole = (end - start) >> 2;
    let at = address >> 2;
    let key = this.salt ^ (end - start);
    // Of the last three bytes of the memory there is no word.
    if (at + whole < words.length) {
      let word = words[at]!;
      for (let index = 0; index < whole; index = (index + 1) | 0) {
        at = (at + 1) | 0;
        const next = words[at]!;
        key = mixed(key ^ wordAcross(word, next, shift));
        word = next;
      }
    }
    for (let index = (start + (whole << 2)) | 0; index < end; index = (index + 1) | 0) key = mixed(key ^ bytes[index]!);
    return key;
  }
}

function mixed(key: number): number {
  const product = Math.imul(key, gramFactor);
  return product ^ (product >>> 15);
}
