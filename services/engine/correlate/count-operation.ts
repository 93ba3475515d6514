/**
 * A match of a base rule becomes one operation on the window of (correlation rule, group). The window store judges; a
 * verdict with `runStart` is a detection.
 */
import type { CountOperation, WindowEvent } from '#runtime/window-store/window-store.ts';
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import type { CorrelationInput, CorrelationRule } from '../rules/rule.ts';

/** Undefined when the event lacks a group-by field: it takes no part. */
export function countOperation(
  rule: CorrelationRule,
  input: CorrelationInput,
  event: object,
  identity: WindowEvent,
  keepMs: number,
): CountOperation | undefined {
  const values = groupValues(input.groupBy, event);
  if (values === undefined) return undefined;
  return {
    kind: 'count',
    rule: `${rule.label}@${rule.version}`,
    group: groupKey(values),
    event: identity,
    timespanNs: rule.timespanNs,
    atLeast: rule.atLeast,
    keepMs,
  };
}

/** The group's values as exact text, in order of group-by; undefined when one is missing. */
export function groupValues(fields: readonly FieldRef[], event: object): string[] | undefined {
  const values: string[] = [];
  for (const field of fields) {
    const text = textOf(field.read(event));
    if (text === undefined) return undefined;
    values.push(text);
  }
  return values;
}

/** Distinct for distinct values whatever they contain; '' without group-by. */
export function groupKey(values: readonly string[]): string {
  return values.length === 0 ? '' : JSON.stringify(values);
}

function textOf(value: FieldValue): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return String(value);
  // Several values are one group of their own: which of them an attacker repeats must not choose the group.
  return value.length === 0 ? undefined : JSON.stringify(value);
}
