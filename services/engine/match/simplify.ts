/**
 * What is left of a condition in events of one shape: tests of what such events lack, or of what is the same in all of
 * them, are judged beforehand. The rest holds for an event of the shape exactly when the condition does.
 */
import { allOf, anyOf, type Condition, type Test } from '../rules/ir.ts';
import { compile } from './compile.ts';
import type { FieldSource } from './field-source.ts';

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

/** A test that throws is left, for the rule that has it to be found out when it is judged. */
function verdictOf(test: Test, source: FieldSource): Condition | boolean {
  try {
    return compile(test, source)();
  } catch {
    return test;
  }
}
