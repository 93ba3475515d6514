/**
 * Which log sources an event answers: those that Sigma knows for its kind, as far as the body fits them (an open that
 * created its file is file_event, any open is file_access), the audit log where it has such records,
 * Falco's events of system calls, and its kind itself under the product "ringfence", for rules
 * on what Sigma has no category for.
 */
import { eventKinds, type EventKind, type KindEntry } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { auditField, auditSource } from './audit-view.ts';
import { falcoKinds, falcoSource, falcoWhen } from './falco-view/index.ts';
import { covers, type LogSource } from './rules/fields.ts';

/** One log source of a kind, and which of its events answer it: those whose body has one of the values; all without. */
export interface KindSource {
  readonly logsource: LogSource;
  readonly when: readonly BodyTest[];
}

export interface BodyTest {
  readonly field: string;
  readonly values: readonly (string | boolean)[];
}

const sources: ReadonlyMap<EventKind, readonly KindSource[]> = new Map(kindEntries().map(([kind, entry]) => [kind, sourcesIn(kind, entry)]));

/** The same list for events that answer the same: matchers key their routes by it. */
export function logSourcesOf({ body }: Event): readonly LogSource[] {
  let answered = 0;
  for (const [index, { when }] of sourcesOf(body.kind).entries()) if (when.every((test) => holds(test, body))) answered |= 1 << index;
  return answeredOf(body.kind, answered);
}

/** All that events of a kind may answer. */
export function sourcesOf(kind: EventKind): readonly KindSource[] {
  return sources.get(kind)!;
}

/** Of these, those whose bits are set, counted from the lowest: the same list for the same bits. */
export function answeredOf(kind: EventKind, answered: number): readonly LogSource[] {
  const lists = listsOf.getOrInsertComputed(kind, () => new Map());
  return lists.getOrInsertComputed(answered, () => sourcesOf(kind).filter((_, index) => (answered & (1 << index)) !== 0).map(({ logsource }) => logsource));
}

/** By kind, then by the bits of the sources that are answered. */
const listsOf = new Map<EventKind, Map<number, readonly LogSource[]>>();

/** The kinds that a rule of this log source is about, in order of the schemas, each with what it asks of their bodies. */
export function kindsOf(rule: LogSource): readonly AnsweringKind[] {
  const key = JSON.stringify([rule.category, rule.product, rule.service]);
  if (kindsKnown.size >= kindsKnownMax && !kindsKnown.has(key)) kindsKnown.clear();
  return kindsKnown.getOrInsertComputed(key, () => findKinds(rule));
}

export interface AnsweringKind {
  readonly kind: EventKind;
  readonly sources: readonly KindSource[];
}

/** Asked for each field of each rule. SigmaHQ has some hundred log sources; who loads more begins anew. */
const kindsKnown = new Map<string, readonly AnsweringKind[]>();
const kindsKnownMax = 1_024;

function findKinds(rule: LogSource): AnsweringKind[] {
  return [...sources]
    .map(([kind, all]) => ({ kind, sources: all.filter(({ logsource }) => covers(rule, logsource)) }))
    .filter((each) => each.sources.length > 0);
}

function sourcesIn(kind: EventKind, { sigma }: KindEntry): KindSource[] {
  const known = sigma.map(({ when = {}, ...logsource }): KindSource => {
    return { logsource, when: Object.entries(when).map(([field, values]) => ({ field, values })) };
  });
  const audit = auditField(kind, 'type') === undefined ? [] : [{ logsource: auditSource, when: [] }];
  const falco = falcoKinds.includes(kind) ? [{ logsource: falcoSource, when: falcoWhen(kind) }] : [];
  return [...known, ...audit, ...falco, { logsource: { category: kind, product: 'ringfence' }, when: [] }];
}

function holds({ field, values }: BodyTest, body: object): boolean {
  return values.includes((body as Readonly<Record<string, string | boolean>>)[field]!);
}

function kindEntries(): [EventKind, KindEntry][] {
  return Object.entries(eventKinds) as [EventKind, KindEntry][];
}
