/**
 * The checks that need nothing but the command itself and the keys, in a fixed order: what is cheapest to forge is
 * checked first, and nothing in a command is believed before its signature holds.
 */
import type { ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { TrustedKey } from '#runtime/signing/keyring.ts';
import { domains, verifyRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Command } from '#schemas/generated/types.gen.ts';
import type { Refusal } from './refusal.ts';

export interface NodeIdentity {
  readonly node: string;
  readonly bootId: string;
}

export type Validation = { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly reason: Refusal; readonly command: Command | null };

/** Clocks of issuer and node may differ by this much. */
export const clockSkewMs = 2_000;

/** The longest time from issue to expiry: an order to kill that waits longer is an order about another situation. */
export const validityMsMax: Record<Command['action']['kind'], number> = { process_kill: 30_000 };

const commands = codec('command');
const signals = [9, 15];

/** Ids and nonces as schemas/messages/command.avsc has them: they become lines of the journal. */
const hex128 = /^[0-9a-f]{32}$/;

export function validateCommand(record: ReceivedRecord, keys: ReadonlyMap<string, TrustedKey>, identity: NodeIdentity, nowMs: number): Validation {
  const verified = verifyRecord(domains.command, record.value, record.headers, keys);
  if (!verified.ok) return { ok: false, reason: verified.reason, command: null };
  const command = decode(record.value);
  if (command === null) return { ok: false, reason: 'undecodable', command };
  const reason = refusal(command, verified.key, identity, nowMs);
  return reason === null ? { ok: true, command } : { ok: false, reason, command };
}

function refusal(command: Command, key: TrustedKey, identity: NodeIdentity, nowMs: number): Refusal | null {
  const { target, action } = command;
  if (!key.kinds.includes(action.kind)) return 'kind_not_allowed';
  if (target.node !== identity.node) return 'wrong_node';
  if (target.boot_id !== identity.bootId) return 'wrong_boot';
  if (command.expires_ms - command.issued_ms > validityMsMax[action.kind]) return 'validity_too_long';
  if (command.issued_ms > nowMs + clockSkewMs) return 'not_yet_valid';
  if (command.expires_ms + clockSkewMs < nowMs) return 'expired';
  return signals.includes(action.signal) ? null : 'signal_not_allowed';
}

function decode(value: Buffer): Command | null {
  try {
    const command = commands.decode(value);
    return hex128.test(command.id) && hex128.test(command.nonce) ? command : null;
  } catch {
    return null;
  }
}
