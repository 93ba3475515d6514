/** Orders: what a playbook step asks of a node, as a job that can be repeated, and as a signed record. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { LogRecord } from '#runtime/event-log/event-log.ts';
import type { SigningKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Command, Detection, Mode, Event } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { KillStep, Playbook } from './playbook/playbook.ts';

/** The data of a job: everything that makes the command, so that it can be issued after a restart. */
export const orderSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  detectionId: z.string(),
  /** Time of the detection's last event, ms since the epoch. */
  detectedMs: z.number(),
  playbook: z.string(),
  playbookSha256: z.string(),
  mode: z.enum(['observe', 'enforce']),
  signal: z.number().int(),
  reason: z.string(),
  target: z.strictObject({ node: z.string(), bootId: z.string(), pid: z.number().int(), startNs: z.string().regex(/^\d+$/), exe: z.string().nullable() }),
});

export type Order = z.infer<typeof orderSchema>;

/** What happened elsewhere, as other people's sensors told, names no process that a command could reach. */
export type ActionableDetection = Detection & { readonly trigger: Event };

export function isActionable(detection: Detection): detection is ActionableDetection {
  return detection.trigger !== null;
}

const commands = codec('command');

/** The order of a step for a detection; the same for the same detection, playbook version and step. */
export function orderOf(detection: ActionableDetection, playbook: Playbook, step: KillStep, mode: Mode): Order {
  const { process } = detection.trigger;
  const identity = [detection.id, playbook.name, playbook.version, step.id].join('\0');
  return {
    id: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    detectionId: detection.id,
    detectedMs: Number(detection.last / 1_000_000n),
    playbook: playbook.name,
    playbookSha256: playbook.sha256,
    mode,
    signal: step.signal,
    reason: detection.rule.title,
    target: { node: detection.node, bootId: detection.boot_id, pid: process.pid, startNs: String(process.start_ns), exe: process.exe },
  };
}

export function commandRecord(order: Order, key: SigningKey, nowMs: number, ttlMs: number): LogRecord {
  const { target } = order;
  const command: Command = {
    id: order.id,
    issuer: key.name,
    sequence: nowMs,
    nonce: randomBytes(16).toString('hex'),
    issued_ms: nowMs,
    expires_ms: nowMs + ttlMs,
    mode: order.mode,
    requester: `playbook:${order.playbook}`,
    playbook_sha256: order.playbookSha256,
    detection_id: order.detectionId,
    reason: order.reason,
    target: { node: target.node, boot_id: target.bootId, pid: target.pid, start_ns: BigInt(target.startNs), exe: target.exe },
    action: { kind: 'process_kill', signal: order.signal },
  };
  const value = commands.encode(command);
  return { topic: topics.commands.name, key: target.node, value, headers: signRecord(domains.command, value, key) };
}
