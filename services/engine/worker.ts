/**
 * The worker: batches of events in, detections out, written in the same transaction as the input's offsets. It keeps no
 * state of its own between batches; windows and claims live in the window store and give a replayed batch the same
 * answers, so a crash anywhere neither loses a detection nor repeats one.
 */
import { deadLetter } from '#runtime/event-log/dead-letter.ts';
import type { LogBatch, LogRecord, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { operationsMax, type BegunRun, type WindowOperation, type WindowStore } from '#runtime/window-store/window-store.ts';
import { codec, DecodeError } from '#schemas/codec/codec.ts';
import type { Event, EventBatch } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { countOperation, groupValues } from './correlate/count-operation.ts';
import { detectionId } from './detection-id.ts';
import { detectionOf } from './detection.ts';
import type { JudgedEvent } from './event-fields.ts';
import { logSourcesOf } from './event-sources.ts';
import { createMatcher, type CorrelationInput, type CorrelationRule, type DetectionRule, type Matcher, type Rule } from './rules/index.ts';

/** Claims outlive any replay: an engine that was down, or a partition that changed hands, and a collector that sends again. */
const claimKeepMs = 2 * 3_600_000;

const batches = codec('event_batch');
const detections = codec('detection');

/** Each counts a record once, however often it is tried or replayed. */
export interface WorkerCounters {
  events: number;
  matches: number;
  detections: number;
  deadLetters: number;
  /** Verdicts on windows that may have lost members: too many of them, or the event too late. */
  capped: number;
}

/** A match of one rule that may become a detection, depending on what the window store says. */
interface Candidate {
  readonly rule: DetectionRule | CorrelationRule;
  readonly event: JudgedEvent;
  readonly eventId: string;
  readonly groupBy: readonly string[];
  readonly groupValues: readonly string[];
  readonly operation: WindowOperation;
}

export class EngineWorker {
  readonly counters: WorkerCounters = noCounts();
  private readonly store: WindowStore;
  private readonly log: Logger;
  private readonly matcher: Matcher;
  /** Correlations that count the matches of a rule. */
  private readonly correlations: ReadonlyMap<DetectionRule, readonly [CorrelationRule, CorrelationInput][]>;
  /** The offset up to which records are in the counters, for each partition of the topic. */
  private readonly countedTo = new Map<string, number>();

  /** `index: false` judges every rule for every event: to measure what the index saves. */
  constructor(rules: readonly Rule[], store: WindowStore, log: Logger, options: { readonly index?: boolean } = {}) {
    this.store = store;
    this.log = log;
    this.matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'), options);
    this.correlations = indexInputs(rules);
  }

  /** Handler of the events topic. */
  async handle(batch: LogBatch): Promise<LogRecord[]> {
    const judged = await Promise.all(batch.records.map((record) => this.handleRecord(record)));
    this.tally(batch, judged);
    return judged.flatMap(({ outputs }) => outputs);
  }

  /** Replayed records were counted by the engine that committed them, records that come again by this one. */
  private tally(batch: LogBatch, judged: readonly Judged[]): void {
    if (batch.replayed) return;
    const partition = `${batch.topic}/${batch.partition}`;
    const countedTo = this.countedTo.get(partition) ?? -1;
    batch.records.forEach(({ offset }, index) => {
      if (offset > countedTo) add(this.counters, judged[index]!.counts);
    });
    this.countedTo.set(partition, Math.max(countedTo, batch.records.at(-1)?.offset ?? -1));
  }

  private async handleRecord(record: ReceivedRecord): Promise<Judged> {
    const batch = this.decode(record);
    const counts = noCounts();
    if (batch instanceof DecodeError) return { outputs: [this.deadLetter(record, batch)], counts: { ...counts, deadLetters: 1 } };
    const owner = `${record.topic}/${record.partition}/${record.offset}`;
    // By id: calls to the store that share a run both hear of it.
    const outputs = new Map<string, LogRecord>();
    for (const candidates of this.portions(batch, counts)) {
      for (const output of await this.conclude(candidates, batch, owner, counts)) {
        if (!outputs.has(output.key)) outputs.set(output.key, output);
      }
    }
    counts.detections = outputs.size;
    return { outputs: [...outputs.values()], counts };
  }

  /** The candidates of a batch in portions that one call of the store takes: many rules may match each of its events. */
  private *portions(batch: EventBatch, counts: WorkerCounters): Generator<Candidate[]> {
    let portion: Candidate[] = [];
    for (const event of batch.events) {
      for (const candidate of this.candidates(batch, event, counts)) {
        portion.push(candidate);
        if (portion.length < operationsMax) continue;
        yield portion;
        portion = [];
      }
    }
    if (portion.length > 0) yield portion;
  }

  private candidates(batch: EventBatch, event: Event, counts: WorkerCounters): Candidate[] {
    counts.events++;
    const eventId = eventIdOf(batch, event);
    const judged = Object.assign(event, { node: batch.node, hostname: batch.hostname });
    return this.matcher.match(logSourcesOf(event), judged).flatMap((rule) => {
      counts.matches++;
      const alone = rule.emits ? [this.alone(rule, judged, eventId)] : [];
      return [...alone, ...this.counted(rule, judged, eventId)];
    });
  }

  private alone(rule: DetectionRule, event: JudgedEvent, eventId: string): Candidate {
    const key = detectionId({ ruleId: rule.label, ruleVersion: rule.version, group: '', firstEventId: eventId });
    return { rule, event, eventId, groupBy: [], groupValues: [], operation: { kind: 'claim', key, keepMs: claimKeepMs } };
  }

  private counted(rule: DetectionRule, event: JudgedEvent, eventId: string): Candidate[] {
    return (this.correlations.get(rule) ?? []).flatMap(([correlation, input]) => {
      const operation = countOperation(correlation, input, event, { id: eventId, timeNs: event.time });
      const values = groupValues(input.groupBy, event);
      if (operation === undefined || values === undefined) return [];
      return [{ rule: correlation, event, eventId, groupBy: correlation.groupBy, groupValues: values, operation }];
    });
  }

  private async conclude(candidates: readonly Candidate[], batch: EventBatch, owner: string, counts: WorkerCounters): Promise<LogRecord[]> {
    const results = await this.store.apply(candidates.map((candidate) => candidate.operation), owner);
    return candidates.flatMap((candidate, index) => {
      const result = results[index]!;
      if (result.kind === 'claim') return result.granted ? [this.record(candidate, aloneRun(candidate), batch)] : [];
      if (result.capped) counts.capped++;
      return result.begun.map((run) => this.record(candidate, run, batch));
    });
  }

  private record(candidate: Candidate, run: BegunRun, batch: EventBatch): LogRecord {
    const { rule, event, operation, groupBy, groupValues } = candidate;
    const groupText = operation.kind === 'count' ? operation.group : '';
    const id = detectionId({ ruleId: rule.label, ruleVersion: rule.version, group: groupText, firstEventId: run.trigger.id });
    const group = Object.fromEntries(groupBy.map((name, index) => [name, groupValues[index] ?? '']));
    const detection = detectionOf({ id, rule, group, run, event, batch });
    return { topic: topics.detections.name, key: id, value: detections.encode(detection) };
  }

  private decode(record: ReceivedRecord): EventBatch | DecodeError {
    try {
      return batches.decode(record.value);
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
  }

  private deadLetter(record: ReceivedRecord, error: DecodeError): LogRecord {
    this.log.warn({ code: 'RECORD_UNDECODABLE', reason: error.code, topic: record.topic, partition: record.partition, offset: record.offset }, error.message);
    return deadLetter(record, topics.eventsDlq.name, error.code);
  }
}

interface Judged {
  readonly outputs: readonly LogRecord[];
  readonly counts: WorkerCounters;
}

function noCounts(): WorkerCounters {
  return { events: 0, matches: 0, detections: 0, deadLetters: 0, capped: 0 };
}

function add(counters: WorkerCounters, counts: WorkerCounters): void {
  for (const key of Object.keys(counts) as (keyof WorkerCounters)[]) counters[key] += counts[key];
}

/** A match that is a detection by itself. */
function aloneRun({ event, eventId }: Candidate): BegunRun {
  const trigger = { id: eventId, timeNs: event.time };
  return { trigger, count: 1, members: [trigger] };
}

const seqDigits = 16;

/** Sorts as text like (node, boot, ring, seq): windows order equal times by it. */
function eventIdOf(batch: EventBatch, event: Event): string {
  return `${batch.node}/${batch.boot_id}/${event.ring}/${String(event.seq).padStart(seqDigits, '0')}`;
}

function indexInputs(rules: readonly Rule[]): Map<DetectionRule, [CorrelationRule, CorrelationInput][]> {
  const index = new Map<DetectionRule, [CorrelationRule, CorrelationInput][]>();
  for (const rule of rules) {
    if (rule.kind !== 'correlation') continue;
    for (const input of rule.inputs) {
      const known = index.get(input.rule) ?? [];
      known.push([rule, input]);
      index.set(input.rule, known);
    }
  }
  return index;
}
