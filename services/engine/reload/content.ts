/**
 * What is published to engines through the rules topic: a set of rule files, or a list of values. Each is a manifest and
 * the parts of its compressed content, named by their hashes:
 *
 *   rules/<group>                  RuleManifest          list/<group>/<name>                  RuleManifest
 *   rules/<group>/part/<sha256>    at most 512 KiB       list/<group>/<name>/part/<sha256>    at most 512 KiB
 *
 * Parts come first and the manifest last, so that who has the manifest has it all. All of them are signed: what is not
 * cannot even make an engine keep it.
 */
import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LogRecord } from '#runtime/event-log/event-log.ts';
import type { SigningKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { RuleManifest } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { RuleSource } from '../rules/load.ts';

/** Half of what the event log takes in one record. */
export const partBytesMax = 512 * 1024;

/** Before compression: a list of a million SHA-512 with comments, or twenty times SigmaHQ. */
export const contentBytesMax = 192 * 1024 * 1024;

/** Compressed; hashes hardly compress. */
export const partsMax = 256;

export type Subject = `rules/${string}` | `list/${string}/${string}`;

const manifests = codec('rule_manifest');

export function rulesSubject(group: string): Subject {
  return `rules/${group}`;
}

export function listSubject(group: string, name: string): Subject {
  return `list/${group}/${name}`;
}

export function isListSubject(subject: string): boolean {
  return subject.startsWith('list/');
}

/** The name of the list that a list's subject is about. */
export function listNameIn(subject: string): string {
  return subject.slice(subject.lastIndexOf('/') + 1);
}

export function partKey(subject: string, hash: string): string {
  return `${subject}/part/${hash}`;
}

/** What `partKey` put together, apart; undefined when the key is no part's. */
export function partOf(key: string): { readonly subject: string; readonly hash: string } | undefined {
  const match = /^(.+)\/part\/([0-9a-f]{64})$/.exec(key);
  return match === null ? undefined : { subject: match[1]!, hash: match[2]! };
}

/** All records of one publication, in the order in which they must be appended. Empty content withdraws. */
export function contentRecords(subject: Subject, content: Buffer | undefined, issuedMs: number, key: SigningKey): LogRecord[] {
  const compressed = content === undefined ? Buffer.alloc(0) : zstdCompressSync(content, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
  const parts: Buffer[] = [];
  for (let at = 0; at < compressed.length; at += partBytesMax) parts.push(compressed.subarray(at, at + partBytesMax));
  const manifest: RuleManifest = { subject, issued_ms: issuedMs, version: hashOf(content ?? Buffer.alloc(0)).slice(0, 16), bytes: content?.length ?? 0, parts: parts.map(hashOf) };
  const signed = (recordKey: string, value: Buffer): LogRecord => ({ topic: topics.rules.name, key: recordKey, value, headers: signRecord(domains.rules, value, key) });
  return [...parts.map((part) => signed(partKey(subject, hashOf(part)), part)), signed(subject, manifests.encode(manifest))];
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws DecodeError. */
export function decodeManifest(value: Buffer): RuleManifest {
  return manifests.decode(value);
}

/** Of parts that are those of the manifest. Throws when the content is not what the manifest says. */
export function unpack({ bytes, version }: RuleManifest, parts: readonly Buffer[]): Buffer {
  if (bytes > contentBytesMax) throw new Error(`${bytes} bytes of content; at most ${contentBytesMax}`);
  const content = zstdDecompressSync(Buffer.concat(parts), { maxOutputLength: Math.max(1, bytes) });
  if (content.length !== bytes || hashOf(content).slice(0, 16) !== version) throw new Error('the content is not what the manifest says');
  return content;
}

export function packRules(sources: readonly RuleSource[]): Buffer {
  return Buffer.from(JSON.stringify(sources.map(({ file, text }) => ({ name: file, text }))));
}

/** Throws when the content is no list of files. */
export function unpackRules(content: Buffer): RuleSource[] {
  const files: unknown = JSON.parse(content.toString('utf8'));
  if (!Array.isArray(files)) throw new Error('the content is no list of rule files');
  return files.map((file: unknown): RuleSource => {
    const { name, text } = (file ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || typeof text !== 'string') throw new Error('the content is no list of rule files');
    return { file: name, text };
  });
}
