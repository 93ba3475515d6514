/**
 * What is left of a condition in events of one shape: tests of what such events lack, or of what is the same in all of
 * them, are judged beforehand. The rest holds for an event of the shape exactly when the condition does.
 */
import type { FieldRef } from '../rules/fields.ts';
import { allOf, anyOf, testsOf, type Condition, type Test } from '../rules/ir.ts';
import { compile } from './compile.ts';
import type { FieldSource, Slot } from './field-source.ts';

/** For events of the shape of the one that the source holds. True or false when all of them, or none, fulfil it. */
export function simplify(condition: Condition, source: FieldSource): Condition | boolean {
  switch (condition.kind) {
    case 'test':
      return isConstant(condition, source) ? verdictOf(condition, source) : condition;
    case 'selection':
      return simplify(condition.of, source);
    case 'not': {
      const inner = simplify(condition.of, source);
      return typeof inner === 'boolean' ? !inner : { kind: 'not', of: inner };
    }
    case 'and':
    case 'or':
      return simplifyJoin(condition.kind, condition.of, source);
  }
}

/** Whether some event may fulfil the condition that has, in the slot's field, the value of the one that the source holds, by which `judge` goes. */
export function mayHoldFor(slot: Slot, condition: Condition, source: FieldSource, judge: (test: Test) => boolean): boolean {
  return canBe(true, condition, (wanted, test) => !isOfField(test, slot, source) || judge(test) === wanted);
}

/** A rule with more tests on a field is left to its own judge, which tells them in one go. */
const decidingTestsMax = 256;

/** Whether some value of the slot's field makes the condition false, whatever else an event has; and whether to find that out is cheap. */
export function canRuleOut(slot: Slot, condition: Condition, source: FieldSource): boolean {
  const isDeciding = (test: Test): boolean => isOfField(test, slot, source);
  return canBe(false, condition, (_wanted, test) => isDeciding(test)) && testsOf(condition).filter(isDeciding).take(decidingTestsMax + 1).toArray().length <= decidingTestsMax;
}

/** Whether the condition may come out as wanted, where `can` says it of its tests. */
function canBe(wanted: boolean, condition: Condition, can: (wanted: boolean, test: Test) => boolean): boolean {
  switch (condition.kind) {
    case 'test':
      return can(wanted, condition);
    case 'selection':
      return canBe(wanted, condition.of, can);
    case 'not':
      return canBe(!wanted, condition.of, can);
    case 'and':
    case 'or': {
      const part = (each: Condition): boolean => canBe(wanted, each, can);
      return (condition.kind === 'or') === wanted ? condition.of.some(part) : condition.of.every(part);
    }
  }
}

function simplifyJoin(kind: 'and' | 'or', of: readonly Condition[], source: FieldSource): Condition | boolean {
  const decisive = kind === 'or';
  const parts: Condition[] = [];
  for (const part of of) {
    const left = simplify(part, source);
    if (left === decisive) return decisive;
    if (typeof left !== 'boolean') parts.push(left);
  }
  if (parts.length === 0) return !decisive;
  return kind === 'and' ? allOf(parts) : anyOf(parts);
}

function isConstant({ field, match }: Test, source: FieldSource): boolean {
  if (field === undefined || (match.kind === 'field' && match.other === undefined)) return true;
  const slot = source.slotOf(field);
  if (source.lacks?.(slot) === true) return true;
  // What a list holds changes while rules are in use.
  if (match.kind === 'list' || source.isFixed?.(slot) !== true) return false;
  return match.kind !== 'field' || source.isFixed(source.slotOf(match.other!));
}

/** Whether the verdict hangs on the field's value alone. What a list holds may change while rules are in use. */
function isOfField({ field, match }: Test, slot: Slot, source: FieldSource): boolean {
  return field !== undefined && (match.kind !== 'list' || match.list.constant !== undefined) && match.kind !== 'field' && sameSlot(source, field) === slot;
}

/** One for all fields that read the same in events of the present one's shape. */
function sameSlot(source: FieldSource, field: FieldRef): Slot {
  const slot = source.slotOf(field);
  return source.sameAs?.(slot) ?? slot;
}

/** A test that throws is left, for the rule that has it to be found out when it is judged. */
function verdictOf(test: Test, source: FieldSource): Condition | boolean {
  try {
    return compile(test, source)();
  } catch {
    return test;
  }
}
