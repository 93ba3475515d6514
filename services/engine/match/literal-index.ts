/**
 * Which of the rules of a route may hold for an event: those of whose witness at least one literal is found, and that no
 * value known from before rules out. The event is swept once for what can be found in its bytes as they stand
 * (event-sweep.ts); for the rest every field that a witness is about is searched once, however many rules ask for it. Fields
 * of other tests are not read.
 */
import type { Condition, Test } from '../rules/ir.ts';
import { EventSweep } from './event-sweep.ts';
import { fieldSearch, keepsValues, type FieldSearch } from './field-search.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import type { KnownValue } from './known-value.ts';
import type { Finds } from './literal-machine.ts';
import type { TextMemory } from './repeated-texts.ts';
import { canRuleOut, mayHoldFor } from './simplify.ts';
import { SweptLiterals, type OwnedLiteral } from './swept-literals.ts';
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

const ruledOut = 1;
const open = 2;

/** A rule by its condition, and its witness where it has one. With an empty one it is never a candidate. */
export interface IndexedRule {
  readonly condition: Condition;
  readonly witness: readonly Literal[] | undefined;
}

export class LiteralIndex {
  readonly tableBytes: number;
  private readonly rules: readonly IndexedRule[];
  private readonly source: FieldSource;
  private readonly judge: (test: Test) => boolean;
  private sweep: EventSweep | undefined;
  private readonly fields: FieldSearch[];
  /** By number of the rule, the fields whose values may rule it out. */
  private readonly deciding: (readonly FieldSearch[])[];
  private readonly memory: TextMemory;
  /** Rules that are candidates for every event. */
  private always: Int32Array;

  /** Of events of the shape of the one that the source holds. `judge` tells by the event at hand. */
  constructor(rules: readonly IndexedRule[], source: FieldSource, memory: TextMemory, judge: (test: Test) => boolean) {
    this.rules = rules;
    this.judge = judge;
    this.source = source;
    this.memory = memory;
    const swept = new SweptLiterals();
    const rest = [...byField(rules, source)].flatMap(([slot, literals]) => {
      const left = swept.takeFrom(slot, possible(literals, source.choicesOf?.(slot)), source.extentOf?.(slot));
      return left.length === 0 ? [] : [{ slot, literals: left, others: [] as number[] }];
    });
    const keeping = rest.filter((each) => keepsValues(each, source));
    const deciding = rules.map(({ condition }) => keeping.filter(({ slot }) => canRuleOut(slot, condition, source)));
    this.always = Int32Array.from(rules.keys().filter((number) => rules[number]!.witness === undefined && deciding[number]!.length === 0));
    for (const [number, { witness }] of rules.entries()) if (witness === undefined) deciding[number]![0]?.others.push(number);
    const searches = new Map(rest.map((each) => [each, fieldSearch({ ...each, mayHold: (rule) => this.mayHold(rule, each.slot) }, source, memory)]));
    this.fields = [...searches.values()];
    this.deciding = deciding.map((fields) => fields.map((each) => searches.get(each)!));
    this.sweep = swept.literals.length === 0 ? undefined : new EventSweep(swept.literals);
    this.tableBytes = this.fields.reduce((sum, field) => sum + field.tableBytes, this.sweep?.tableBytes ?? 0);
  }

  /** Adds the numbers of the rules that may hold for the event of the source. */
  find(source: FieldSource, candidates: Candidates): void {
    candidates.add(this.always);
    try {
      this.sweep?.find(source.swept!, candidates);
    } catch {
      this.unindex(this.sweep!.owners, candidates);
      this.sweep = undefined;
    }
    for (let index = 0; index < this.fields.length; index += 1) {
      const field = this.fields[index]!;
      try {
        field.find(source, candidates);
      } catch {
        // A field that can't be read is a bug. Which rules meet it shows when they are judged by themselves, from now on.
        this.fields.splice(index--, 1);
        this.deciding.fill([]);
        this.unindex(field.owners, candidates);
      }
    }
  }

  /** Whether a value that the event has, and others had before, tells that the rule can't hold. */
  isRuledOut(number: number): boolean {
    const fields = this.deciding[number]!;
    for (let index = 0; index < fields.length; index += 1) {
      const { value, slot } = fields[index]!;
      if (value !== undefined && this.verdictOn(number, slot, value) === ruledOut) return true;
    }
    return false;
  }

  private verdictOn(number: number, slot: Slot, value: KnownValue): number {
    const verdicts = value.verdictsOn(this.rules.length, this.memory.verdicts);
    if (verdicts === undefined) return open;
    if (verdicts[number] === 0) verdicts[number] = this.letsHold(number, slot) ? open : ruledOut;
    return verdicts[number]!;
  }

  private mayHold(number: number, slot: Slot): boolean {
    return !this.deciding[number]!.some((field) => field.slot === slot) || this.letsHold(number, slot);
  }

  /** A test that throws is left, for the rule that has it to be found out when it is judged. */
  private letsHold(number: number, slot: Slot): boolean {
    try {
      return mayHoldFor(slot, this.rules[number]!.condition, this.source, this.judge);
    } catch {
      return true;
    }
  }

  private unindex(owners: ReadonlySet<number>, candidates: Candidates): void {
    this.always = Int32Array.from(new Set([...this.always, ...owners]));
    candidates.add(this.always);
  }
}

/** Names of one field are one: its text is searched once. Of fields with many texts come first, see SweptLiterals. */
function byField(rules: readonly IndexedRule[], source: FieldSource): Map<Slot, OwnedLiteral[]> {
  const fields = new Map<Slot, Map<string, OwnedLiteral>>();
  for (const [owner, { witness }] of rules.entries()) {
    for (const literal of witness ?? []) {
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
