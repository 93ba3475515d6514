/**
 * Which name a DNS answer of this node has given for an address. What was asked for counts, not where its aliases led. An
 * answer is only as honest as its server: a name is a hint, never a proof.
 */
import type { Packet } from '#schemas/generated/types.gen.ts';
import { readDnsMessage } from './dns-message.ts';

/** Several times the addresses that a busy node talks to; the oldest go first. About 2 MB. */
export const addressNamesMax = 16_384;

/** An answer is used a moment after it came, also when it may not be kept (TTL 0). */
const keptSecondsMin = 60;

/** A day: names of clouds' addresses change hands. */
const keptSecondsMax = 86_400;

const udp = 17;

interface NamedAddress {
  readonly name: string;
  /** Boot time. */
  readonly untilNs: bigint;
}

export class AddressNames {
  private readonly names = new Map<string, NamedAddress>();

  get size(): number {
    return this.names.size;
  }

  /** Takes in what an answer says; other packets say nothing. `nowNs` is the record's boot time. */
  learn({ protocol, egress, payload }: Packet, nowNs: bigint): void {
    const message = egress || protocol !== udp ? null : readDnsMessage(payload);
    if (message?.name == null || !message.isAnswer) return;
    for (const { ip, ttlSeconds } of message.addresses) {
      const keptSeconds = Math.min(Math.max(ttlSeconds, keptSecondsMin), keptSecondsMax);
      this.names.delete(ip);
      this.names.set(ip, { name: message.name, untilNs: nowNs + BigInt(keptSeconds) * 1_000_000_000n });
      if (this.names.size > addressNamesMax) this.names.delete(this.names.keys().next().value!);
    }
  }

  /** Null when none is known, or it is too old. */
  nameOf(ip: string, nowNs: bigint): string | null {
    const named = this.names.get(ip);
    if (named === undefined) return null;
    if (named.untilNs >= nowNs) return named.name;
    this.names.delete(ip);
    return null;
  }
}
