/**
 * Finds which of many literals stand in an encoded event, whatever fields they are looked for in: texts stand in a record as
 * they are, and rules ask for the same bytes under many names. What is found counts where the text of its field is.
 */
import { regionsOf, type BoundedEvent, type Extent, type Region } from './extent.ts';
import type { Slot } from './field-source.ts';
import { gramSearches, longLiteralBytesMin, shortLiteralBytesMin, wordsOf, type GramSearch } from './gram-search.ts';
import { standsAt, type Visitor } from './gram-table.ts';
import type { Finds } from './literal-machine.ts';
import { becomesAsciiByWords, foldedToAscii } from './verbatim.ts';
import type { Anchor } from './witness.ts';

/** Shorter ones are in much of any text. */
export const sweptLiteralBytesMin = shortLiteralBytesMin;
/** To look for a shorter one takes several times as long: it is worth it where else many texts would have to be searched. */
export const cheaplySweptBytesMin = longLiteralBytesMin;

/** An event whose texts can be swept. */
export interface SweptEvent extends BoundedEvent {
  /** Its number, from 1 on. */
  readonly event: number;
  /** The memory in which the record stands, as words: see wordsOf of gram-search.ts. */
  readonly words: Int32Array;
  /** The memory as words in which a text that was located stands, where it is at hand. */
  wordsOf(bytes: Uint8Array): Int32Array | undefined;
  /** As of FieldSource: sets `bytes` from `start` to `end` to the text of a field. */
  locate(slot: Slot): boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What is looked for: a literal, or a piece of one. */
export interface SweptLiteral {
  readonly bytes: Uint8Array;
  readonly wanted: readonly Wanted[];
}

/** Who asks for it. */
export interface Wanted {
  /** Where it has to stand. */
  readonly extent: Extent;
  readonly owners: Int32Array;
  /** What the field's text has to hold besides. */
  readonly whole: WholeLiteral | undefined;
  /** The event for which that was looked at last: a piece may stand in a text thousands of times. */
  seenIn: number;
}

interface WholeLiteral {
  readonly slot: Slot;
  readonly anchor: Anchor;
  readonly bytes: Uint8Array;
}

/** A part of the event, and the searches for the literals that may stand there. */
interface Pass {
  readonly region: Region;
  readonly searches: readonly GramSearch<SweptLiteral>[];
}

export class EventSweep implements Visitor<SweptLiteral> {
  readonly tableBytes: number;
  /** Who asks for any of the literals. */
  readonly owners: ReadonlySet<number>;
  private readonly passes: readonly Pass[];
  private event: SweptEvent | undefined;
  private finds: Finds | undefined;

  /** Literals of which texts hold the bytes as they are (verbatim.ts); none shorter than `sweptLiteralBytesMin`. */
  constructor(literals: readonly SweptLiteral[]) {
    const long = literals.filter(({ bytes }) => bytes.length >= longLiteralBytesMin);
    const short = literals.filter(({ bytes }) => bytes.length < longLiteralBytesMin);
    const sizes = [long, short].filter(({ length }) => length > 0).map((each) => ({ regions: regionsOf(extentsOf(each)), searches: gramSearches(each) }));
    const byRegion = Map.groupBy(sizes.flatMap(({ regions, searches }) => regions.map((region) => ({ region, searches }))), ({ region }) => region.key);
    this.passes = [...byRegion.values()].map((each) => ({ region: each[0]!.region, searches: each.flatMap(({ searches }) => searches) }));
    this.owners = new Set(literals.flatMap(({ wanted }) => wanted.flatMap(({ owners }) => [...owners])));
    this.tableBytes = sizes.flatMap(({ searches }) => searches).reduce((sum, { tableBytes }) => sum + tableBytes, 0);
  }

  find(event: SweptEvent, finds: Finds): void {
    this.finds = finds;
    for (let index = 0; index < this.passes.length; index += 1) {
      const { region, searches } = this.passes[index]!;
      const start = region.startIn(event);
      if (start >= 0) this.findIn(event, searches, start, region.endIn(event));
    }
  }

  found({ wanted }: SweptLiteral, at: number): void {
    const { event, finds } = this;
    for (let index = 0; index < wanted.length; index += 1) {
      const each = wanted[index]!;
      const { extent, owners, whole } = each;
      if (event === undefined) finds!.add(owners);
      else if (each.seenIn !== event.event && extent.holds(event, at)) {
        each.seenIn = event.event;
        if (whole === undefined || mayHold(event, whole)) finds!.add(owners);
      }
    }
  }

  private findIn(event: SweptEvent, searches: readonly GramSearch<SweptLiteral>[], start: number, end: number): void {
    this.event = event;
    if (becomesAsciiByWords(event.words, event.record, start, end)) return this.findInCopy(foldedCopy(event.record.subarray(start, end)), searches);
    for (let index = 0; index < searches.length; index += 1) searches[index]!.search(event.record, event.words, start, end, this);
  }

  /** What stands where is not known of a copy: every literal in it counts. */
  private findInCopy(copy: Buffer, searches: readonly GramSearch<SweptLiteral>[]): void {
    this.event = undefined;
    for (const search of searches) search.search(copy, wordsOf(copy), 0, copy.length, this);
  }
}

function extentsOf(literals: readonly SweptLiteral[]): Extent[] {
  return literals.flatMap(({ wanted }) => wanted.map(({ extent }) => extent));
}

/** Whether the field's text holds the literal, as far as that can be told by its bytes. */
function mayHold(event: SweptEvent, { slot, anchor, bytes: literal }: WholeLiteral): boolean {
  if (!event.locate(slot)) return true;
  const { bytes, start, end } = event;
  const last = end - literal.length;
  if (last < start) return false;
  switch (anchor) {
    case 'exact':
      return last === start && standsAt(literal, bytes, start);
    case 'prefix':
      return standsAt(literal, bytes, start);
    case 'suffix':
      return standsAt(literal, bytes, last);
    case 'contains':
      for (let at = start; at <= last; at += 1) if (standsAt(literal, bytes, at)) return true;
      return false;
  }
}

/** With the characters that become ASCII as what they become. */
function foldedCopy(bytes: Buffer): Buffer {
  const text = foldedToAscii.reduce((folded, [character, as]) => folded.replaceAll(character.toString('latin1'), as), bytes.toString('latin1'));
  return Buffer.from(new Uint8Array(Buffer.from(text, 'latin1')).buffer);
}
