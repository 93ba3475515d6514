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
import { topics } from '#schemas/topics.ts';
import { countOperation, groupValues } from './correlate/count-operation.ts';
import { detectionId } from './detection-id.ts';
import { detectionOf } from './detection.ts';
import { openBatch, type EncodedBatch, type Observed } from './encoded-batch.ts';
import { AvroSource } from './match/avro-source.ts';
import { compileRules, type RuleProgram } from './match/program.ts';
import type { CorrelationInput, CorrelationRule, DetectionRule, Rule } from './rules/index.ts';

/** Claims outlive any replay: an engine that was down, or a partition that changed hands, and a collector that sends again. */
const claimKeepMs = 2 * 3_600_000;

const detections = codec('detection');

/** Each but the last counts a record once, however often it is tried or replayed. */
export interface WorkerCounters {
  events: number;
  matches: number;
  detections: number;
  deadLetters: number;
  /** Verdicts on windows that may have lost members: too many of them, or the event too late. */
  capped: number;
  /** Rules that threw, which is a bug of ours: such a rule is judged no more, or loses its output, until rules are loaded again. */
  faultyRules: number;
}

export interface WorkerOptions {
  /** False judges every rule for every event: to measure what the index saves. */
  readonly index?: boolean;
}

/** A match of one rule that may become a detection, depending on what the window store says. */
interface Candidate {
  readonly rule: DetectionRule | CorrelationRule;
  readonly observed: Observed;
  readonly groupBy: readonly string[];
  readonly groupValues: readonly string[];
  readonly operation: WindowOperation;
}

/** What rules become to judge by. */
interface RulesInUse {
  readonly source: AvroSource;
  readonly program: RuleProgram;
  /** Correlations that count the matches of a rule. */
  readonly correlations: ReadonlyMap<DetectionRule, readonly [CorrelationRule, CorrelationInput][]>;
  /** Rules whose output or group threw, each once: the one is left out from then on, the other not counted. */
  readonly faulty: Set<Rule>;
}

export class EngineWorker {
  readonly counters: WorkerCounters = noCounts();
  private readonly store: WindowStore;
  private readonly log: Logger;
  private readonly options: WorkerOptions;
  private rules: RulesInUse;
  /** The offset up to which records are in the counters, for each partition of each topic. */
  private readonly countedTo = new Map<string, number>();

  constructor(rules: readonly Rule[], store: WindowStore, log: Logger, options: WorkerOptions = {}) {
    this.store = store;
    this.log = log;
    this.options = options;
    this.rules = this.inUse(rules);
  }

  /** Replaces the rules, from the next batch on: one that is being judged is so by those that it began with. */
  use(rules: readonly Rule[]): void {
    this.rules = this.inUse(rules);
  }

  /** Handler of the topics events and external. */
  async handle(batch: LogBatch): Promise<LogRecord[]> {
    const { rules } = this;
    const judged = await Promise.all(batch.records.map((record) => this.handleRecord(record, rules)));
    this.tally(batch, judged);
    return judged.flatMap(({ outputs }) => outputs);
  }

  private inUse(rules: readonly Rule[]): RulesInUse {
    const source = new AvroSource();
    const onFault = (rule: DetectionRule, error: unknown): void => this.countFault(rule, error);
    const program = compileRules(rules.filter((rule) => rule.kind === 'detection'), source, { ...this.options, onFault });
    return { source, program, correlations: indexInputs(rules), faulty: new Set() };
  }

  private countFault(rule: Rule, err: unknown, result = 'it is judged no more'): void {
    this.counters.faultyRules++;
    this.log.error({ err, rule: rule.label, version: rule.version }, `a rule threw: ${result}`);
  }

  /** What `how` gives; undefined when it throws, as a rule that did is not tried again. */
  private unlessFaulty<T>(rule: Rule, { faulty }: RulesInUse, result: string, how: () => T): T | undefined {
    if (faulty.has(rule)) return undefined;
    try {
      return how();
    } catch (error) {
      faulty.add(rule);
      this.countFault(rule, error, result);
      return undefined;
    }
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

  private async handleRecord(record: ReceivedRecord, rules: RulesInUse): Promise<Judged> {
    const counts = noCounts();
    try {
      const outputs = await this.judge(record, rules, counts);
      return { outputs, counts: { ...counts, detections: outputs.length } };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { outputs: [this.deadLetter(record, error)], counts: { ...noCounts(), deadLetters: 1 } };
    }
  }

  /** Throws DecodeError before anything of the record has come to the window store. */
  private async judge(record: ReceivedRecord, rules: RulesInUse, counts: WorkerCounters): Promise<LogRecord[]> {
    const owner = `${record.topic}/${record.partition}/${record.offset}`;
    // By id: calls to the store that share a run both hear of it.
    const outputs = new Map<string, LogRecord>();
    for (const candidates of this.portions(openBatch(record), rules, counts)) {
      for (const output of await this.conclude(candidates, owner, rules, counts)) {
        if (!outputs.has(output.key)) outputs.set(output.key, output);
      }
    }
    return [...outputs.values()];
  }

  /** The candidates of a batch in portions that one call of the store takes: many rules may match each of its events. */
  private *portions(batch: EncodedBatch, rules: RulesInUse, counts: WorkerCounters): Generator<Candidate[]> {
    let portion: Candidate[] = [];
    for (;;) {
      const matched = this.nextMatched(batch, rules, counts);
      if (matched.length === 0) break;
      // All of an event at once: while the store is asked, the source goes on to another.
      for (const candidate of this.candidates(matched, batch.observe(rules.source), rules)) {
        portion.push(candidate);
        if (portion.length < operationsMax) continue;
        batch.walk.verify();
        yield portion;
        portion = [];
      }
    }
    if (portion.length > 0) yield portion;
  }

  /** Goes on to the next event that rules match: these rules, or none behind the last event. Most events end here. */
  private nextMatched(batch: EncodedBatch, { source, program }: RulesInUse, counts: WorkerCounters): readonly DetectionRule[] {
    while (batch.walk.next()) {
      counts.events++;
      const matched = program.match(batch.begin(source));
      if (matched.length === 0) continue;
      counts.matches += matched.length;
      return matched;
    }
    return none;
  }

  private candidates(matched: readonly DetectionRule[], observed: Observed, rules: RulesInUse): Candidate[] {
    return matched.flatMap((rule) => [...alone(rule, observed), ...this.counted(rule, observed, rules)]);
  }

  private counted(match: DetectionRule, observed: Observed, rules: RulesInUse): Candidate[] {
    return (rules.correlations.get(match) ?? []).flatMap(([rule, input]) => {
      const values = this.unlessFaulty(rule, rules, 'it is not counted any more', () => groupValues(input.groupBy, observed.read));
      if (values === undefined) return [];
      const operation = countOperation(rule, values, { id: observed.id, timeNs: observed.timeNs });
      return [{ rule, observed, groupBy: rule.groupBy, groupValues: values, operation }];
    });
  }

  private async conclude(candidates: readonly Candidate[], owner: string, rules: RulesInUse, counts: WorkerCounters): Promise<LogRecord[]> {
    const results = await this.store.apply(candidates.map((candidate) => candidate.operation), owner);
    return candidates.flatMap((candidate, index) => {
      const result = results[index]!;
      if (result.kind === 'claim') return result.granted ? [this.record(candidate, aloneRun(candidate), rules)] : [];
      if (result.capped) counts.capped++;
      return result.begun.map((run) => this.record(candidate, run, rules));
    });
  }

  private record(candidate: Candidate, run: BegunRun, rules: RulesInUse): LogRecord {
    const { rule, observed, operation, groupBy, groupValues } = candidate;
    const groupText = operation.kind === 'count' ? operation.group : '';
    const id = detectionId({ ruleId: rule.label, ruleVersion: rule.version, group: groupText, firstEventId: run.trigger.id });
    const group = Object.fromEntries(groupBy.map((name, index) => [name, groupValues[index] ?? '']));
    const template = rule.kind === 'detection' ? rule.output : undefined;
    const output = this.unlessFaulty(rule, rules, 'its detections have no output any more', () => template?.render(observed.read)) ?? null;
    return { topic: topics.detections.name, key: id, value: detections.encode(detectionOf({ id, rule, group, run, observed, output })) };
  }

  private deadLetter(record: ReceivedRecord, error: DecodeError): LogRecord {
    this.log.warn({ code: 'RECORD_UNDECODABLE', reason: error.code, topic: record.topic, partition: record.partition, offset: record.offset }, error.message);
    const { name } = record.topic === topics.external.name ? topics.externalDlq : topics.eventsDlq;
    return deadLetter(record, name, error.code);
  }
}

interface Judged {
  readonly outputs: readonly LogRecord[];
  readonly counts: WorkerCounters;
}

const none: readonly DetectionRule[] = [];

function alone(rule: DetectionRule, observed: Observed): Candidate[] {
  if (!rule.emits) return [];
  const key = detectionId({ ruleId: rule.label, ruleVersion: rule.version, group: '', firstEventId: observed.id });
  return [{ rule, observed, groupBy: [], groupValues: [], operation: { kind: 'claim', key, keepMs: claimKeepMs } }];
}

function noCounts(): WorkerCounters {
  return { events: 0, matches: 0, detections: 0, deadLetters: 0, capped: 0, faultyRules: 0 };
}

function add(counters: WorkerCounters, counts: WorkerCounters): void {
  for (const key of Object.keys(counts) as (keyof WorkerCounters)[]) counters[key] += counts[key];
}

/** A match that is a detection by itself. */
function aloneRun({ observed }: Candidate): BegunRun {
  const trigger = { id: observed.id, timeNs: observed.timeNs };
  return { trigger, count: 1, members: [trigger] };
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
