import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SigningKey, TrustedKey } from './keyring.ts';
import { domains, signRecord, verifyRecord } from './signature.ts';

const value = Buffer.from('the exact bytes');
const ann = keyPair('ann');
const bob = keyPair('bob');
const keys = new Map([ann, bob].map(({ trusted }) => [trusted.kid, trusted]));

describe('a signature', () => {
  it('holds for its bytes, its domain and its key', () => {
    const headers = signRecord(domains.command, value, ann.signing);
    expect(verifyRecord(domains.command, value, headers, keys)).toEqual({ ok: true, key: ann.trusted });
  });

  it('made for a receipt does not make a command', () => {
    const headers = signRecord(domains.receipt, value, ann.signing);
    expect(verifyRecord(domains.command, value, headers, keys)).toEqual({ ok: false, reason: 'signature_invalid' });
  });

  it('over the bare bytes, without a domain, does not hold', () => {
    const headers = { kid: 'ann', signature: sign(null, value, ann.signing.privateKey).toString('base64') };
    expect(verifyRecord(domains.command, value, headers, keys)).toEqual({ ok: false, reason: 'signature_invalid' });
  });

  it('does not hold when any one byte of value or signature is changed', () => {
    const headers = signRecord(domains.command, value, ann.signing);
    for (let at = 0; at < value.length; at++) {
      expect(verifyRecord(domains.command, flip(value, at), headers, keys).ok).toBe(false);
    }
    const signature = Buffer.from(headers.signature, 'base64');
    for (let at = 0; at < signature.length; at++) {
      const changed = { ...headers, signature: flip(signature, at).toString('base64') };
      expect(verifyRecord(domains.command, value, changed, keys).ok).toBe(false);
    }
  });

  it('does not hold under the name of another key', () => {
    const headers = { ...signRecord(domains.command, value, ann.signing), kid: 'bob' };
    expect(verifyRecord(domains.command, value, headers, keys)).toEqual({ ok: false, reason: 'signature_invalid' });
  });

  it('of a key that is not trusted, or no longer, is refused as such', () => {
    const headers = signRecord(domains.command, value, ann.signing);
    expect(verifyRecord(domains.command, value, headers, new Map())).toEqual({ ok: false, reason: 'key_unknown' });
    expect(verifyRecord(domains.command, value, { ...headers, kid: '__proto__' }, keys)).toEqual({ ok: false, reason: 'key_unknown' });
  });

  it.each([{}, { kid: 'ann' }, { signature: 'AA==' }])('is missed where the headers are %j', (headers) => {
    expect(verifyRecord(domains.command, value, headers, keys)).toEqual({ ok: false, reason: 'signature_missing' });
  });

  it.each(['', '*', 'AA==', 'A'.repeat(100_000)])('that is no signature at all is refused, not thrown', (signature) => {
    expect(verifyRecord(domains.command, value, { kid: 'ann', signature }, keys)).toEqual({ ok: false, reason: 'signature_invalid' });
  });
});

function keyPair(name: string): { signing: SigningKey; trusted: TrustedKey } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { signing: { kid: name, name, privateKey }, trusted: { kid: name, name, use: 'command', kinds: [], publicKey } };
}

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
