/**
 * Ed25519 signatures over the exact bytes of a record, carried in its headers:
 *
 *   signed bytes = domain, one zero byte, the record's value        headers: kid, signature (base64)
 *
 * The domain keeps a signature made for one kind of record from being used for another.
 */
import { sign, verify } from 'node:crypto';
import type { SigningKey, TrustedKey } from './keyring.ts';

export const domains = { command: 'ringfence.command.v1', receipt: 'ringfence.receipt.v1', interest: 'ringfence.interest.v1', rules: 'ringfence.rules.v1' } as const;

export type Domain = (typeof domains)[keyof typeof domains];

export interface SignatureHeaders {
  readonly kid: string;
  readonly signature: string;
}

export function signRecord(domain: Domain, value: Buffer, key: SigningKey): Record<'kid' | 'signature', string> {
  return { kid: key.kid, signature: sign(null, signedBytes(domain, value), key.privateKey).toString('base64') };
}

export type Verification = { readonly ok: true; readonly key: TrustedKey } | { readonly ok: false; readonly reason: 'key_unknown' | 'signature_missing' | 'signature_invalid' };

export function verifyRecord(domain: Domain, value: Buffer, headers: Readonly<Record<string, string>>, keys: ReadonlyMap<string, TrustedKey>): Verification {
  const { kid, signature } = headers;
  if (kid === undefined || signature === undefined) return { ok: false, reason: 'signature_missing' };
  const key = keys.get(kid);
  if (key === undefined) return { ok: false, reason: 'key_unknown' };
  const valid = verify(null, signedBytes(domain, value), key.publicKey, Buffer.from(signature, 'base64'));
  return valid ? { ok: true, key } : { ok: false, reason: 'signature_invalid' };
}

function signedBytes(domain: Domain, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${domain}\0`), value]);
}
