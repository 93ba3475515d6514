/**
 * Which of the rules of a route may hold for an event: those of whose witness at least one literal is found. The event is
 * swept once for what can be found in its bytes as they stand (event-sweep.ts); for the rest every field that a witness is
 * about is searched once, however many rules ask for it. Fields of other tests are not read.
 */
import { anchoredTable } from './anchored-table.ts';
import { containedMachines } from './contained-machine.ts';
import { EventSweep, type SweptEvent } from './event-sweep.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { wordsOf } from './gram-search.ts';
import type { Finds, LiteralMachine } from './literal-machine.ts';
import { shareOfValues } from './ordinary-values.ts';
import { latin1Of, pieceShareMax, rarest, SweptLiterals, type OwnedLiteral } from './swept-literals.ts';
import { verbatimPieces } from './verbatim.ts';
import { holdsLiteral, type Literal } from './witness.ts';

/** The candidates of one event, each once, in the order in which they were found. Reused from event to event. */
export class Candidates implements Finds {
  readonly found: Int32Array;
  count = 0;
  /** Of each number the event for which it was last added; doubles, which count longer than any process runs. */
  private readonly stamps: Float64Array;
  private event = 0;

  constructor(numbers: number) {
    this.found = new Int32Array(numbers);
    this.stamps = new Float64Array(numbers);
  }

  begin(): void {
    this.event += 1;
    this.count = 0;
  }

  add(owners: Int32Array): void {
    for (let index = 0; index < owners.length; index += 1) {
      const owner = owners[index]!;
      if (this.stamps[owner] === this.event) continue;
      this.stamps[owner] = this.event;
      this.found[this.count++] = owner;
    }
  }
}

export class LiteralIndex {
  readonly tableBytes: number;
  private readonly sweep: EventSweep | undefined;
  private readonly fields: FieldIndex[];
  /** Rules whose witness is not looked for any more. */
  private unindexed: Int32Array = new Int32Array(0);

  /** The witness of each rule by its number; a rule with an empty one is never a candidate. */
  constructor(witnesses: ReadonlyMap<number, readonly Literal[]>, source: FieldSource) {
    const swept = new SweptLiterals();
    this.fields = [...byField(witnesses, source)].flatMap(([slot, literals]) => {
      const rest = swept.takeFrom(slot, possible(literals, source.choicesOf?.(slot)), source.extentOf?.(slot));
      return rest.length === 0 ? [] : [new FieldIndex(slot, rest, source.keepsTexts?.(slot) === true)];
    });
    this.sweep = swept.literals.length === 0 ? undefined : new EventSweep(swept.literals);
    this.tableBytes = this.fields.reduce((sum, field) => sum + field.tableBytes, this.sweep?.tableBytes ?? 0);
  }

  /** Adds the numbers of the rules that may hold for the event of the source. */
  find(source: FieldSource, candidates: Candidates): void {
    candidates.add(this.unindexed);
    if (this.sweep !== undefined) this.sweep.find(source.swept!, candidates);
    for (let index = 0; index < this.fields.length; index += 1) {
      const field = this.fields[index]!;
      try {
        field.find(source, candidates);
      } catch {
        // A field that can't be read is a bug. Which rules meet it shows when they are judged by themselves, from now on.
        this.fields.splice(index--, 1);
        this.unindexed = Int32Array.from(new Set([...this.unindexed, ...field.owners]));
        candidates.add(this.unindexed);
      }
    }
  }
}

/** Names of one field are one: its text is searched once. Of fields with many texts come first, see SweptLiterals. */
function byField(witnesses: ReadonlyMap<number, readonly Literal[]>, source: FieldSource): Map<Slot, OwnedLiteral[]> {
  const fields = new Map<Slot, Map<string, OwnedLiteral>>();
  for (const [owner, witness] of witnesses) {
    for (const literal of witness) {
      const own = source.slotOf(literal.field);
      const { slot, literals } = source.ofWhole?.(own, literal) ?? { slot: own, literals: [literal] };
      for (const each of [slot, ...(source.besides?.(slot) ?? [])]) {
        const known = fields.getOrInsertComputed(source.sameAs?.(each) ?? each, () => new Map<string, OwnedLiteral>());
        for (const { anchor, text } of literals) {
          const { owners } = known.getOrInsertComputed(`${anchor} ${text}`, () => ({ anchor, text, owners: [] }));
          if (owners.at(-1) !== owner) owners.push(owner);
        }
      }
    }
  }
  const isWide = (slot: Slot): boolean => source.extentOf?.(slot)?.isWide === true;
  return new Map([...fields].sort(([one], [other]) => Number(isWide(other)) - Number(isWide(one))).map(([slot, literals]) => [slot, [...literals.values()]]));
}

/** Of the literals of a field with few values those that one of the values holds. */
function possible(literals: readonly OwnedLiteral[], choices: readonly string[] | undefined): readonly OwnedLiteral[] {
  return choices === undefined ? literals : literals.filter(({ anchor, text }) => choices.some((choice) => holdsLiteral(foldForIndex(choice), anchor, text)));
}

/** The machines of one field. */
class FieldIndex {
  readonly tableBytes: number;
  /** The rules that have a witness here. */
  readonly owners: ReadonlySet<number>;
  private readonly slot: Slot;
  private readonly containedOnly: boolean;
  private readonly machines: readonly LiteralMachine[];
  /** For literals that only a folded text holds as they are, and none of ASCII. */
  private readonly folded: readonly LiteralMachine[];
  private readonly known: KnownTexts | undefined;
  private event: SweptEvent | undefined;
  private candidates: Candidates | undefined;
  private readonly visit = (bytes: Uint8Array, start: number, end: number): void => this.findRaw(bytes, start, end, this.candidates!, false);

  constructor(slot: Slot, literals: readonly OwnedLiteral[], keepsTexts: boolean) {
    this.slot = slot;
    this.known = keepsTexts ? new KnownTexts() : undefined;
    this.owners = new Set(literals.flatMap(({ owners }) => owners));
    const groups = groupsOf(literals);
    this.machines = machinesFor(groups);
    this.folded = containedMachines(groups.folded);
    // Then texts of several values may be searched as one: what is found across two of them is a candidate too many.
    this.containedOnly = groups.wholes.size === 0 && groups.beginnings.size === 0 && groups.endings.size === 0;
    this.tableBytes = [...this.machines, ...this.folded].reduce((sum, { tableBytes }) => sum + tableBytes, 0);
  }

  find(source: FieldSource, candidates: Candidates): void {
    this.event = source.swept;
    if (source.locate(this.slot)) {
      if (this.known !== undefined) return candidates.add(this.known.ownersOf(source.bytes) ?? this.learn(source.bytes));
      const plain = this.folded.length === 0 && source.isPlain?.(this.slot) === true;
      return this.findRaw(source.bytes, source.start, source.end, candidates, plain);
    }
    if (this.containedOnly && source.locateAll?.(this.slot)) return this.findRaw(source.bytes, source.start, source.end, candidates, false);
    this.candidates = candidates;
    if (source.locateEach?.(this.slot, this.visit)) return;
    const value = source.value(this.slot);
    if (value === null || value === undefined) return;
    if (typeof value === 'object') for (const item of value) this.findIn(item, candidates);
    else this.findIn(typeof value === 'string' ? value : String(value), candidates);
  }

  /** The owners of what a text holds, from now on known. */
  private learn(bytes: Uint8Array): Int32Array {
    const finds = new FoundOwners();
    this.findRaw(bytes, 0, bytes.length, finds, false);
    return this.known!.keep(bytes, finds.owners());
  }

  /** In the bytes as they stand, unless folding would make other letters of some. */
  private findRaw(bytes: Uint8Array, start: number, end: number, candidates: Finds, plain: boolean): void {
    if (plain || isAsciiIn(bytes, start, end)) this.scan(this.machines, bytes, start, end, candidates, this.event?.wordsOf(bytes));
    else this.findFolded(foldForIndex(textDecoder.decode(bytes.subarray(start, end))), candidates);
  }

  private findIn(text: string, candidates: Candidates): void {
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

function machinesFor({ wholes, beginnings, endings, contained }: LiteralGroups): LiteralMachine[] {
  return [
    ...(wholes.size > 0 ? [anchoredTable('whole', wholes)] : []),
    ...(beginnings.size > 0 ? [anchoredTable('beginning', beginnings)] : []),
    ...(endings.size > 0 ? [anchoredTable('ending', endings)] : []),
    ...containedMachines(contained),
  ];
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
