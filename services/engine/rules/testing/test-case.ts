/**
 * The tests that stand with rules, read from their documents: under the key `tests` of a Sigma rule or of a rule of
 * Falco's, or, for rules that one does not edit, in a document of its own that has no other key and names the rule of
 * each test.
 *
 *   tests:
 *     - name: five refusals within a minute       # a sentence
 *       rule: su_refused                          # only in a document of its own: id, name or title
 *       expect: match                             # or: none
 *       kind: process_exit                        # our events; or logsource: {category, product, service}, fields as they
 *                                                 # come from there; neither: a Falco event, in Falco's fields
 *       event: {Image: /usr/bin/su, ExitCode: 1}
 *       events:                                   # instead of event, of correlations: several, in order of arrival
 *         - {at: 0s, times: 5, every: 5s, kind: process_exit, Image: /usr/bin/su, ExitCode: 1}
 */
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import { Faults, quote, type Position } from '../diagnostics.ts';
import type { LogSource } from '../fields.ts';
import { isTestDocument } from '../load.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf, type SourceDocument, type SourceEntry, type SourceList, type SourceMap, type SourceNode, type SourceScalar } from '../yaml-source.ts';
import { namesOf, pathsOf, type NamedValues } from './sample-event.ts';
import { typeAt, valueOf } from './schema-value.ts';

export interface RuleTest {
  readonly name: string;
  readonly file: string;
  readonly at: Position;
  readonly rule: TestedRule;
  readonly expect: 'match' | 'none';
  /** Never empty; one of a test that has `event`. */
  readonly events: readonly TestEvent[];
  /** It has `events`. */
  readonly sequence: boolean;
}

/** The document or list item it stands in, or what a document of tests calls the rule. */
export type TestedRule = { readonly kind: 'here'; readonly at: Position } | { readonly kind: 'named'; readonly name: string; readonly at: Position };

export interface TestEvent {
  readonly at: Position;
  readonly what: OwnEvent | ForeignEvent;
  /** Since the test's start; of the first, when it happens several times. */
  readonly offsetNs: bigint;
  readonly times: number;
  readonly everyNs: bigint;
}

/** One that our collectors send. */
export interface OwnEvent {
  readonly from: 'ours';
  readonly kind: EventKind;
  readonly given: NamedValues;
}

/** One of another sensor, or of Falco: what its fields are is not known here. */
export interface ForeignEvent {
  readonly from: 'others';
  readonly logsource: LogSource;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Events of one test: a window of the largest count, twice. */
export const testEventsMax = 20_000;

const testKeys = ['name', 'rule', 'expect', 'kind', 'logsource', 'event', 'events'];

/** All tests of a document, without those that have faults, which are added to `faults`. */
export function testsOf(document: SourceDocument, faults: Faults): RuleTest[] {
  const { root } = document;
  if (root === undefined || root.kind === 'scalar') return [];
  if (root.kind === 'map') return testsUnder(root, isTestDocument(document) ? undefined : { kind: 'here', at: root.at }, faults);
  return root.items.flatMap((item) => (item.kind === 'map' ? testsUnder(item, { kind: 'here', at: item.at }, faults) : []));
}

/** The event that a document {kind or logsource, event: {…}} describes; undefined, with a fault, when it is none. */
export function describedEvent({ root }: SourceDocument, faults: Faults): TestEvent['what'] | undefined {
  if (root?.kind !== 'map') return undefined;
  refuseOtherKeys(root, ['kind', 'logsource', 'event'], faults);
  return eventsOf(root, scopeOf(root, faults), faults)[0]?.what;
}

function testsUnder(holder: SourceMap, rule: TestedRule | undefined, faults: Faults): RuleTest[] {
  const node = entryOf(holder, 'tests')?.value;
  if (node === undefined) return [];
  const items = filledList(node, 'tests', faults)?.items ?? [];
  return items.flatMap((item) => {
    const map = asMap(item, 'a test', faults);
    const test = map === undefined ? undefined : readTest(map, rule, faults);
    return test === undefined ? [] : [test];
  });
}

function readTest(map: SourceMap, holder: TestedRule | undefined, faults: Faults): RuleTest | undefined {
  const before = faults.list.length;
  refuseOtherKeys(map, testKeys, faults);
  const name = textOf(map, 'name', faults);
  const expect = choiceOf(map, 'expect', ['match', 'none'] as const, faults);
  const ruleName = holder === undefined ? textOf(map, 'rule', faults) : undefined;
  const rule = holder ?? (ruleName === undefined ? undefined : ({ kind: 'named', name: ruleName.text, at: ruleName.at } as const));
  const scope = scopeOf(map, faults);
  const events = eventsOf(map, scope, faults);
  if (faults.list.length > before || name === undefined || expect === undefined || rule === undefined) return undefined;
  return { name: name.text, file: faults.file, at: map.at, rule, expect, events, sequence: entryOf(map, 'events') !== undefined };
}

/** What the events of a test are, as far as it says so for all of them. */
type Scope = { readonly from: 'ours'; readonly kind: EventKind } | { readonly from: 'others'; readonly logsource: LogSource };

const falcoEvent: Scope = { from: 'others', logsource: { product: 'falco' } };

function scopeOf(map: SourceMap, faults: Faults): Scope {
  const logsource = entryOf(map, 'logsource');
  if (entryOf(map, 'kind') !== undefined) {
    if (logsource !== undefined) faults.add('VALUE_KIND', logsource.key.at, 'a test has a kind (our events) or a log source (events of others), not both');
    return kindScope(map, faults) ?? falcoEvent;
  }
  if (logsource === undefined) return falcoEvent;
  const parts = asMap(logsource.value, '"logsource"', faults);
  if (parts === undefined) return falcoEvent;
  refuseOtherKeys(parts, ['category', 'product', 'service'], faults);
  return { from: 'others', logsource: Object.fromEntries(parts.entries.map(({ key, value }) => [key.text, value.kind === 'scalar' ? value.text.toLowerCase() : ''])) };
}

function kindScope(map: SourceMap, faults: Faults): Scope | undefined {
  const kind = choiceOf(map, 'kind', Object.keys(eventKinds) as EventKind[], faults);
  return kind === undefined ? undefined : { from: 'ours', kind };
}

function eventsOf(map: SourceMap, scope: Scope, faults: Faults): TestEvent[] {
  const one = entryOf(map, 'event');
  const several = entryOf(map, 'events');
  if (one !== undefined && several !== undefined) faults.add('VALUE_KIND', several.key.at, 'a test has an event or events, not both');
  if (several === undefined) {
    const fields = one === undefined ? faults.add('KEY_MISSING', map.at, 'the key "event" is missing') : asMap(one.value, '"event"', faults);
    return fields === undefined ? [] : [{ at: fields.at, what: readEvent(fields.entries, scope, faults), offsetNs: 0n, times: 1, everyNs: 0n }];
  }
  const events = (filledList(several.value, 'events', faults)?.items ?? []).flatMap((item) => {
    const fields = asMap(item, 'an event', faults);
    return fields === undefined ? [] : [readOccurrence(fields, scope, faults)];
  });
  if (events.reduce((sum, { times }) => sum + times, 0) > testEventsMax) faults.add('NUMBER_RANGE', several.key.at, `a test has at most ${testEventsMax} events`);
  return events;
}

const occurrenceKeys: ReadonlySet<string> = new Set(['at', 'times', 'every', 'kind']);

function readOccurrence(map: SourceMap, scope: Scope, faults: Faults): TestEvent {
  const own = entryOf(map, 'kind') === undefined ? scope : (kindScope(map, faults) ?? scope);
  const fields = map.entries.filter(({ key }) => !occurrenceKeys.has(key.text));
  return {
    at: map.at,
    what: readEvent(fields, own, faults),
    offsetNs: durationOf(map, 'at', 0n, faults),
    times: countOf(map, faults),
    everyNs: durationOf(map, 'every', nsPer.s, faults),
  };
}

function readEvent(entries: readonly SourceEntry[], scope: Scope, faults: Faults): OwnEvent | ForeignEvent {
  if (scope.from === 'others') return { ...scope, fields: Object.fromEntries(entries.map(({ key, value }) => [key.text, plainOf(value, faults)])) };
  const given = new Map<string, unknown>();
  const operation = entries.find(({ key }) => key.text === 'body.operation')?.value;
  for (const { key, value } of entries) {
    const paths = pathsOf(scope.kind, key.text, operation?.kind === 'scalar' ? operation.text : undefined);
    if (paths.length === 0) faults.add('TEST_FIELD_UNKNOWN', key.at, `events of kind ${scope.kind} have no field ${quote(key.text)}`, didYouMean(key.text, namesOf(scope.kind)));
    for (const path of paths) {
      const made = valueOf(value, typeAt(scope.kind, path)!);
      if ('value' in made) given.set(path, made.value);
      else faults.add('TEST_VALUE_IMPOSSIBLE', value.at, `${quote(key.text)}: ${made.message}`, made.hint);
    }
  }
  return { ...scope, given };
}

/** As an event of another sensor would have it in JSON. */
function plainOf(node: SourceNode, faults: Faults): unknown {
  if (node.kind === 'list') return node.items.map((item) => plainOf(item, faults));
  if (node.kind === 'map') return faults.add('VALUE_KIND', node.at, 'a field has a value or a list of values; name fields within others with dots');
  return typeof node.value === 'bigint' && BigInt(Number(node.value)) === node.value ? Number(node.value) : typeof node.value === 'bigint' ? node.text : node.value;
}

const nsPer = { ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n } as const;

function durationOf(map: SourceMap, key: string, otherwise: bigint, faults: Faults): bigint {
  const node = entryOf(map, key)?.value;
  if (node === undefined) return otherwise;
  const match = node.kind === 'scalar' ? /^(\d{1,6})(ms|s|m|h|d)$/.exec(node.text) : null;
  if (match !== null) return BigInt(match[1]!) * nsPer[match[2] as keyof typeof nsPer];
  faults.add('TIMESPAN_INVALID', node.at, `"${key}" is a time such as 500ms, 0s, 5m, 2h or 1d`);
  return otherwise;
}

function countOf(map: SourceMap, faults: Faults): number {
  const node = entryOf(map, 'times')?.value;
  if (node === undefined) return 1;
  if (node.kind === 'scalar' && typeof node.value === 'bigint' && node.value >= 1n && node.value <= BigInt(testEventsMax)) return Number(node.value);
  faults.add('NUMBER_RANGE', node.at, `"times" is a number from 1 to ${testEventsMax}`);
  return 1;
}

function refuseOtherKeys(map: SourceMap, keys: readonly string[], faults: Faults): void {
  for (const { key } of map.entries) {
    if (!keys.includes(key.text)) faults.add('VALUE_KIND', key.at, `there is no key ${quote(key.text)} here`, didYouMean(key.text, keys) ?? `one of ${keys.join(', ')}`);
  }
}

function textOf(map: SourceMap, key: string, faults: Faults): SourceScalar | undefined {
  const node = entryOf(map, key)?.value;
  if (node === undefined) return faults.add('KEY_MISSING', map.at, `the key "${key}" is missing`);
  if (node.kind === 'scalar' && node.text.trim() !== '') return node;
  return faults.add('VALUE_KIND', node.at, `"${key}" must be a text, not ${describeNode(node)}`);
}

function choiceOf<T extends string>(map: SourceMap, key: string, choices: readonly T[], faults: Faults): T | undefined {
  const node = textOf(map, key, faults);
  if (node === undefined) return undefined;
  const choice = choices.find((each) => each === node.text);
  return choice ?? faults.add('VALUE_KIND', node.at, `${quote(node.text)} is no "${key}"`, didYouMean(node.text, choices) ?? `one of ${choices.join(', ')}`);
}

function asMap(node: SourceNode, what: string, faults: Faults): SourceMap | undefined {
  return node.kind === 'map' ? node : faults.add('VALUE_KIND', node.at, `${what} must be a map, not ${describeNode(node)}`);
}

function filledList(node: SourceNode, key: string, faults: Faults): SourceList | undefined {
  if (node.kind !== 'list') return faults.add('VALUE_KIND', node.at, `"${key}" must be a list, not ${describeNode(node)}`);
  return node.items.length > 0 ? node : faults.add('VALUE_EMPTY', node.at, `the list "${key}" is empty`);
}
