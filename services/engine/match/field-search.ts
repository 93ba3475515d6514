/**
 * The search of one field of an event for the rules that may hold: those that have a literal there, and those without any
 * that some value of the field rules out. For a value that comes again the answer is kept, without the rules that it rules
 * out.
 */
import type { FewPlan, FieldSource, NumeralPlan, Slot, TextPlan } from './field-source.ts';
import { FoundOwners } from './found-owners.ts';
import { GeneralSearch } from './general-search.ts';
import { KnownValue } from './known-value.ts';
import type { Finds } from './literal-machine.ts';
import { RepeatedTexts, type TextMemory } from './repeated-texts.ts';
import type { OwnedLiteral } from './swept-literals.ts';

export interface FieldSearch {
  readonly slot: Slot;
  readonly tableBytes: number;
  /** The rules that are found here. */
  readonly owners: ReadonlySet<number>;
  /** Of the event searched last, where enough is known of it. */
  readonly value: KnownValue | undefined;
  find(source: FieldSource, finds: Finds): void;
}

/** What is looked for in a field. */
export interface Sought {
  readonly slot: Slot;
  readonly literals: readonly OwnedLiteral[];
  /** Rules without a literal that values of the field rule out. */
  readonly others: readonly number[];
  /** Whether the value that the source's event has in the field lets the rule hold. */
  readonly mayHold: (rule: number) => boolean;
}

/** To look a text up costs more than to look at its ends, and about as much as to look through it for a few literals. */
const worthKeepingMin = 5;

/** Whether values of the field are kept, in events of the source's present shape. */
export function keepsValues({ slot, literals }: Pick<Sought, 'slot' | 'literals'>, source: FieldSource): boolean {
  if (source.fewOf?.(slot) !== undefined) return true;
  return source.textOf?.(slot) !== undefined && literals.filter(({ anchor }) => anchor === 'contains').length >= worthKeepingMin;
}

/** The quickest way for the field in events of the source's present shape. `others` need one whose values are kept. */
export function fieldSearch(sought: Sought, source: FieldSource, memory: TextMemory): FieldSearch {
  const { slot } = sought;
  const keeps = keepsValues(sought, source);
  if (sought.others.length > 0 && !keeps) throw new Error('rules without a literal need a field whose values are kept');
  const general = new GeneralSearch(slot, sought.literals, source.keepsTexts?.(slot) === true);
  const few = source.fewOf?.(slot);
  if (few !== undefined) return new FewValuesSearch(few, general, sought);
  if (source.isOfBatch?.(slot) === true) return new BatchSearch(general);
  const text = source.textOf?.(slot);
  if (text === undefined) return new AnySearch(general, source.numeralOf?.(slot), sought.literals);
  return new TextSearch(text, general, sought, keeps ? memory : undefined);
}

abstract class PlainSearch implements FieldSearch {
  readonly slot: Slot;
  readonly tableBytes: number;
  readonly owners: ReadonlySet<number>;
  readonly value = undefined;
  protected readonly general: GeneralSearch;

  constructor(general: GeneralSearch) {
    this.general = general;
    this.slot = general.slot;
    this.tableBytes = general.tableBytes;
    this.owners = general.owners;
  }

  abstract find(source: FieldSource, finds: Finds): void;
}

/** Of a field whose values are not kept: a number, or whatever else. */
class AnySearch extends PlainSearch {
  private readonly numeral: NumeralPlan | undefined;
  /** By the number, the owners of its digits; where all literals are whole numbers. */
  private readonly owned = new Map<number, Int32Array>();

  constructor(general: GeneralSearch, numeral: NumeralPlan | undefined, literals: readonly OwnedLiteral[]) {
    super(general);
    if (numeral === undefined || !literals.every(isNumeral)) return;
    this.numeral = numeral;
    for (const { text, owners } of literals) this.owned.set(Number(text), Int32Array.from(owners));
  }

  find(source: FieldSource, finds: Finds): void {
    const number = this.numeral?.numeralIn(source.swept!);
    if (number === undefined || number === Number.POSITIVE_INFINITY) return this.general.find(source, finds);
    const owners = this.owned.get(number);
    if (owners !== undefined) finds.add(owners);
  }
}

/** As numbers are written, and of so few digits that none is lost. */
function isNumeral({ anchor, text }: OwnedLiteral): boolean {
  return anchor === 'exact' && /^(?:0|-?[1-9]\d{0,8})$/.test(text);
}

abstract class KeepingSearch implements FieldSearch {
  readonly slot: Slot;
  readonly tableBytes: number;
  readonly owners: ReadonlySet<number>;
  value: KnownValue | undefined;
  protected readonly general: GeneralSearch;
  protected readonly others: Int32Array;
  protected readonly mayHold: (rule: number) => boolean;

  constructor(general: GeneralSearch, { others, mayHold }: Sought) {
    this.general = general;
    this.others = Int32Array.from(others);
    this.mayHold = mayHold;
    this.slot = general.slot;
    this.tableBytes = general.tableBytes;
    this.owners = new Set([...general.owners, ...others]);
  }

  abstract find(source: FieldSource, finds: Finds): void;

  protected ownersIn(source: FieldSource): Int32Array {
    const found = new FoundOwners();
    found.add(this.others);
    this.general.find(source, found);
    return found.owners();
  }
}

/** Of a field with few values: what each holds is found out once. */
class FewValuesSearch extends KeepingSearch {
  private readonly few: FewPlan;
  /** By the number of the value. */
  private readonly known: KnownValue[] = [];

  constructor(few: FewPlan, general: GeneralSearch, sought: Sought) {
    super(general, sought);
    this.few = few;
  }

  find(source: FieldSource, finds: Finds): void {
    const number = this.few.numberOf(source.swept!);
    const value = this.known[number] ?? (this.known[number] = new KnownValue(this.ownersIn(source)));
    this.value = value.isSettled(this.mayHold) ? value : undefined;
    finds.add(value.owners);
  }
}

/** Of a field whose text stands in the event. */
class TextSearch extends KeepingSearch {
  private readonly plan: TextPlan;
  /** Undefined when to search a text takes less than to see whether it came before. */
  private readonly texts: RepeatedTexts | undefined;

  constructor(plan: TextPlan, general: GeneralSearch, sought: Sought, memory: TextMemory | undefined) {
    super(general, sought);
    this.plan = plan;
    this.texts = memory && new RepeatedTexts(memory);
  }

  find(source: FieldSource, finds: Finds): void {
    const event = source.swept!;
    const at = this.plan.textAt(event);
    if (at < 0) return this.findOthers(finds);
    const { record } = event;
    // The length takes one byte, or two from 64 on; longer texts than 8 KiB are few.
    const head = record[at]!;
    const start = head < 0x80 ? at + 1 : at + 2;
    const next = head < 0x80 ? 0 : record[at + 1]!;
    const end = start + (((head & 0x7f) | (next << 7)) >> 1);
    if (this.texts !== undefined && this.findKnown(this.texts, source, start, next < 0x80 ? end : -1, finds)) return;
    if (next >= 0x80 || !this.general.findAscii(record, start, end, finds, event.words)) this.general.find(source, finds);
  }

  /** Of a text of more than 8 KiB, which is never known, `end` is negative. */
  private findKnown(texts: RepeatedTexts, source: FieldSource, start: number, end: number, finds: Finds): boolean {
    const { record, words } = source.swept!;
    const known = texts.find(record, words, start, end) ?? (texts.comesAgain ? texts.keep(record.subarray(start, end), this.ownersIn(source)) : undefined);
    this.value = known?.isSettled(this.mayHold) === true ? known : undefined;
    finds.add(known === undefined ? this.others : known.owners);
    return known !== undefined;
  }

  private findOthers(finds: Finds): void {
    this.value = undefined;
    finds.add(this.others);
  }
}

/** Of a field that all events of a batch have in common. */
class BatchSearch extends PlainSearch {
  private record: Uint8Array | undefined;
  private found: Int32Array = new Int32Array(0);

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
