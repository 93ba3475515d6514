/** The search of one field of an event for the literals that rules ask of it: which owners have one there. */
import { AnchoredTable, type Anchored } from './anchored-table.ts';
import { containedMachines } from './contained-machine.ts';
import type { SweptEvent } from './event-sweep.ts';
import type { FewPlan, FieldSource, Slot, TextPlan } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { wordsOf } from './gram-search.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';
import { shareOfValues } from './ordinary-values.ts';
import { latin1Of, pieceShareMax, rarest, type OwnedLiteral } from './swept-literals.ts';
import { verbatimPieces } from './verbatim.ts';

export interface FieldSearch {
  readonly tableBytes: number;
  /** The rules that have a witness here. */
  readonly owners: ReadonlySet<number>;
  find(source: FieldSource, finds: Finds): void;
}

/** The quickest way for the field in events of the source's present shape. */
export function fieldSearch(slot: Slot, literals: readonly OwnedLiteral[], source: FieldSource): FieldSearch {
  const general = new GeneralSearch(slot, literals, source.keepsTexts?.(slot) === true);
  const few = source.fewOf?.(slot);
  if (few !== undefined) return new FewValuesSearch(few, general);
  if (source.isOfBatch?.(slot) === true) return new BatchSearch(general);
  const text = source.textOf?.(slot);
  return text === undefined ? general : new TextSearch(text, general);
}

/** Of a field with few values: what each holds is found out once. */
class FewValuesSearch implements FieldSearch {
  readonly tableBytes: number;
  readonly owners: ReadonlySet<number>;
  private readonly few: FewPlan;
  private readonly general: GeneralSearch;
  /** By the number of the value. */
  private readonly known: Int32Array[] = [];

  constructor(few: FewPlan, general: GeneralSearch) {
    this.few = few;
    this.general = general;
    this.tableBytes = general.tableBytes;
    this.owners = general.owners;
  }

  find(source: FieldSource, finds: Finds): void {
    const number = this.few.numberOf(source.swept!);
    finds.add(this.known[number] ?? this.learn(number, source));
  }

  private learn(number: number, source: FieldSource): Int32Array {
    const found = new FoundOwners();
    this.general.find(source, found);
    return (this.known[number] = found.owners());
  }
}

/** Of a field whose text stands in the event. */
class TextSearch implements FieldSearch {
  readonly tableBytes: number;
  readonly owners: ReadonlySet<number>;
  private readonly text: TextPlan;
  private readonly general: GeneralSearch;

  constructor(text: TextPlan, general: GeneralSearch) {
    this.text = text;
    this.general = general;
    this.tableBytes = general.tableBytes;
    this.owners = general.owners;
  }

  find(source: FieldSource, finds: Finds): void {
    const event = source.swept!;
    const at = this.text.textAt(event);
    if (at < 0) return;
    const { record } = event;
    // The length takes one byte, or two from 64 on; longer texts than 8 KiB are few.
    const head = record[at]!;
    const start = head < 0x80 ? at + 1 : at + 2;
    const next = head < 0x80 ? 0 : record[at + 1]!;
    const end = start + (((head & 0x7f) | (next << 7)) >> 1);
    if (next >= 0x80 || !this.general.findAscii(record, start, end, finds, event.words)) this.general.find(source, finds);
  }
}

/** Of a field that all events of a batch have in common. */
class BatchSearch implements FieldSearch {
  readonly tableBytes: number;
  readonly owners: ReadonlySet<number>;
  private readonly general: GeneralSearch;
  private record: Uint8Array | undefined;
  private found: Int32Array = new Int32Array(0);

  constructor(general: GeneralSearch) {
    this.general = general;
    this.tableBytes = general.tableBytes;
    this.owners = general.owners;
  }

  find(source: FieldSource, finds: Finds): void {
    const { record } = source.swept!;
    if (record !== this.record) {
      const found = new FoundOwners();
      this.general.find(source, found);
      this.found = found.owners();
      this.record = record;
    }
    finds.add(this.found);
  }
}

/** Whatever the field's values are, and wherever they stand. */
class GeneralSearch implements FieldSearch {
  readonly tableBytes: number;
  /** The rules that have a witness here. */
  readonly owners: ReadonlySet<number>;
  private readonly slot: Slot;
  private readonly wholes: AnchoredTable | undefined;
  private readonly beginnings: AnchoredTable | undefined;
  private readonly endings: AnchoredTable | undefined;
  private readonly contained: readonly LiteralMachine[];
  private readonly machines: readonly LiteralMachine[];
  /** For literals that only a folded text holds as they are, and none of ASCII. */
  private readonly folded: readonly LiteralMachine[];
  private readonly known: KnownTexts | undefined;
  private event: SweptEvent | undefined;
  private candidates: Finds | undefined;
  private readonly visit = (bytes: Uint8Array, start: number, end: number): void => this.findRaw(bytes, start, end, this.candidates!, false);

  constructor(slot: Slot, literals: readonly OwnedLiteral[], keepsTexts: boolean) {
    this.slot = slot;
    this.known = keepsTexts ? new KnownTexts() : undefined;
    this.owners = new Set(literals.flatMap(({ owners }) => owners));
    const groups = groupsOf(literals);
    const table = (anchored: Anchored, literals: OwnedLiterals): AnchoredTable | undefined => (literals.size > 0 ? new AnchoredTable(anchored, literals) : undefined);
    this.wholes = table('whole', groups.wholes);
    this.beginnings = table('beginning', groups.beginnings);
    this.endings = table('ending', groups.endings);
    this.contained = containedMachines(groups.contained);
    this.machines = [this.wholes, this.beginnings, this.endings, ...this.contained].filter((machine) => machine !== undefined);
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
    if (!isAsciiIn(bytes, start, end)) return false;
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
class KnownTexts {
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

class FoundOwners implements Finds {
  private readonly found = new Set<number>();

  add(owners: Int32Array): void {
    for (const owner of owners) this.found.add(owner);
  }

  owners(): Int32Array {
    return Int32Array.from(this.found);
  }
}

/** Strings of a character for each byte, as Buffer's latin1. */
type LiteralGroups = Readonly<Record<'wholes' | 'beginnings' | 'endings' | 'contained' | 'folded', Map<string, number[]>>>;

const groupOf = { exact: 'wholes', prefix: 'beginnings', suffix: 'endings', contains: 'contained' } as const;

/** A literal is looked for by a part that texts hold as it stands, if it has one: then they can be searched as they stand. */
function groupsOf(literals: readonly OwnedLiteral[]): LiteralGroups {
  const groups: LiteralGroups = { wholes: new Map(), beginnings: new Map(), endings: new Map(), contained: new Map(), folded: new Map() };
  const add = (group: keyof LiteralGroups, text: string, owners: readonly number[]): void => {
    const bytes = latin1Of(text);
    groups[group].set(bytes, [...(groups[group].get(bytes) ?? []), ...owners]);
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

function isAsciiIn(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  for (let at = start; at < end; at += 1) seen |= bytes[at]!;
  return seen < 0x80;
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
