/**
 * Why a rule matched an event or did not: its condition as a tree in which each part says whether it held, and each test
 * the value that the event had. Judged the plain way, one part at a time.
 */
import { compile } from '../match/compile.ts';
import { ObjectSource } from '../match/field-source.ts';
import type { Position } from './diagnostics.ts';
import { inert } from './diagnostics.ts';
import type { FieldValue } from './fields.ts';
import { many, type Condition, type Match, type Pattern, type Test } from './ir.ts';
import type { RegexFlags } from './regex.ts';

export interface Explanation {
  readonly kind: Condition['kind'];
  readonly held: boolean;
  /** Of a selection, its name; of a test, the field as the rule names it, absent for keywords. */
  readonly name?: string;
  /** Of a test, what the value must be: `ends with "/bash"`. */
  readonly wanted?: string;
  /** Of a test, what the event had: null for no value; absent when nothing supplies the field. */
  readonly value?: string | readonly string[] | null;
  /** Of a test, where it stands in the rule's file. */
  readonly at?: Position;
  readonly of: readonly Explanation[];
}

export function explain(condition: Condition, event: object): Explanation {
  const source = new ObjectSource();
  source.begin(event);
  return explainPart(condition, source, event);
}

/**
 * The tests that decided: those without which the outcome would have been another, as far as each alone can say. Of an
 * "or" that did not hold these are all of its tests.
 */
export function decisiveTests(explanation: Explanation): Explanation[] {
  const { kind, held, of } = explanation;
  if (kind === 'test') return [explanation];
  if (kind === 'and' || kind === 'or') return of.filter((part) => part.held === held).flatMap(decisiveTests);
  return of.flatMap(decisiveTests);
}

function explainPart(condition: Condition, source: ObjectSource, event: object): Explanation {
  const { kind } = condition;
  switch (kind) {
    case 'test':
      return explainTest(condition, source, event);
    case 'selection': {
      const inner = explainPart(condition.of, source, event);
      return { kind, held: inner.held, name: condition.name, of: [inner] };
    }
    case 'not': {
      const inner = explainPart(condition.of, source, event);
      return { kind, held: !inner.held, of: [inner] };
    }
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => explainPart(part, source, event));
      const held = kind === 'and' ? parts.every((part) => part.held) : parts.some((part) => part.held);
      return { kind, held, of: parts };
    }
  }
}

function explainTest(test: Test, source: ObjectSource, event: object): Explanation {
  return {
    kind: 'test',
    held: compile(test, source)(),
    ...(test.name === undefined ? {} : { name: test.name }),
    wanted: `${test.every === true ? 'each ' : ''}${describeMatch(test.match)}`,
    ...(test.field === undefined ? {} : { value: shown(test.field.read(event)) }),
    at: test.at,
    of: [],
  };
}

/** What a test asks of a value, in words. */
export function describeMatch(match: Match): string {
  switch (match.kind) {
    case 'exact':
      return `is ${quoted(match.text)}${casedNote(match)}`;
    case 'prefix':
      return `begins with ${quoted(match.text)}${casedNote(match)}`;
    case 'suffix':
      return `ends with ${quoted(match.text)}${casedNote(match)}`;
    case 'contains':
      return `contains ${quoted(match.text)}${casedNote(match)}`;
    case 'wildcard':
      return `is like ${quoted(patternText(match.pattern))}${casedNote(match)}`;
    case 'regex':
      return `matches /${inert(match.regex.source)}/${flagsOf(match.regex.flags)}`;
    case 'null':
      return 'has no value';
    case 'exists':
      return 'is there';
    case 'number':
      return `${relations[match.relation]} ${match.value}`;
    case 'time':
      return `has ${match.part} ${match.value}`;
    case 'list':
      return `is in the list ${quoted(match.list.name)}`;
    case 'cidr':
      return `lies in ${inert(match.network)}`;
    case 'field':
      return `${relations[match.relation]} the value of ${inert(match.otherName)}${casedNote(match)}`;
  }
}

const relations = { exact: 'is', prefix: 'begins with', suffix: 'ends with', contains: 'contains', lt: '<', lte: '≤', gt: '>', gte: '≥' } as const;

function casedNote({ cased }: { cased: boolean }): string {
  return cased ? ' (case matters)' : '';
}

function patternText(pattern: Pattern): string {
  return pattern.map((part) => (typeof part === 'string' ? part.replace(/[\\*?]/g, '\\$&') : part === many ? '*' : '?')).join('');
}

function flagsOf({ ignoreCase, multiline, dotAll }: RegexFlags): string {
  return `${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`;
}

function quoted(text: string): string {
  return `"${inert(text)}"`;
}

function shown(value: FieldValue): string | readonly string[] | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? value.map(String) : String(value);
}
