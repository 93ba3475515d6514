/**
 * Which of the rules of a route may hold for an event: those of whose witness at least one literal is found. Every field
 * that a witness is about is searched once an event, however many rules ask for it; fields of other tests are not read.
 */
import type { FieldRef } from '../rules/fields.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { gramLiteralBytesMin, gramMachine } from './gram-machine.ts';
import { beginningMachine, endingMachine, endOfText, type Finds, type LiteralMachine, type OwnedLiterals } from './literal-machine.ts';
import { shortLiteralBytesMin, shortMachine } from './short-machine.ts';
import type { Anchor, Literal } from './witness.ts';

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
  private readonly fields: FieldIndex[];
  /** Rules whose witness is not looked for any more. */
  private unindexed: Int32Array = new Int32Array(0);

  /** The witness of each rule by its number; a rule with an empty one is never a candidate. */
  constructor(witnesses: ReadonlyMap<number, readonly Literal[]>, source: FieldSource) {
    this.fields = [...byField(witnesses)].map(([field, literals]) => new FieldIndex(source.slotOf(field), literals));
    this.tableBytes = this.fields.reduce((sum, field) => sum + field.tableBytes, 0);
  }

  /** Adds the numbers of the rules that may hold for the event of the source. */
  find(source: FieldSource, candidates: Candidates): void {
    candidates.add(this.unindexed);
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

/** The owners of each literal, by how it stands in the value; literals as the machines take them. */
type FieldLiterals = Readonly<Record<'beginnings' | 'endings' | 'contained', Map<string, number[]>>>;

function byField(witnesses: ReadonlyMap<number, readonly Literal[]>): Map<FieldRef, FieldLiterals> {
  const fields = new Map<FieldRef, FieldLiterals>();
  for (const [owner, witness] of witnesses) {
    for (const { field, anchor, text } of witness) {
      const literals = fields.getOrInsertComputed(field, () => ({ beginnings: new Map(), endings: new Map(), contained: new Map() }));
      const owners = literals[groupOf[anchor]].getOrInsertComputed(encoded(text, anchor), () => []);
      if (owners.at(-1) !== owner) owners.push(owner);
    }
  }
  return fields;
}

const groupOf: Readonly<Record<Anchor, keyof FieldLiterals>> = { exact: 'beginnings', prefix: 'beginnings', suffix: 'endings', contains: 'contained' };

function encoded(text: string, anchor: Anchor): string {
  const bytes = Buffer.from(text).toString('latin1');
  return anchor === 'exact' ? bytes + endOfText : bytes;
}

/** The machines of one field. */
class FieldIndex {
  readonly tableBytes: number;
  /** The rules that have a witness here. */
  readonly owners: ReadonlySet<number>;
  private readonly slot: Slot;
  private readonly containedOnly: boolean;
  private readonly machines: readonly LiteralMachine[];
  /** For literals that no text of ASCII holds. */
  private readonly beyondAscii: readonly LiteralMachine[];
  private candidates: Candidates | undefined;
  private readonly visit = (bytes: Uint8Array, start: number, end: number): void => this.findRaw(bytes, start, end, this.candidates!);

  constructor(slot: Slot, literals: FieldLiterals) {
    this.slot = slot;
    this.owners = new Set(Object.values(literals).flatMap((group) => [...group.values()].flat()));
    [this.machines, this.beyondAscii] = machinesFor(literals);
    // Then texts of several values may be searched as one: what is found across two of them is a candidate too many.
    this.containedOnly = literals.beginnings.size === 0 && literals.endings.size === 0;
    this.tableBytes = [...this.machines, ...this.beyondAscii].reduce((sum, { tableBytes }) => sum + tableBytes, 0);
  }

  find(source: FieldSource, candidates: Candidates): void {
    if (source.locate(this.slot)) return this.findRaw(source.bytes, source.start, source.end, candidates);
    if (this.containedOnly && source.locateAll?.(this.slot)) return this.findRaw(source.bytes, source.start, source.end, candidates);
    this.candidates = candidates;
    if (source.locateEach?.(this.slot, this.visit)) return;
    const value = source.value(this.slot);
    if (value === null || value === undefined) return;
    if (typeof value === 'object') for (const item of value) this.findIn(item, candidates);
    else this.findIn(typeof value === 'string' ? value : String(value), candidates);
  }

  private findRaw(bytes: Uint8Array, start: number, end: number, candidates: Candidates): void {
    if (this.scan(bytes, start, end, true, candidates)) return;
    this.findFolded(foldForIndex(textDecoder.decode(bytes.subarray(start, end))), candidates);
  }

  private findIn(text: string, candidates: Candidates): void {
    const length = text.length <= scratchBytes ? copyAscii(text) : -1;
    if (length >= 0) this.scan(scratch, 0, length, true, candidates);
    else this.findFolded(foldForIndex(text), candidates);
  }

  private findFolded(text: string, candidates: Candidates): void {
    const bytes = text.length * utf8PerUnitMax <= scratchBytes ? scratch : Buffer.allocUnsafe(text.length * utf8PerUnitMax);
    this.scan(bytes, 0, encoder.encodeInto(text, bytes).written, false, candidates);
  }

  private scan(bytes: Uint8Array, start: number, end: number, raw: boolean, candidates: Candidates): boolean {
    for (const machine of this.machines) if (!machine.scan(bytes, start, end, raw, candidates)) return false;
    if (!raw) for (const machine of this.beyondAscii) machine.scan(bytes, start, end, raw, candidates);
    return true;
  }
}

/** For all texts, and for those beyond ASCII in addition. */
function machinesFor({ beginnings, endings, contained }: FieldLiterals): [LiteralMachine[], LiteralMachine[]] {
  const ascii = new Map([...contained].filter(([literal]) => isAscii(literal)));
  const beyond = new Map([...contained].filter(([literal]) => !isAscii(literal)));
  const anchored = [...(beginnings.size > 0 ? [beginningMachine(beginnings)] : []), ...(endings.size > 0 ? [endingMachine(endings)] : [])];
  // Only a search for what is contained reads a text to its end, and so finds out whether all of it is ASCII.
  if (ascii.size === 0) return [[...anchored, ...searches(beyond)], []];
  return [[...anchored, ...searches(ascii)], searches(beyond)];
}

function searches(contained: OwnedLiterals): LiteralMachine[] {
  const ofBytes = (least: number, end: number): OwnedLiterals => new Map([...contained].filter(([{ length }]) => length >= least && length < end));
  const tiny = ofBytes(0, shortLiteralBytesMin);
  const short = ofBytes(shortLiteralBytesMin, gramLiteralBytesMin);
  const long = ofBytes(gramLiteralBytesMin, Number.POSITIVE_INFINITY);
  return [
    // By themselves: one of a byte among the short ones, and half of all bytes pass their filter.
    ...(tiny.size > 0 ? [shortMachine(tiny)] : []),
    ...(short.size > 0 ? [shortMachine(short)] : []),
    ...(long.size > 0 ? [gramMachine(long)] : []),
  ];
}

function isAscii(literal: string): boolean {
  return /^[\0-\x7f]*$/.test(literal);
}

const utf8PerUnitMax = 3;

/** Longer than what sensors send of a command line; longer texts get a buffer of their own. */
const scratchBytes = 64 * 1_024;
const scratch = new Uint8Array(scratchBytes);
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
