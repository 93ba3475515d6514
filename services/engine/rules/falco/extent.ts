/** How large a condition is when everything in it is written out, and what it says. Parts that are shared are looked at once. */
import { createHash } from 'node:crypto';
import { many, type Condition, type Match, type Test } from '../ir.ts';

/** A number that grows with the tests in the condition; not exact beyond 2^53, where no bound is. */
export const testsIn = remembered((condition, recur): number => {
  switch (condition.kind) {
    case 'test':
      return 1;
    case 'not':
    case 'selection':
      return recur(condition.of);
    case 'and':
    case 'or':
      return condition.of.reduce((sum, part) => sum + recur(part), 0);
  }
});

export const depthOf = remembered((condition, recur): number => {
  switch (condition.kind) {
    case 'test':
      return 1;
    case 'not':
    case 'selection':
      return 1 + recur(condition.of);
    case 'and':
    case 'or':
      return 1 + condition.of.reduce((most, part) => Math.max(most, recur(part)), 0);
  }
});

/** The same for conditions that ask the same, whatever their macros and lists are called. */
export const fingerprint = remembered((condition, recur): string => {
  switch (condition.kind) {
    case 'test':
      return digest(testText(condition));
    case 'selection':
      return recur(condition.of);
    case 'not':
      return digest(`not ${recur(condition.of)}`);
    case 'and':
    case 'or':
      return digest(`${condition.kind} ${condition.of.map(recur).join(' ')}`);
  }
});

function remembered<T>(measure: (condition: Condition, recur: (part: Condition) => T) => T): (condition: Condition) => T {
  const known = new WeakMap<Condition, T>();
  const recur = (condition: Condition): T => {
    const found = known.get(condition);
    if (found !== undefined) return found;
    const value = measure(condition, recur);
    known.set(condition, value);
    return value;
  };
  return recur;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function testText({ name, match, every }: Test): string {
  return JSON.stringify([name, every === true, ...matchParts(match)]);
}

function matchParts(match: Match): unknown[] {
  switch (match.kind) {
    case 'wildcard':
      return [match.kind, match.cased, ...match.pattern.map((part) => (typeof part === 'string' ? [part] : part === many ? '*' : '?'))];
    case 'regex':
      return [match.kind, match.regex.source, match.regex.flags];
    case 'list':
      return [match.kind, match.list.name];
    case 'field':
      return [match.kind, match.relation, match.otherName, match.cased];
    case 'number':
      return [match.kind, match.relation, String(match.value)];
    case 'cidr':
      return [match.kind, match.network];
    case 'null':
    case 'exists':
      return [match.kind];
    default:
      return [match.kind, ...Object.values(match)];
  }
}
