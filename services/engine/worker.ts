/**
 * The worker: batches of events in, detections out, written in the same transaction as the input's offsets. It keeps no
 * state of its own between batches; windows and claims live in the window store and give a replayed batch the same
 * answers, so a crash anywhere neither loses a detection nor repeats one.
 */
import { deadLetter } from '#runtime/event-log/dead-letter.ts';
import type { LogBatch, LogRecord, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import type { WindowOperation, WindowStore, WindowVerdict } from '#runtime/window-store/window-store.ts';
import { codec, DecodeError } from '#schemas/codec/codec.ts';
import type { Event, EventBatch } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { countOperation, groupValues } from './correlate/count-operation.ts';
import { detectionId } from './detection-id.ts';
import { detectionOf } from './detection.ts';
import { logSources } from './event-fields.ts';
import { createMatcher, type CorrelationInput, type CorrelationRule, type DetectionRule, type Matcher, type Rule } from './rules/index.ts';

/** Windows and claims outlive any replay: as long as events are kept. */
const keepMs = topics.events.retentionMs;

const batches = codec('event_batch');
const detections = codec('detection');

export interface WorkerCounters {
  events: number;
  matches: number;
  detections: number;
  deadLetters: number;
}

/** A match of one rule that may become a detection, depending on what the window store says. */
interface Candidate {
  readonly rule: DetectionRule | CorrelationRule;
  readonly event: Event;
  readonly eventId: string;
  readonly groupBy: readonly string[];
  readonly groupValues: readonly string[];
  readonly operation: WindowOperation;
}

export class EngineWorker {
  readonly counters: WorkerCounters = { events: 0, matches: 0, detections: 0, deadLetters: 0 };
  private readonly store: WindowStore;
  private readonly log: Logger;
  private readonly matcher: Matcher;
  /** Correlations that count the matches of a rule. */
  private readonly correlations: ReadonlyMap<DetectionRule, readonly [CorrelationRule, CorrelationInput][]>;

  constructor(rules: readonly Rule[], store: WindowStore, log: Logger) {
    this.store = store;
    this.log = log;
    this.matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
    this.correlations = indexInputs(rules);
  }

  /** Handler of the events topic. */
  async handle(batch: LogBatch): Promise<LogRecord[]> {
    const outputs = await Promise.all(batch.records.map((record) => this.handleRecord(record)));
    return outputs.flat();
  }

  private async handleRecord(record: ReceivedRecord): Promise<LogRecord[]> {
    const batch = this.decode(record);
    if (batch instanceof DecodeError) return [this.deadLetter(record, batch)];
    const candidates = batch.events.flatMap((event) => this.candidates(batch, event));
    if (candidates.length === 0) return [];
    const concluded = await this.conclude(candidates, batch, `${record.topic}/${record.partition}/${record.offset}`);
    this.counters.detections += concluded.length;
    return concluded;
  }

  private candidates(batch: EventBatch, event: Event): Candidate[] {
    this.counters.events++;
    const logsource = logSources.get(event.body.kind);
    if (logsource === undefined) return [];
    const eventId = eventIdOf(batch, event);
    return this.matcher.match(logsource, event).flatMap((rule) => {
      this.counters.matches++;
      const alone = rule.emits ? [this.alone(rule, event, eventId)] : [];
      return [...alone, ...this.counted(rule, event, eventId)];
    });
  }

  private alone(rule: DetectionRule, event: Event, eventId: string): Candidate {
    const key = detectionId({ ruleId: rule.label, ruleVersion: rule.version, group: '', firstEventId: eventId });
    return { rule, event, eventId, groupBy: [], groupValues: [], operation: { kind: 'claim', key, keepMs } };
  }

  private counted(rule: DetectionRule, event: Event, eventId: string): Candidate[] {
    return (this.correlations.get(rule) ?? []).flatMap(([correlation, input]) => {
      const operation = countOperation(correlation, input, event, { id: eventId, timeNs: event.time }, keepMs);
      const values = groupValues(input.groupBy, event);
      if (operation === undefined || values === undefined) return [];
      return [{ rule: correlation, event, eventId, groupBy: correlation.groupBy, groupValues: values, operation }];
    });
  }

  /** Asks the store about all candidates at once, then claims the detections that windows have begun. */
  private async conclude(candidates: readonly Candidate[], batch: EventBatch, owner: string): Promise<LogRecord[]> {
    const results = await this.store.apply(candidates.map((candidate) => candidate.operation), owner);
    const begun = candidates.flatMap((candidate, index): Begun[] => {
      const result = results[index]!;
      if (result.kind === 'claim') return result.granted ? [{ candidate, verdict: null }] : [];
      return result.runStart ? [{ candidate, verdict: result }] : [];
    });
    const claimed = await this.claimRuns(begun, owner);
    return claimed.map(({ candidate, verdict }) => this.record(candidate, verdict, batch));
  }

  private async claimRuns(begun: readonly Begun[], owner: string): Promise<Begun[]> {
    const runs = begun.filter(({ verdict }) => verdict !== null);
    if (runs.length === 0) return [...begun];
    const results = await this.store.apply(runs.map(({ candidate }) => ({ kind: 'claim', key: idOf(candidate), keepMs })), owner);
    const denied = new Set(runs.filter((_, index) => results[index]?.kind === 'claim' && !results[index].granted));
    return begun.filter((each) => !denied.has(each));
  }

  private record(candidate: Candidate, verdict: WindowVerdict | null, batch: EventBatch): LogRecord {
    const { rule, event, eventId, groupBy, groupValues } = candidate;
    const id = idOf(candidate);
    const group = Object.fromEntries(groupBy.map((name, index) => [name, groupValues[index] ?? '']));
    const members = verdict?.members ?? [{ id: eventId, timeNs: event.time }];
    const detection = detectionOf({ id, rule, group, members, count: verdict?.count ?? 1, event, batch });
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
    this.counters.deadLetters++;
    this.log.warn({ code: 'RECORD_UNDECODABLE', reason: error.code, topic: record.topic, partition: record.partition, offset: record.offset }, error.message);
    return deadLetter(record, topics.eventsDlq.name, error.code);
  }
}

interface Begun {
  readonly candidate: Candidate;
  readonly verdict: WindowVerdict | null;
}

const seqDigits = 16;

/** Sorts as text like (node, boot, ring, seq): windows order equal times by it. */
function eventIdOf(batch: EventBatch, event: Event): string {
  return `${batch.node}/${batch.boot_id}/${event.ring}/${String(event.seq).padStart(seqDigits, '0')}`;
}

function idOf({ rule, operation, eventId }: Candidate): string {
  const group = operation.kind === 'count' ? operation.group : '';
  return detectionId({ ruleId: rule.label, ruleVersion: rule.version, group, firstEventId: eventId });
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
