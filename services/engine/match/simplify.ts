/**
 * What is left of a condition in events of one shape: tests of what such events lack, or of what is the same in all of
 * them, are judged beforehand. The rest holds for an event of the shape exactly when the condition does.
 */
import { allOf, anyOf, type Condition, type Test } from '../rules/ir.ts';
import { compile } from './compile.ts';
import type { FieldRef } from '../rules/fields.ts';
import type { FieldSource, Slot } from './field-source.ts';

/** For events of the shape of the one that the source holds. True or false when all of them, or none, fulfil it. */
export function simplify(condition: Condition, source: FieldSource): Condition | boolean {
  return simplifyBy(condition, (test) => (isConstant(test, source) ? verdictOf(test, source) : test));
}

/** Whether some event may fulfil the condition that has, in the slot's field, the value of the one that the source holds. */
export function mayHoldFor(slot: Slot, condition: Condition, source: FieldSource, judge: (test: Test) => boolean): boolean {
  const verdictOf = (test: Test): Condition | boolean => {
    try {
      return isOfField(test, slot, source) ? judge(test) : test;
    } catch {
      return test;
    }
  };
  return simplifyBy(condition, verdictOf) !== false;
}

function simplifyBy(condition: Condition, simplified: (test: Test) => Condition | boolean): Condition | boolean {
  switch (condition.kind) {
    case 'test':
      return simplified(condition);
    case 'selection':
      return simplifyBy(condition.of, simplified);
    case 'not': {
      const inner = simplifyBy(condition.of, simplified);
      return typeof inner === 'boolean' ? !inner : { kind: 'not', of: inner };
    }
    case 'and':
    case 'or':
      return simplifyJoin(condition.kind, condition.of, simplified);
  }
}

function simplifyJoin(kind: 'and' | 'or', of: readonly Condition[], simplified: (test: Test) => Condition | boolean): Condition | boolean {
  const decisive = kind === 'or';
  const parts: Condition[] = [];
  for (const part of of) {
    const left = simplifyBy(part, simplified);
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

/** Whether values of the slot's field may make the condition so, whatever else an event has. */
export function canMake(verdict: boolean, condition: Condition, slot: Slot, source: FieldSource): boolean {
  switch (condition.kind) {
    case 'test':
      return isOfField(condition, slot, source);
    case 'selection':
      return canMake(verdict, condition.of, slot, source);
    case 'not':
      return canMake(!verdict, condition.of, slot, source);
    case 'and':
    case 'or': {
      const can = (part: Condition): boolean => canMake(verdict, part, slot, source);
      return (condition.kind === 'or') === verdict ? condition.of.some(can) : condition.of.every(can);
    }
  }
}

/** Whether the verdict hangs on the field's value alone. What a list holds changes while rules are in use. */
function isOfField({ field, match }: Test, slot: Slot, source: FieldSource): boolean {
  return field !== undefined && match.kind !== 'list' && match.kind !== 'field' && sameSlot(source, field) === slot;
}

/** One for all fields that read the same in events of the present one's shape. */
export function sameSlot(source: FieldSource, field: FieldRef): Slot {
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
