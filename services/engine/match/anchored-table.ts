/**
 * Finds which of many literals a text is, begins with or ends with: a few bytes at a place that is known beforehand, a
 * gram, say which literals come into question, and these are compared. So a text costs a handful of look-ups, however
 * long it is and however many literals there are. A trie takes a step for each byte that text and literals share, and
 * some kilobytes for each literal.
 */
import { byteGramAt, foldMask, GramTable, standsAt, type FoundLiteral } from './gram-table.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';

export type Anchored = 'beginning' | 'ending' | 'whole';

/** Literals of about one length: the shortest has room for the gram, and the longest is not much longer. */
const lengthsFrom = [1, 2, 3, 4, 8, 12] as const;
const gramBytesMax = 4;

/** Of literals as those of literal-machine.ts. An empty one is a text that is empty. */
export class AnchoredTable implements LiteralMachine {
  readonly tableBytes: number;
  private readonly anchored: Anchored;
  private readonly classes: readonly LengthClass[];
  /** Of the empty literal that a text is. */
  private readonly ofEmpty: Int32Array | undefined;
  /** How far from the beginning, or the end, a byte stands by which most texts are refused. */
  private readonly distance: number;
  /** By that byte (folded, and of whole texts with the length) a bit for each of the classes that have such literals. */
  private readonly possible = new Uint8Array(256);

  constructor(anchored: Anchored, literals: OwnedLiterals) {
    const classes = classesOf(literals, anchored);
    const ofEmpty = literals.get('');
    this.anchored = anchored;
    this.classes = classes;
    this.ofEmpty = ofEmpty === undefined ? undefined : Int32Array.from(ofEmpty);
    this.tableBytes = classes.reduce((sum, { tableBytes }) => sum + tableBytes, 0);
    this.distance = tellingDistance(anchored, classes);
    classes.forEach(({ literals }, index) => {
      for (const { bytes } of literals) this.possible[this.keyOf(bytes, 0, bytes.length)]! |= 1 << index;
    });
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    if (this.ofEmpty !== undefined && start === end) finds.add(this.ofEmpty);
    if (end - start <= this.distance) return this.scanEach(-1, bytes, start, end, finds);
    const possible = this.possible[this.keyOf(bytes, start, end)]!;
    if (possible !== 0) this.scanEach(possible, bytes, start, end, finds);
  }

  private scanEach(possible: number, bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    for (let index = 0; index < this.classes.length; index += 1) if (((possible >>> index) & 1) !== 0) this.classes[index]!.scan(bytes, start, end, finds);
  }

  private keyOf(bytes: Uint8Array, start: number, end: number): number {
    const { anchored, distance } = this;
    const byte = bytes[anchored === 'ending' ? end - 1 - distance : start + distance]! | (foldMask & 0xff);
    return anchored === 'whole' ? (byte ^ ((end - start) * lengthFactor)) & 0xff : byte;
  }
}

/** Beginnings and ends of texts differ soon, if at all. */
const distancesMax = 8;

/** Odd, so that lengths next to each other give keys that are far apart. */
const lengthFactor = 0x9d;

/** Where the literals differ most, as far as the shortest has a byte there. */
function tellingDistance(anchored: Anchored, classes: readonly LengthClass[]): number {
  const literals = classes.flatMap((each) => each.literals.map(({ bytes }) => bytes));
  const shortest = literals.reduce((least, { length }) => Math.min(least, length), distancesMax);
  const distinctAt = (distance: number): number => new Set(literals.map((bytes) => bytes[anchored === 'ending' ? bytes.length - 1 - distance : distance]! | (foldMask & 0xff))).size;
  return Array.from({ length: shortest }, (_, distance) => distance).reduce((best, distance) => (distinctAt(distance) > distinctAt(best) ? distance : best), 0);
}

function classesOf(literals: OwnedLiterals, anchored: Anchored): LengthClass[] {
  return lengthsFrom.flatMap((least, index) => {
    const below = lengthsFrom[index + 1] ?? Number.POSITIVE_INFINITY;
    const found = [...literals].filter(([{ length }]) => length >= least && length < below).map(([literal, owners]): FoundLiteral => ({ bytes: Buffer.from(literal, 'latin1'), owners: Int32Array.from(owners) }));
    return found.length === 0 ? [] : [new LengthClass(found, anchored, least)];
  });
}

class LengthClass {
  readonly tableBytes: number;
  readonly literals: readonly FoundLiteral[];
  private readonly anchored: Anchored;
  private readonly least: number;
  private readonly gramBytes: number;
  /** Of the gram, from the beginning, or from the end to where the gram ends. */
  private readonly offset: number;
  private readonly table: GramTable<FoundLiteral>;

  constructor(literals: readonly FoundLiteral[], anchored: Anchored, least: number) {
    this.literals = literals;
    this.anchored = anchored;
    this.least = least;
    this.gramBytes = Math.min(least, gramBytesMax);
    this.offset = this.tellingOffset(literals);
    this.table = new GramTable(literals.map((literal) => [this.gramOf(literal, this.offset), literal]));
    this.tableBytes = this.table.tableBytes;
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    if (end - start < this.least) return;
    const ending = this.anchored === 'ending';
    const found = this.table.get(byteGramAt(bytes, ending ? end - this.offset - this.gramBytes : start + this.offset, this.gramBytes));
    if (found === undefined) return;
    for (let index = 0; index < found.length; index += 1) {
      const literal = found[index]!;
      const { length } = literal.bytes;
      if (this.anchored === 'whole' ? length !== end - start : length > end - start) continue;
      if (standsAt(literal.bytes, bytes, ending ? end - length : start)) finds.add(literal.owners);
    }
  }

  /** Where the fewest have the same gram: of names of programs hardly at their `.exe`, of paths hardly at their beginning. */
  private tellingOffset(literals: readonly FoundLiteral[]): number {
    const pairsAt = (offset: number): number => [...Map.groupBy(literals, (literal) => this.gramOf(literal, offset)).values()].reduce((sum, { length }) => sum + length * length, 0);
    const offsets = Array.from({ length: this.least - this.gramBytes + 1 }, (_, offset) => ({ offset, pairs: pairsAt(offset) }));
    return offsets.reduce((best, each) => (each.pairs < best.pairs ? each : best)).offset;
  }

  private gramOf({ bytes }: FoundLiteral, offset: number): number {
    return byteGramAt(bytes, this.anchored === 'ending' ? bytes.length - offset - this.gramBytes : offset, this.gramBytes);
  }
}

