/**
 * Push-down, the engine's side: which events the loaded rules can match, as data that the kernel side can test. Only
 * ever too much: what a clause cannot say (a negation, a text in the middle, a field of the parent) takes every event.
 *
 *     and    what both sides take; of tests of the same part the more selective one
 *     or     what either side takes
 *     not    everything, unless it is about the operation alone
 */
import { alwaysSent, mergeKinds, textBytesMax } from '#runtime/interest/interest.ts';
import { eventKinds, type EventKind, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { InterestClause, InterestKind, InterestText } from '#schemas/generated/types.gen.ts';
import type { EventFieldRef, Place } from '../event-fields.ts';
import { kindsOf, type KindSource } from '../event-sources.ts';
import { compile } from '../match/compile.ts';
import { ObjectSource } from '../match/field-source.ts';
import { fold } from '../match/fold.ts';
import type { FieldRef, LogSource } from '../rules/fields.ts';
import { testsOf, type Condition, type Match, type Test } from '../rules/ir.ts';
import type { DetectionRule, Rule } from '../rules/rule.ts';
import { operationsOfCall } from './calls.ts';
import { all, both, either, none, type Clauses } from './clauses.ts';
import { needsAnswers, networkOf, portOf, withEnds } from './network-part.ts';

/**
 * The kinds that some rule can match; kinds that are always sent are left out. Rules must be loaded over `eventFields()`.
 * The rules that a correlation counts are among `rules`: of its own it only reads the fields of its group.
 */
export function interestOf(rules: readonly Rule[]): InterestKind[] {
  const groups = new Map<DetectionRule, FieldRef[]>();
  for (const { rule, groupBy } of rules.flatMap((each) => (each.kind === 'correlation' ? each.inputs : []))) {
    groups.set(rule, [...(groups.get(rule) ?? []), ...groupBy]);
  }
  return mergeKinds(rules.flatMap((rule) => (rule.kind === 'detection' ? [interestOfRule(rule, groups.get(rule) ?? [])] : [])));
}

/** Of a rule that matches no event whatever its values, the fields whose tests never hold; undefined when it may match. */
export function impossibleTests(logsource: LogSource, condition: Condition): string[] | undefined {
  const kinds = kindsOf(logsource).map(({ kind }) => kind);
  if (kinds.some((kind) => clausesOf(condition, kind).length > 0)) return undefined;
  const never = [...testsOf(condition)].filter((test) => kinds.every((kind) => clausesOf(test, kind).length === 0));
  return [...new Set(never.map(({ name }) => name ?? 'keywords'))];
}

/** Whether the condition may hold for some event of the kind. True when its fields are not of `eventFields()`. */
export function mayHold(condition: Condition, kind: EventKind): boolean {
  const known = testsOf(condition).every(({ field, match }) => isPlaced(field) && (match.kind !== 'field' || isPlaced(match.other)));
  return !known || clausesOf(condition, kind).length > 0;
}

function isPlaced(field: FieldRef | undefined): boolean {
  return field === undefined || 'placeIn' in field;
}

/** By kind, the rules for which every event of it must be sent: what they look for cannot be told in the kernel. */
export function broadRules(rules: readonly Rule[]): Map<string, string[]> {
  const broad = new Map<string, string[]>();
  for (const rule of rules) {
    for (const { kind, clauses } of interestOf([rule])) {
      const every = clauses.some(({ operations, path, port, address, program }) => operations.length === 0 && [path, port, address, program].every((each) => each === null));
      if (every) broad.set(kind, [...(broad.get(kind) ?? []), rule.label]);
    }
  }
  return broad;
}

/** `groupBy`: what correlations read of the events that match. */
function interestOfRule({ logsource, condition }: DetectionRule, groupBy: readonly FieldRef[]): InterestKind[] {
  return kindsOf(logsource).flatMap(({ kind, sources }): InterestKind[] => {
    if (alwaysSent.has(kind)) return [];
    const clauses = both(either(sources.map(whenClauses)), clausesOf(condition, kind));
    if (clauses.length === 0) return [];
    const paths = pathsRead(condition, groupBy, kind);
    if (kind === 'credentials' && needsHistory(paths)) return history;
    if (kind !== 'network') return [{ kind, clauses: [...clauses] }];
    return [{ kind, clauses: withEnds(clauses, condition, paths) }, ...(needsAnswers(paths) ? [dnsAnswers] : [])];
  });
}

/** The paths that a condition and further fields, such as those of a group, read in events of a kind; * for all. */
function pathsRead(condition: Condition, further: readonly FieldRef[], kind: EventKind): ReadonlySet<string> {
  const refs = [...testsOf(condition)].flatMap(({ field, match }) => [field, match.kind === 'field' ? match.other : undefined]);
  return new Set([...refs, ...further].flatMap((ref) => (ref === undefined ? [] : (placeOf(ref, kind)?.paths ?? []))));
}

/** What credentials were before is what the event before has said: without that, an older one would be taken for it. */
function needsHistory(paths: ReadonlySet<string>): boolean {
  return [...paths].some((path) => path === '*' || path === 'body.gained_capabilities' || path.startsWith('body.before_'));
}

/** A user namespace that is made or entered brings capabilities too. */
const history: InterestKind[] = [{ kind: 'credentials', clauses: [...all] }, { kind: 'namespace_change', clauses: [...all] }];

const dnsAnswers: InterestKind = { kind: 'dns', clauses: [part({ operations: ['answer'] })] };

function whenClauses({ when }: KindSource): Clauses {
  return when.reduce((clauses: Clauses, { field, values }) => {
    if (field === 'operation' || field === 'access') return both(clauses, [part({ operations: values.map(String) })]);
    return field === 'created' && !values.includes(false) ? both(clauses, [part({ operations: ['created'] })]) : clauses;
  }, all);
}

function clausesOf(condition: Condition, kind: EventKind): Clauses {
  const decided = operationClauses(condition, kind);
  if (decided !== undefined) return decided;
  switch (condition.kind) {
    case 'and':
      return condition.of.map((each) => clausesOf(each, kind)).reduce(both);
    case 'or':
      return either(condition.of.map((each) => clausesOf(each, kind)));
    case 'not':
      return all;
    case 'selection':
      return clausesOf(condition.of, kind);
    case 'test':
      return testClauses(condition, kind);
  }
}

/** The fields with few values that tell the operation, and the operations that each value means; undefined for any. */
const operationFields: Readonly<Record<string, (value: string | boolean) => readonly string[] | undefined>> = {
  'body.kind': () => undefined,
  'body.operation': (value) => [String(value)],
  'body.access': (value) => [String(value)],
  'body.created': (value) => (value === true ? ['created'] : undefined),
  'body.initiated': (value) => (value === true ? ['connect', 'send'] : ['socket', 'accept', 'bind', 'listen']),
};

/** Of a condition on one such field alone, negations included: judged for each of its values. Else undefined. */
function operationClauses(condition: Condition, kind: EventKind): Clauses | undefined {
  const paths = new Set(testsOf(condition).map((test) => (test.field === undefined || test.match.kind === 'field' ? undefined : placeOf(test.field, kind)?.paths.join())));
  const [path] = paths;
  const operationsOf = path === undefined ? undefined : operationFields[path];
  if (path === undefined || operationsOf === undefined || paths.size > 1) return undefined;
  const fields: readonly FieldEntry[] = eventKinds[kind].fields;
  const values = path === 'body.kind' ? [kind] : (fields.find((each) => each.path === path)?.symbols ?? [false, true]);
  const held = values.filter((value) => judge(condition, { body: { kind, [path.slice('body.'.length)]: value } }));
  if (held.length === 0) return none;
  const operations = held.map(operationsOf);
  if (held.length === values.length || operations.includes(undefined)) return all;
  return [part({ operations: operations.flatMap((each) => each ?? []) })];
}

function judge(condition: Condition, event: object): boolean {
  const source = new ObjectSource();
  const holds = compile(condition, source);
  source.begin(event);
  return holds();
}

function testClauses({ field, match }: Test, kind: EventKind): Clauses {
  if (field === undefined) return none;
  const place = placeOf(field, kind);
  // Of all tests only this one holds for a value that is not there.
  if (place === undefined) return match.kind === 'null' ? all : none;
  if (match.kind === 'field' && match.other === undefined) return none;
  const implied = place.implied?.(match);
  if (implied !== undefined) return textClauses(implied, (path) => part({ path }));
  if (place.derive !== undefined && place.amongThem !== true) return all;
  const { paths } = place;
  if (paths[0] === 'body.syscall') return syscallClauses(match, kind);
  if (paths.every((path) => path === 'body.path' || path === 'body.new_path')) return textClauses(match, (path) => part({ path }));
  const [path = ''] = paths;
  if (path === 'process.exe') return textClauses(match, (program) => part({ program }));
  if (/^body\.\w+_port$/.test(path)) return numbered(portOf(match), (port) => part({ port }));
  if (/^body\.\w+_ip$/.test(path)) return numbered(networkOf(match), (address) => part({ address }));
  return kind === 'file_open' && path === 'body.result' && isNegative(match) ? [part({ operations: ['failed'] })] : all;
}

/** A call that does other things is none of this kind; one that no kind is known to have may be of any. */
function syscallClauses(match: Match, kind: EventKind): Clauses {
  if (match.kind !== 'exact' || !match.cased) return all;
  const operations = operationsOfCall(kind, match.text);
  return operations === undefined ? all : operations.length === 0 ? none : [part({ operations: [...operations] })];
}

function part(parts: Partial<InterestClause>): InterestClause {
  return { operations: [], path: null, port: null, address: null, program: null, ...parts };
}

function numbered<T>(value: T | undefined, clauseOf: (value: T) => InterestClause): Clauses {
  return value === undefined ? all : [clauseOf(value)];
}

function textClauses(match: Match, clauseOf: (text: InterestText) => InterestClause): Clauses {
  const text = textOf(match);
  return text === undefined ? all : [clauseOf(text)];
}

/** What a clause can say of the texts that the match holds for; undefined for nothing. */
function textOf(match: Match): InterestText | undefined {
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
      return bounded(match.kind, match.text);
    case 'wildcard': {
      const [first, last] = [match.pattern[0], match.pattern.at(-1)];
      const prefix = typeof first === 'string' ? first : '';
      const suffix = typeof last === 'string' ? last : '';
      return prefix.length >= suffix.length ? bounded('prefix', prefix) : bounded('suffix', suffix);
    }
    default:
      return undefined;
  }
}

function bounded(match: InterestText['match'], text: string): InterestText | undefined {
  const folded = fold(text);
  if (folded === '') return undefined;
  if (Buffer.byteLength(folded) <= textBytesMax) return { match, text: folded };
  const end = match === 'suffix' ? 'suffix' : 'prefix';
  const characters = end === 'suffix' ? [...folded].reverse() : [...folded];
  let bytes = 0;
  const kept = characters.slice(0, characters.findIndex((character) => (bytes += Buffer.byteLength(character)) > textBytesMax));
  return { match: end, text: (end === 'suffix' ? kept.reverse() : kept).join('') };
}

function isNegative(match: Match): boolean {
  if (match.kind === 'number') return (match.relation === 'lt' && match.value <= 0) || (match.relation === 'lte' && match.value < 0);
  return (match.kind === 'exact' || match.kind === 'prefix') && match.text.startsWith('-');
}

function placeOf(ref: NonNullable<Test['field']>, kind: EventKind): Place | undefined {
  return (ref as EventFieldRef).placeIn(kind);
}
