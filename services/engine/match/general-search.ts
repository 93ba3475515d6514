/** The search of one field for literals, whatever its values are and wherever they stand. */
import { AnchoredTable, type Anchored } from './anchored-table.ts';
import { isAsciiText } from './ascii-text.ts';
import { containedMachines } from './contained-machine.ts';
import type { SweptEvent } from './event-sweep.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { FoundOwners } from './found-owners.ts';
import { wordsOf } from './gram-search.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';
import { shareOfValues } from './ordinary-values.ts';
import { latin1Of, pieceShareMax, rarest, type OwnedLiteral } from './swept-literals.ts';
import { verbatimPieces } from './verbatim.ts';

export class GeneralSearch {
  readonly tableBytes: number;
  /** The rules that have a witness here. */
  readonly owners: ReadonlySet<number>;
  readonly slot: Slot;
  private readonly wholes: AnchoredTable | undefined;
  private readonly beginnings: AnchoredTable | undefined;
  private readonly endings: AnchoredTable | undefined;
  /** Of literals of ASCII. */
  private readonly contained: readonly LiteralMachine[];
  private readonly machines: readonly LiteralMachine[];
  /** For literals that only a folded text holds as they are, and none of ASCII. */
  private readonly folded: readonly LiteralMachine[];
  private readonly known: OwnersByText | undefined;
  private event: SweptEvent | undefined;
  private candidates: Finds | undefined;
  private readonly visit = (bytes: Uint8Array, start: number, end: number): void => this.findRaw(bytes, start, end, this.candidates!, false);

  constructor(slot: Slot, literals: readonly OwnedLiteral[], keepsTexts: boolean) {
    this.slot = slot;
    this.known = keepsTexts ? new OwnersByText() : undefined;
    this.owners = new Set(literals.flatMap(({ owners }) => owners));
    const groups = groupsOf(literals);
    const table = (anchored: Anchored, literals: OwnedLiterals): AnchoredTable | undefined => (literals.size > 0 ? new AnchoredTable(anchored, literals) : undefined);
    this.wholes = table('whole', groups.wholes);
    this.beginnings = table('beginning', groups.beginnings);
    this.endings = table('ending', groups.endings);
    this.contained = containedMachines(groups.contained);
    this.machines = [this.wholes, this.beginnings, this.endings, ...this.contained, ...containedMachines(groups.beyondAscii)].filter((machine) => machine !== undefined);
    this.folded = containedMachines(groups.folded);
    this.tableBytes = [...this.machines, ...this.folded].reduce((sum, { tableBytes }) => sum + tableBytes, 0);
  }

  find(source: FieldSource, candidates: Finds): void {
    this.event = source.swept;
    if (source.locate(this.slot)) {
      if (this.known !== undefined) return candidates.add(this.known.ownersOf(source.bytes) ?? this.learn(source.bytes));
      const plain = this.folded.length === 0 && source.isPlain?.(this.slot) === true;
      return this.findRaw(source.bytes, source.start, source.end, candidates, plain);
    }
    this.candidates = candidates;
    if (source.locateEach?.(this.slot, this.visit)) return;
    const value = source.value(this.slot);
    if (value === null || value === undefined) return;
    if (typeof value === 'object') for (const item of value) this.findIn(item, candidates);
    else this.findIn(typeof value === 'string' ? value : String(value), candidates);
  }

  /** Of a text of ASCII in an event; false, and nothing is found, when it is none. */
  findAscii(bytes: Uint8Array, start: number, end: number, finds: Finds, words: Int32Array | undefined): boolean {
    if (!isAsciiText(bytes, start, end, words)) return false;
    this.wholes?.scan(bytes, start, end, finds);
    this.beginnings?.scan(bytes, start, end, finds);
    this.endings?.scan(bytes, start, end, finds);
    for (let index = 0; index < this.contained.length; index += 1) this.contained[index]!.scan(bytes, start, end, finds, words);
    return true;
  }

  /** The owners of what a text holds, from now on known. */
  private learn(bytes: Uint8Array): Int32Array {
    const finds = new FoundOwners();
    this.findRaw(bytes, 0, bytes.length, finds, false);
    return this.known!.keep(bytes, finds.owners());
  }

  /** In the bytes as they stand, unless folding would make other letters of some. */
  private findRaw(bytes: Uint8Array, start: number, end: number, candidates: Finds, plain: boolean): void {
    const words = this.event?.wordsOf(bytes);
    if (plain) this.scan(this.machines, bytes, start, end, candidates, words);
    else if (!this.findAscii(bytes, start, end, candidates, words)) this.findFolded(foldForIndex(textDecoder.decode(bytes.subarray(start, end))), candidates);
  }

  private findIn(text: string, candidates: Finds): void {
    const length = text.length <= scratchBytes ? copyAscii(text) : -1;
    if (length >= 0) this.scan(this.machines, scratch, 0, length, candidates, scratchWords);
    else this.findFolded(foldForIndex(text), candidates);
  }

  private findFolded(text: string, candidates: Finds): void {
    const bytes = text.length * utf8PerUnitMax <= scratchBytes ? scratch : Buffer.allocUnsafe(text.length * utf8PerUnitMax);
    const end = encoder.encodeInto(text, bytes).written;
    const words = bytes === scratch ? scratchWords : undefined;
    this.scan(this.machines, bytes, 0, end, candidates, words);
    this.scan(this.folded, bytes, 0, end, candidates, words);
  }

  private scan(machines: readonly LiteralMachine[], bytes: Uint8Array, start: number, end: number, candidates: Finds, words: Int32Array | undefined): void {
    for (let index = 0; index < machines.length; index += 1) machines[index]!.scan(bytes, start, end, candidates, words);
  }
}

/** Texts that come again as the same object, and the owners of what each holds. */
class OwnersByText {
  private readonly owners = new Map<Uint8Array, Int32Array>();

  ownersOf(bytes: Uint8Array): Int32Array | undefined {
    return this.owners.get(bytes);
  }

  keep(bytes: Uint8Array, owners: Int32Array): Int32Array {
    if (this.owners.size >= knownTextsMax) this.owners.clear();
    this.owners.set(bytes, owners);
    return owners;
  }
}

/** As many as a plan remembers, and then new ones of what it doesn't. */
const knownTextsMax = 2_048;

/** Strings of a character for each byte, as Buffer's latin1. */
type LiteralGroups = Readonly<Record<'wholes' | 'beginnings' | 'endings' | 'contained' | 'beyondAscii' | 'folded', Map<string, number[]>>>;

const groupOf = { exact: 'wholes', prefix: 'beginnings', suffix: 'endings', contains: 'contained' } as const;

/** A literal is looked for by a part that texts hold as it stands, if it has one: then they can be searched as they stand. */
function groupsOf(literals: readonly OwnedLiteral[]): LiteralGroups {
  const groups: LiteralGroups = { wholes: new Map(), beginnings: new Map(), endings: new Map(), contained: new Map(), beyondAscii: new Map(), folded: new Map() };
  const add = (named: keyof LiteralGroups, text: string, owners: readonly number[]): void => {
    const bytes = latin1Of(text);
    const group = groups[named === 'contained' && bytes.length > text.length ? 'beyondAscii' : named];
    group.set(bytes, [...(group.get(bytes) ?? []), ...owners]);
  };
  for (const { anchor, text, owners } of literals) {
    const pieces = verbatimPieces(text);
    const piece = rarest(pieces);
    if (piece === text || text === '') add(groupOf[anchor], text, owners);
    else if (piece !== undefined && shareOfValues('contains', piece) < pieceShareMax) add('contained', piece, owners);
    else add('folded', text, owners);
  }
  return groups;
}

const utf8PerUnitMax = 3;

/** Longer than what sensors send of a command line; longer texts get a buffer of their own. */
const scratchBytes = 64 * 1_024;
const scratch = Buffer.from(new ArrayBuffer(scratchBytes));
const scratchWords = wordsOf(scratch);
const encoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The length, or -1 when there are other characters. For the short texts of fields faster than an encoder's call. */
function copyAscii(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return -1;
    scratch[index] = code;
  }
  return text.length;
}
