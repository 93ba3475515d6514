/**
 * For tests: rules and batches of encoded events as plain data, judged in every way that there is: with the index and
 * without, over encoded events and over objects, new ones and such that came before. All ways have to say the same.
 */
import { codec } from '#schemas/codec/codec.ts';
import type { EventBatch, ExternalBatch } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { openBatch, type EncodedBatch } from '../encoded-batch.ts';
import { engineFields } from '../engine-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import { readExternal } from '../external/external-fields.ts';
import { derivedField, type Derivation, type FieldRef, type FieldValue, type LogSource } from '../rules/fields.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { AvroSource } from './avro-source.ts';
import { createMatcher } from './matcher.ts';
import { compileRules, type ProgramOptions } from './program.ts';
import { conditionOver, ruleOf, type CaseRule, type FieldByName } from './rule-case.ts';

export interface EventCase {
  readonly batches: readonly BatchCase[];
  /** Each a program by itself, as rules are before and after they are loaded anew. */
  readonly programs: readonly (readonly CaseRule[])[];
  /** How often the batches come. */
  readonly rounds: number;
}

export type BatchCase = { readonly kind: 'own'; readonly batch: EventBatch } | { readonly kind: 'external'; readonly batch: ExternalBatch };

/** An event as it is without its encoding. */
export interface PlainEvent {
  readonly kind: BatchCase['kind'];
  /** What fields read. */
  readonly object: object;
  readonly logsources: readonly LogSource[];
}

/** How often an event was judged by a rule, and how often it matched. */
export interface Reached {
  readonly verdicts: number;
  readonly matches: number;
}

/** Throws when two ways disagree, or a rule throws. */
export function judgeEveryWay({ batches, programs, rounds }: EventCase): Reached {
  const plain = batches.map(eventsOf);
  const ways = programs.flatMap((rules, number) => {
    const expected = plain.map((events) => matchesOver(events, rules, false));
    const indexed = plain.map((events) => matchesOver(events, rules, true));
    for (const [batch, each] of indexed.entries()) compare(each, expected[batch]!, `program ${number}, batch ${batch}, objects with the index`);
    return [true, false].map((index) => ({ name: `program ${number}, encoded, ${index ? 'with' : 'without'} the index`, expected, match: encodedMatcher(rules, index) }));
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const { encoded, batch, event } of eventsInRound(batches, round)) {
      for (const { name, expected, match } of ways) compare(match(encoded), expected[batch]![event]!, `round ${round}, batch ${batch}, event ${event}, ${name}`);
    }
  }
  const first = ways.filter((_, index) => index % 2 === 0).flatMap(({ expected }) => expected.flat());
  return { verdicts: first.length * programs[0]!.length, matches: first.flat().length };
}

/** As they are read from their encoding. */
export function eventsOf({ kind, batch }: BatchCase): PlainEvent[] {
  if (kind === 'external') {
    return codec('external_batch').decode(codec('external_batch').encode(batch)).events.map(({ category, product, service, fields }) => {
      const named = Object.entries({ category, product, service }).filter(([, value]) => value !== null);
      return { kind, object: fields, logsources: [Object.fromEntries(named.map(([part, value]) => [part, value!.toLowerCase()]))] };
    });
  }
  const { node, hostname, events } = codec('event_batch').decode(codec('event_batch').encode(batch));
  return events.map((event) => ({ kind, object: Object.assign(event, { node, hostname }), logsources: logSourcesOf(event) }));
}

/** Log sources that other people's sensors feed. */
const fed: readonly LogSource[] = [{ product: 'windows' }, { category: 'dns' }, { product: 'linux', category: 'process_creation' }];
const table = engineFields(fed);

/** Stands for every value of an event. */
export const everyValue = '*';

const fields = new Map<string, FieldRef | undefined>();

/** `upper(x)` is a field that follows from x. */
export function fieldOf(logsource: LogSource, name: string): FieldRef | undefined {
  return fields.getOrInsertComputed(JSON.stringify([logsource, name]), () => findField(logsource, name));
}

function findField(logsource: LogSource, name: string): FieldRef | undefined {
  if (name === everyValue) return table.everyValue(logsource);
  const inner = /^upper\((.*)\)$/s.exec(name)?.[1];
  const field = table.resolve(logsource, inner ?? name);
  return inner === undefined || field === undefined ? field : derivedField(table, name, [field], upper);
}

const upper: Derivation = ([value]) => (typeof value === 'string' ? value.toUpperCase() : value);

/** What the event has in the field. */
export function valueIn({ kind, object }: PlainEvent, field: FieldRef): FieldValue {
  return kind === 'own' ? field.read(object) : readExternal(field, object);
}

type Matches = readonly string[];

function matchesOver(events: readonly PlainEvent[], rules: readonly CaseRule[], index: boolean): Matches[] {
  const [first] = events;
  // Over objects a field is read by its reader alone, which is another in events of others.
  const view = (field: FieldRef): FieldRef => (first?.kind === 'external' ? { name: field.name, read: (object) => readExternal(field, object) } : field);
  const matcher = createMatcher(built(rules, view), options(index));
  return events.map(({ logsources, object }) => labelsOf(matcher.match(logsources, object)));
}

function encodedMatcher(rules: readonly CaseRule[], index: boolean): (batch: EncodedBatch) => Matches {
  const source = new AvroSource();
  const program = compileRules(built(rules, (field) => field), source, options(index));
  return (batch) => labelsOf(program.match(batch.begin(source)));
}

function built(rules: readonly CaseRule[], view: (field: FieldRef) => FieldRef): DetectionRule[] {
  const viewed = new Map<FieldRef, FieldRef>();
  return rules.map(({ logsource, condition }, number) => {
    const byName: FieldByName = (name) => {
      const field = fieldOf(logsource, name);
      return field && viewed.getOrInsertComputed(field, view);
    };
    return ruleOf(String(number), logsource, conditionOver(condition, byName));
  });
}

function options(index: boolean): ProgramOptions {
  return {
    index,
    onFault: ({ label }, error) => {
      throw new Error(`rule ${label} was quarantined`, { cause: error });
    },
  };
}

function labelsOf(rules: readonly DetectionRule[]): Matches {
  return rules.map(({ label }) => label);
}

interface EventInRound {
  readonly encoded: EncodedBatch;
  readonly batch: number;
  readonly event: number;
}

/** In another order from round to round, and with batches taken in turns in some: while the engine waits for one, it goes on with another. */
function* eventsInRound(batches: readonly BatchCase[], round: number): Generator<EventInRound> {
  const walks = batches.map((each, batch) => walkOf(each, batch, round));
  if (round % 3 !== 2) {
    for (const walk of walks) yield* walk;
    return;
  }
  for (let open = walks; open.length > 0; ) {
    const next = open.map((walk) => walk.next());
    // Each of these stands at an event until its own walk goes on.
    for (const { value, done } of next) if (done !== true) yield value;
    open = open.filter((_, index) => next[index]!.done !== true);
  }
}

function* walkOf(each: BatchCase, batch: number, round: number): Generator<EventInRound> {
  const numbers = [...each.batch.events.keys()];
  if (round % 2 === 1) numbers.reverse();
  const encoded = openBatch({ topic: (each.kind === 'own' ? topics.events : topics.external).name, key: '', value: placed(encodedIn(each, numbers), round), headers: {}, partition: 0, offset: round, appendedMs: 0 });
  for (const event of numbers) {
    encoded.walk.next();
    yield { encoded, batch, event };
  }
}

function encodedIn({ kind, batch }: BatchCase, order: readonly number[]): Buffer {
  if (kind === 'external') return codec('external_batch').encode({ ...batch, events: order.map((number) => batch.events[number]!) });
  return codec('event_batch').encode({ ...batch, events: order.map((number) => batch.events[number]!) });
}

/** At any place in the words of its memory, with more behind it or without. */
function placed(record: Buffer, round: number): Buffer {
  const start = round % 4;
  const memory = Buffer.from(new ArrayBuffer(start + record.length + ((round >> 2) % 4))).fill(0x61);
  record.copy(memory, start);
  return memory.subarray(start, start + record.length);
}

/** Millions of comparisons: only the one that fails is told of. */
function compare(found: unknown, expected: unknown, where: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${where}: ${one} instead of ${other}`);
}
