/**
 * Runs the tests that stand with rules, each for itself: events are encoded as they are on their way through a topic, and
 * judged by the engine's own worker, over windows in memory.
 */
import { createLogger } from '#runtime/log.ts';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import { createMemoryWindowStore } from '#runtime/window-store/memory.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { EventBatch } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { createMatcher } from '../../match/matcher.ts';
import { EngineWorker, type WorkerCounters } from '../../worker.ts';
import { logSourcesOf } from '../../event-sources.ts';
import { decisiveTests, explain, type Explanation } from '../explain.ts';
import { covers, type LogSource } from '../fields.ts';
import type { CorrelationRule, DetectionRule, Rule } from '../rule.ts';
import { sampleEvent } from './sample-event.ts';
import type { ForeignEvent, OwnEvent, RuleTest, TestEvent } from './test-case.ts';

export type Outcome = { readonly passed: true } | { readonly passed: false; readonly because: readonly string[] };

/** Throws a TypeError when an event cannot be encoded: that is a fault of this program. */
export async function runTest(test: RuleTest, rule: Rule): Promise<Outcome> {
  const { matched, because } = await (rule.kind === 'detection' ? judge(test, rule) : count(test, rule));
  return matched === (test.expect === 'match') ? { passed: true } : { passed: false, because: because() };
}

interface Verdict {
  readonly matched: boolean;
  /** What decided, in lines. */
  readonly because: () => readonly string[];
}

const batches = codec('event_batch');
const externalBatches = codec('external_batch');
const detections = codec('detection');

/** 2026-01-01T12:00:00Z, a Thursday. */
const startNs = 1_767_268_800_000_000_000n;

async function judge({ events }: RuleTest, rule: DetectionRule): Promise<Verdict> {
  const { what } = events[0]!;
  const { event, logsources } = judgedForm(what);
  const because = (): string[] => reasons(rule, logsources, event);
  if (what.from === 'others' && textsOf(what) === undefined) return { matched: createMatcher([rule]).match(logsources, event).length > 0, because };
  // A rule that only feeds correlations is tested as if it were one by itself.
  const { detected } = await work([{ ...rule, emits: true }], events);
  return { matched: detected.has(rule.label), because };
}

function reasons(rule: DetectionRule, logsources: readonly LogSource[], event: object): string[] {
  if (!logsources.some((logsource) => covers(rule.logsource, logsource))) {
    return [`the event answers ${logsources.map(sourceText).join(' or ')}; the rule is about ${sourceText(rule.logsource)}`];
  }
  return decisiveTests(explain(rule.condition, event)).map(testText);
}

/** One decisive test as a line. */
export function testText({ name = 'any value of the event', wanted, held, value, at }: Explanation): string {
  const had = value === undefined ? 'which nothing here supplies' : value === null ? 'which has no value' : `which is ${JSON.stringify(value)}`;
  return `line ${at?.line ?? '?'}: ${name} ${wanted ?? ''}: ${held ? 'held' : 'did not hold'} for ${name}, ${had}`;
}

function sourceText(logsource: LogSource): string {
  return Object.entries(logsource).map(([part, value]) => `${part} ${value}`).join(', ');
}

/**
 * The fields as records of external events carry them: those that have a value, as texts. Undefined when one has several,
 * which no record carries; JSON lines of events do (`rules match`), and so a test may name them of a single event.
 */
export function textsOf({ fields }: ForeignEvent): Record<string, string> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  if (entries.some(([, value]) => typeof value === 'object')) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** The event as a matcher judges it, and the log sources that it answers. */
export function judgedForm(what: OwnEvent | ForeignEvent): { event: object; logsources: readonly LogSource[] } {
  if (what.from === 'others') return { event: what.fields, logsources: [what.logsource] };
  const { node, hostname, events } = batches.decode(batches.encode(batchOf(what, 1, startNs)));
  const event = events[0]!;
  return { event: Object.assign(event, { node, hostname }), logsources: logSourcesOf(event) };
}

/** One event is one batch: in a test each can be of another node. */
function batchOf({ kind, given }: OwnEvent, seq: number, timeNs: bigint): EventBatch {
  const textAt = (path: string): string => (given.get(path) as string | undefined) ?? 'node-1';
  return { node: textAt('node'), boot_id: '00000000-0000-4000-8000-000000000000', hostname: textAt('hostname'), events: [sampleEvent(kind, given, { seq, timeNs })], losses: [] };
}

async function count({ events }: RuleTest, rule: CorrelationRule): Promise<Verdict> {
  const { detected, counters } = await work([rule, ...rule.inputs.map((input) => input.rule)], events);
  const because = (): string[] => [`${counters.events} events, of which the rules that it counts matched ${counters.matches}; it needs ${rule.atLeast} within its timespan and one group`];
  return { matched: detected.has(rule.label), because };
}

/** What the engine's worker makes of the events, one record each: the labels of the rules that it detected. */
async function work(rules: readonly Rule[], events: readonly TestEvent[]): Promise<{ detected: Set<string>; counters: WorkerCounters }> {
  const store = createMemoryWindowStore({ clock: new VirtualClock(Number(startNs / 1_000_000n)) });
  const worker = new EngineWorker(rules, store, createLogger('rules test', 'silent'));
  const detected = new Set<string>();
  let offset = 0;
  for (const { what, timeNs } of occurrences(events)) {
    const { topic, value } = recordOf(what, offset + 1, timeNs);
    const record = { topic, key: 'node-1', value, headers: {}, partition: 0, offset: offset++, appendedMs: 0 };
    const outputs = await worker.handle({ topic, partition: 0, records: [record], replayed: false });
    for (const output of outputs) if (output.topic === topics.detections.name) detected.add(detections.decode(output.value).rule.id);
  }
  return { detected, counters: worker.counters };
}

function recordOf(what: OwnEvent | ForeignEvent, seq: number, timeNs: bigint): { topic: string; value: Buffer } {
  if (what.from === 'ours') return { topic: topics.events.name, value: batches.encode(batchOf(what, seq, timeNs)) };
  const { category = null, product = null, service = null } = what.logsource;
  const event = { seq, time: timeNs, category, product, service, fields: textsOf(what) ?? {} };
  return { topic: topics.external.name, value: externalBatches.encode({ source: 'source-1', stream: 'test', events: [event] }) };
}

function* occurrences(events: readonly TestEvent[]): Generator<{ what: OwnEvent | ForeignEvent; timeNs: bigint }> {
  for (const { what, offsetNs, times, everyNs } of events) {
    for (let index = 0; index < times; index++) yield { what, timeNs: startNs + offsetNs + BigInt(index) * everyNs };
  }
}
