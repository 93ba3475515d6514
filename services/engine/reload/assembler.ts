/**
 * Puts published content together from the records of the rules topic: verified, complete, and never older than what was
 * already known. Keeps no more in memory than the parts of content whose manifest has not come yet, or came before them.
 */
import type { Logger } from '#runtime/log.ts';
import type { TrustedKey } from '#runtime/signing/keyring.ts';
import { domains, verifyRecord } from '#runtime/signing/signature.ts';
import { DecodeError } from '#schemas/codec/codec.ts';
import type { RuleManifest } from '#schemas/generated/types.gen.ts';
import { decodeManifest, hashOf, partKey, partOf, partsMax, unpack } from './content.ts';

/** A record as it came, so that it can be kept and verified again. */
export interface SignedRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly kid: string;
  readonly signature: string;
}

export interface Published {
  readonly manifest: RuleManifest;
  /** Undefined when it was withdrawn. */
  readonly content: Buffer | undefined;
  /** All that it came in, the manifest last. */
  readonly records: readonly SignedRecord[];
}

/** Of all subjects together: two that are as large as can be. Above it what waits longest goes: a publication that died before its manifest leaves such parts. */
const waitingBytesMax = 256 * 1024 * 1024;

/** How far clocks of publishers and engines may be apart before a known time is not believed. */
const skewMs = 5 * 60_000;

export class Assembler {
  /** Parts by their keys, those that came last at the end. */
  private readonly waiting = new Map<string, SignedRecord>();
  /** Manifests whose parts are not all there: compaction has moved these behind it. */
  private readonly incomplete = new Map<string, { readonly manifest: RuleManifest; readonly record: SignedRecord }>();
  private readonly knownMs = new Map<string, number>();
  /** Subjects of which the topic has a manifest as new as any that is known. */
  private readonly inTopic = new Set<string>();
  private readonly usedMs: ReadonlyMap<string, number>;
  private readonly logger: Logger;
  private readonly bytesMax: number;
  private waitingBytes = 0;

  /** `usedMs`: of what was in use before. It counts again, and what is newer; nothing older. */
  constructor(logger: Logger, usedMs: ReadonlyMap<string, number> = new Map(), bytesMax = waitingBytesMax) {
    this.logger = logger;
    this.usedMs = usedMs;
    this.bytesMax = bytesMax;
  }

  /** Subjects that were in use before, of which the topic has nothing whole that is as new. */
  get gone(): string[] {
    return [...this.usedMs.keys()].filter((subject) => !this.inTopic.has(subject) || this.incomplete.has(subject));
  }

  /** Subjects whose newest manifest names parts that have not come. */
  get unfinished(): string[] {
    return [...this.incomplete.keys()];
  }

  /** What the record completes, if anything. Never throws. */
  take(record: SignedRecord, keys: ReadonlyMap<string, TrustedKey>, nowMs: number, from: 'home' | 'topic' = 'topic'): Published | undefined {
    const verification = verifyRecord(domains.rules, record.value, { kid: record.kid, signature: record.signature }, keys);
    if (!verification.ok) return this.ignore(record, verification.reason);
    const part = partOf(record.key);
    if (part !== undefined) return this.takePart(record, part);
    try {
      return this.takeManifest(record, decodeManifest(record.value), nowMs, from);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.ignore(record, error.code);
    }
  }

  private takePart(record: SignedRecord, { subject, hash }: { subject: string; hash: string }): Published | undefined {
    if (hashOf(record.value) !== hash) return this.ignore(record, 'wrong_hash');
    this.forget(record.key);
    this.waiting.set(record.key, record);
    this.waitingBytes += record.value.length;
    this.boundWaiting();
    const pending = this.incomplete.get(subject);
    return pending === undefined ? undefined : this.complete(pending.manifest, pending.record);
  }

  private takeManifest(record: SignedRecord, manifest: RuleManifest, nowMs: number, from: 'home' | 'topic'): Published | undefined {
    if (manifest.subject !== record.key) return this.ignore(record, 'wrong_key');
    if (manifest.parts.length > partsMax) return this.ignore(record, 'too_large');
    const knownMs = this.knownMs.get(record.key);
    // Appended again by somebody else, an old record stays old. A known time that has not come yet was a clock's mistake.
    const isNewer = (ms: number | undefined): boolean => ms !== undefined && manifest.issued_ms < ms && ms <= nowMs + skewMs;
    if (isNewer(knownMs) || isNewer(this.usedMs.get(record.key))) {
      this.forgetPartsOf(manifest);
      return this.ignore(record, 'older_than_known');
    }
    if (from === 'topic') this.inTopic.add(record.key);
    // The home and the topic both have it.
    if (manifest.issued_ms === knownMs) return this.forgetPartsOf(manifest);
    this.knownMs.set(record.key, manifest.issued_ms);
    const published = this.complete(manifest, record);
    this.forgetPartsOf(manifest);
    return published;
  }

  private complete(manifest: RuleManifest, record: SignedRecord): Published | undefined {
    const { subject } = manifest;
    const parts = manifest.parts.map((hash) => this.waiting.get(partKey(subject, hash)));
    const present = parts.filter((part) => part !== undefined);
    if (present.length < parts.length) {
      this.incomplete.set(subject, { manifest, record });
      return undefined;
    }
    this.incomplete.delete(subject);
    try {
      const content = present.length === 0 ? undefined : unpack(manifest, present.map(({ value }) => value));
      return { manifest, content, records: [...new Set(present), record] };
    } catch (err) {
      this.logger.warn({ code: 'RECORD_UNDECODABLE', key: subject, err }, 'ignored what was published: its parts are not what its manifest says');
      return undefined;
    }
  }

  /**
   * Of a manifest that has come, and is complete or does not count. Others stay: they may be of the next publication, whose
   * manifest is still to come. So do all parts when one completes a manifest before it: it came again for the next, too.
   */
  private forgetPartsOf({ subject, parts }: RuleManifest): undefined {
    // It may need the same.
    if (this.incomplete.has(subject)) return;
    for (const hash of parts) this.forget(partKey(subject, hash));
  }

  private boundWaiting(): void {
    for (const key of this.waiting.keys()) {
      if (this.waitingBytes <= this.bytesMax) return;
      this.logger.warn({ key, bytesMax: this.bytesMax }, 'parts of what is published wait for their manifest and fill the memory: the oldest is forgotten');
      this.forget(key);
    }
  }

  private forget(key: string): void {
    this.waitingBytes -= this.waiting.get(key)?.value.length ?? 0;
    this.waiting.delete(key);
  }

  private ignore({ key, kid }: SignedRecord, reason: string): undefined {
    this.logger.warn({ code: 'RECORD_UNDECODABLE', key, kid, reason }, 'ignored a record of rules or lists');
    return undefined;
  }
}
