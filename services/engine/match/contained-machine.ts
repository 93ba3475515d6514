/** Finds which of many literals a text contains. */
import { gramSearches, shortLiteralBytesMin, wordsOf, type GramSearch } from './gram-search.ts';
import { byteGramAt, foldMask, GramTable, standsAt, type FoundLiteral, type Visitor } from './gram-table.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';

/** Literals and texts as those of literal-machine.ts; no literal may be empty. */
export function containedMachines(literals: OwnedLiterals): LiteralMachine[] {
  const found = [...literals].map(([literal, owners]): FoundLiteral => ({ bytes: Buffer.from(literal, 'latin1'), owners: Int32Array.from(owners) }));
  const tiny = Map.groupBy(found.filter(({ bytes }) => bytes.length < shortLiteralBytesMin), ({ bytes }) => bytes.length);
  const searches = gramSearches(found.filter(({ bytes }) => bytes.length >= shortLiteralBytesMin));
  return [...searches.map((search) => new ContainedMachine(search)), ...tiny.values().map((each) => new TinyMachine(each))];
}

class ContainedMachine implements LiteralMachine, Visitor<FoundLiteral> {
  readonly tableBytes: number;
  private readonly grams: GramSearch<FoundLiteral>;
  private finds: Finds | undefined;

  constructor(grams: GramSearch<FoundLiteral>) {
    this.grams = grams;
    this.tableBytes = grams.tableBytes;
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds, words: Int32Array | undefined): void {
    this.finds = finds;
    if (words !== undefined) return this.grams.search(bytes, words, start, end, this);
    const length = end - start;
    if (length > copyBytesMax) return this.grams.search(bytes, wordsOf(bytes), start, end, this);
    for (let index = 0; index < length; index += 1) copy[index] = bytes[start + index]!;
    this.grams.search(copy, copyWords, 0, length, this);
  }

  found({ owners }: FoundLiteral): void {
    this.finds!.add(owners);
  }
}

/** Shorter texts are copied: that takes less than to look at memory as words. */
const copyBytesMax = 1024;
const copy = Buffer.from(new ArrayBuffer(copyBytesMax));
const copyWords = wordsOf(copy);

/** Of one or two bytes, all of the same length: so few are looked up at every place. */
class TinyMachine implements LiteralMachine {
  readonly tableBytes: number;
  private readonly length: number;
  private readonly table: GramTable<FoundLiteral>;
  /** 1 at the grams that there are. */
  private readonly filter: Uint8Array;

  constructor(literals: readonly FoundLiteral[]) {
    this.length = literals[0]!.bytes.length;
    this.table = new GramTable(literals.map((literal) => [byteGramAt(literal.bytes, 0, this.length), literal]));
    this.filter = new Uint8Array(2 ** (8 * this.length));
    for (const { bytes } of literals) this.filter[byteGramAt(bytes, 0, this.length)] = 1;
    this.tableBytes = this.table.tableBytes + this.filter.byteLength;
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    for (let at = this.next(bytes, start, end); at < end; at = this.next(bytes, at + 1, end)) {
      for (const literal of this.table.get(byteGramAt(bytes, at, this.length))!) if (standsAt(literal.bytes, bytes, at)) finds.add(literal.owners);
    }
  }

  /** The first place from `at` on where one of the grams is; `end` when there is none. */
  private next(bytes: Uint8Array, at: number, end: number): number {
    const { filter } = this;
    if (this.length === 1) {
      for (; at < end; at += 1) if (filter[bytes[at]! | oneFold] === 1) return at;
      return end;
    }
    let gram = bytes[at]! << 8;
    for (let next = at + 1; next < end; next += 1) {
      gram = (gram >>> 8) | (bytes[next]! << 8);
      if (filter[gram | twoFold] === 1) return next - 1;
    }
    return end;
  }
}

const oneFold = foldMask & 0xff;
const twoFold = foldMask & 0xffff;
