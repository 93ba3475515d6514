/**
 * For tests: rules and events as plain data, so that they can be generated, shrunk and kept in files; and what each way
 * to run the matcher says of them. All ways have to say the same.
 */
import type { FieldRef, FieldValue, LogSource } from '../rules/fields.ts';
import { many, one, type Condition, type Match, type NumberRelation, type TextRelation, type TimePart, type ValueList } from '../rules/ir.ts';
import { compileRegex } from '../rules/regex.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { parseNetwork } from '../rules/sigma/network.ts';
import type { TextRange } from './avro-leaf-plans.ts';
import { FieldCell, type CellReader } from './field-cell.ts';
import { ObjectSource, type FieldSource, type Slot, type VisitText } from './field-source.ts';
import { compileRules } from './program.ts';

export interface RuleCase {
  readonly rules: readonly CaseRule[];
  readonly events: readonly CaseEvent[];
}

export interface CaseRule {
  readonly logsource: LogSource;
  readonly condition: CaseCondition;
}

export interface CaseEvent {
  readonly logsources: readonly LogSource[];
  /** A bigint is `{big: digits}`. */
  readonly values: Readonly<Record<string, string | number | boolean | null | readonly string[] | { readonly big: string }>>;
  /** Events of one shape have something in common, whatever their values: see `shapes`. None is 0. */
  readonly shape?: number;
}

/** By shape, what all its events have in a field: undefined for nothing, ever. */
const shapes: readonly Readonly<Record<string, string | undefined>>[] = [{}, { h: undefined }, { g: 'ab/bin/sh' }, { f: undefined, h: 'K' }];
export const shapeCount = shapes.length;

export type CaseCondition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly CaseCondition[] }
  | { readonly kind: 'not' | 'selection'; readonly of: CaseCondition }
  | { readonly kind: 'test'; readonly field: string | null; readonly every: boolean; readonly match: CaseMatch };

export type CaseMatch =
  | { readonly kind: TextRelation; readonly text: string; readonly cased: boolean }
  | { readonly kind: 'wildcard'; readonly pattern: readonly (string | 0 | 1)[]; readonly cased: boolean }
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean }
  | { readonly kind: 'null' | 'exists' }
  | { readonly kind: 'number'; readonly relation: NumberRelation; readonly value: number | bigint }
  | { readonly kind: 'time'; readonly part: TimePart; readonly value: number }
  | { readonly kind: 'list'; readonly texts: readonly string[]; readonly constant?: boolean }
  | { readonly kind: 'cidr'; readonly texts: readonly string[] }
  /** A cidr as rules write it; `exists` when it is none. */
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'field'; readonly relation: TextRelation | NumberRelation; readonly other: string | null; readonly cased: boolean };

/** Of each event the numbers of the rules that match, by each way: all the same when the matcher is right. */
export interface Verdicts {
  readonly plain: readonly (readonly number[])[];
  readonly indexed: readonly (readonly number[])[];
  readonly encoded: readonly (readonly number[])[];
}

export function verdictsOn({ rules, events }: RuleCase): Verdicts {
  const fields = new Map<string, FieldRef>();
  const built = rules.map(({ logsource, condition }, number) => ruleOf(String(number), logsource, conditionOf(condition, fields)));
  const judgeAll = (source: CaseSource, index: boolean): number[][] => {
    const fail = (_: DetectionRule, error: unknown): void => {
      throw new Error('a rule was quarantined', { cause: error });
    };
    const program = compileRules(built, source, { index, onFault: fail });
    return events.map((event) => {
      source.begin(objectOf(event), event.shape ?? 0);
      return program.match(event.logsources).map(({ label }) => Number(label));
    });
  };
  return { plain: judgeAll(new ObjectSource(), false), indexed: judgeAll(new ObjectSource(), true), encoded: judgeAll(new EncodedSource(), true) };
}

/** A rule of which only the matching counts. */
export function ruleOf(label: string, logsource: LogSource, condition: Condition): DetectionRule {
  const at = { line: 1, column: 1 };
  return { kind: 'detection', label, title: label, version: '0', dialect: 'sigma', file: 'case', at, references: [], tags: [], falsepositives: [], logsource, condition, emits: true };
}

export interface CaseSource extends FieldSource {
  begin(event: object, shape: number): void;
}

/** Texts stand encoded, with bytes around them that are not theirs; other values are to be asked for. */
export class EncodedSource implements CaseSource {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  event = 0;
  shape = 0;
  private readonly objects = new ObjectSource();
  private readonly cells: FieldCell[] = [];

  begin(event: object, shape = 0): void {
    this.objects.begin(event);
    this.event += 1;
    this.shape = shape;
  }

  lacks({ field }: Slot): boolean {
    return field.name in shapes[this.shape]! && shapes[this.shape]![field.name] === undefined;
  }

  isFixed({ field }: Slot): boolean {
    return field.name in shapes[this.shape]!;
  }

  slotOf(field: FieldRef): Slot {
    return this.objects.slotOf(field);
  }

  cellOf(slot: Slot): FieldCell {
    return (this.cells[slot.index] ??= new FieldCell(slot.index, this, this.readerOf(slot)));
  }

  value(slot: Slot): FieldValue {
    return this.objects.value(slot);
  }

  folded(slot: Slot): string | undefined {
    return this.objects.folded(slot);
  }

  foldedEach(slot: Slot): readonly string[] | undefined {
    return this.objects.foldedEach(slot);
  }

  locate(slot: Slot): boolean {
    return this.put(slot, this);
  }

  locateEach(slot: Slot, visit: VisitText): boolean {
    const value = this.objects.value(slot);
    if (typeof value !== 'object' || value === null || !value.every((item) => item.isWellFormed())) return false;
    for (const item of value) visit(Buffer.from(`ab${item}ab`), 2, Buffer.byteLength(item) + 2);
    return true;
  }

  private readerOf(slot: Slot): CellReader {
    return {
      read: () => this.objects.value(slot),
      locate: (range) => this.put(slot, range),
      visitEach: (visit) => this.locateEach(slot, visit),
      hasSeveral: () => {
        const value = this.objects.value(slot);
        return typeof value === 'object' && value !== null && value.length > 0;
      },
    };
  }

  /** Numbers and booleans too, as those of our events. */
  private put(slot: Slot, range: TextRange): boolean {
    const value = this.objects.value(slot);
    if (value === null || value === undefined || typeof value === 'object') return false;
    const text = String(value);
    if (!text.isWellFormed()) return false;
    range.bytes = Buffer.from(`ab${text}ab`);
    range.start = 2;
    range.end = range.bytes.length - 2;
    return true;
  }
}

function objectOf({ values, shape = 0 }: CaseEvent): object {
  const isBig = (value: unknown): value is { big: string } => typeof value === 'object' && value !== null && 'big' in value;
  return Object.fromEntries(Object.entries({ ...values, ...shapes[shape] }).map(([name, value]) => [name, isBig(value) ? BigInt(value.big) : value]));
}

/** `fields` by name; of others than these a field reads what an object has under its name. */
export function conditionOf(condition: CaseCondition, fields: Map<string, FieldRef>): Condition {
  return conditionOver(condition, (name) => fields.getOrInsertComputed(name, () => ({ name, read: (event) => (event as Record<string, FieldValue>)[name] })));
}

/** Undefined for a field that nothing supplies. */
export type FieldByName = (name: string) => FieldRef | undefined;

export function conditionOver(condition: CaseCondition, fieldOf: FieldByName): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, of: condition.of.map((part) => conditionOver(part, fieldOf)) };
    case 'not':
      return { kind: 'not', of: conditionOver(condition.of, fieldOf) };
    case 'selection':
      return { kind: 'selection', name: 's', of: conditionOver(condition.of, fieldOf) };
    case 'test': {
      const { field, every, match } = condition;
      return { kind: 'test', name: field ?? 'x', field: field === null ? undefined : fieldOf(field), every, match: matchOver(match, fieldOf), at: { line: 1, column: 1 } };
    }
  }
}

function matchOver(match: CaseMatch, fieldOf: FieldByName): Match {
  switch (match.kind) {
    case 'wildcard':
      return { ...match, pattern: match.pattern.map((part) => (part === 0 ? many : part === 1 ? one : part)) };
    case 'regex': {
      const regex = compileRegex(match.source, { ignoreCase: match.ignoreCase, multiline: false, dotAll: false });
      return 'test' in regex ? { kind: 'regex', regex } : { kind: 'exists' };
    }
    case 'list': {
      const list: ValueList = { name: 'l', has: (text) => match.texts.includes(text) };
      return { kind: 'list', list: match.constant === true ? { ...list, constant: match.texts } : list };
    }
    case 'cidr':
      return { kind: 'cidr', network: match.texts.join(), contains: (text) => match.texts.includes(text) };
    case 'network': {
      const network = parseNetwork(match.network);
      return network === undefined ? { kind: 'exists' } : { kind: 'cidr', network: match.network, contains: network.contains };
    }
    case 'field':
      return { ...match, otherName: match.other ?? 'x', other: match.other === null ? undefined : fieldOf(match.other) };
    default:
      return match;
  }
}
