/**
 * A match of a base rule becomes one operation on the window of (correlation rule, group). The window store judges; each
 * run that it answers with is a detection.
 */
import { latenessMaxNs, type CountOperation, type WindowEvent } from '#runtime/window-store/window-store.ts';
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import type { CorrelationRule } from '../rules/rule.ts';

/** How far apart in wall time events of one time may be judged: a node that was cut off, an engine that was down. */
const delayMaxMs = 3_600_000;

/** A run looks back one timespan and its triggers another; then lateness, and what passes between event time and now. */
function windowKeepMs(timespanNs: bigint): number {
  return Number((2n * timespanNs + latenessMaxNs) / 1_000_000n) + delayMaxMs;
}

/** `values`: those of the group, in order of group-by. */
export function countOperation(rule: CorrelationRule, values: readonly string[], identity: WindowEvent): CountOperation {
  return {
    kind: 'count',
    rule: `${rule.label}@${rule.version}`,
    group: groupKey(values),
    event: identity,
    timespanNs: rule.timespanNs,
    atLeast: rule.atLeast,
    keepMs: windowKeepMs(rule.timespanNs),
  };
}

/** The group's values as exact text, in order of group-by; undefined when the event lacks one: it then takes no part. */
export function groupValues(fields: readonly FieldRef[], read: (field: FieldRef) => FieldValue): string[] | undefined {
  const values: string[] = [];
  for (const field of fields) {
    const text = textOf(read(field));
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
