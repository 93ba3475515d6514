/** Tells the collectors what the loaded rules can match: a signed record that replaces the one before of the same group. */
import { createHash } from 'node:crypto';
import { mergeClauses } from '#runtime/interest/interest.ts';
import type { EventLog, LogRecord } from '#runtime/event-log/event-log.ts';
import type { SigningKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { InterestKind } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { Rule } from '../rules/rule.ts';
import { interestOf } from './interest-of.ts';

const interests = codec('interest');

/** Well below what the event log takes; beyond it only operations are told apart. */
export const interestBytesMax = 512 * 1024;

/** Resolves when the record is durable. Workers of one group have the same rules; while they differ, the last one counts. */
export async function publishInterest(rules: readonly Rule[], group: string, key: SigningKey, log: EventLog, nowMs: number): Promise<InterestKind[]> {
  const kinds = interestOf(rules);
  const producer = await log.producer();
  try {
    await producer.append([interestRecord({ kinds, rulesVersion: rulesVersionOf(rules) }, group, key, nowMs)]);
  } finally {
    await producer.close();
  }
  return kinds;
}

export function interestRecord(what: { kinds: readonly InterestKind[]; rulesVersion: string }, group: string, key: SigningKey, nowMs: number): LogRecord {
  const encode = (kinds: readonly InterestKind[]): Buffer => interests.encode({ group, rules_version: what.rulesVersion, issued_ms: nowMs, kinds: [...kinds] });
  const exact = encode(what.kinds);
  const value = exact.length <= interestBytesMax ? exact : encode(what.kinds.map(operationsOnly));
  return { topic: topics.rules.name, key: `interest/${group}`, value, headers: signRecord(domains.interest, value, key) };
}

/** 16 hex digits over the versions of all rules, in whatever order they were loaded. */
export function rulesVersionOf(rules: readonly Rule[]): string {
  const versions = rules.map(({ label, version }) => JSON.stringify([label, version])).sort();
  return createHash('sha256').update(versions.join('\n')).digest('hex').slice(0, 16);
}

function operationsOnly({ kind, clauses }: InterestKind): InterestKind {
  return { kind, clauses: mergeClauses(clauses.map(({ operations }) => ({ operations, path: null, port: null, address: null, program: null }))) };
}
