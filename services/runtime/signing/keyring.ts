/**
 * Keys: each signer has an Ed25519 pair of its own; the public half, with what it may sign, is a JSON file in the trust
 * directory of those who verify. Adding a file trusts, deleting it revokes, for good; two files for one signer rotate.
 *
 *   <home>/keys/<name>.key           private, PKCS #8 PEM, mode 0600
 *   <home>/keys/trusted/<kid>.json   {"kid", "name", "use": "command" | "receipt" | "interest" | "rules", "kinds": […], "publicKey": base64 of SPKI}
 *
 * kid is the first 16 hex digits of the SHA-256 of the SPKI bytes, so a file can't claim another key's id. A trust file
 * has that name and no other: a copy left beside it would outlive a revocation.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { RingfenceError } from '../errors.ts';

const keyUses = ['command', 'receipt', 'interest', 'rules'] as const;

export type KeyUse = (typeof keyUses)[number];

export interface SigningKey {
  readonly kid: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface TrustedKey {
  readonly kid: string;
  readonly name: string;
  readonly use: KeyUse;
  /** Kinds of action a command key may order. */
  readonly kinds: readonly string[];
  readonly publicKey: KeyObject;
}

const trustFile = z.strictObject({
  kid: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string().min(1).max(200),
  use: z.enum(keyUses),
  kinds: z.array(z.string().max(64)).max(64),
  publicKey: z.base64(),
});

/** Names stand in file names; 64 is the longest host name of Linux, and some. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Reads the signer's key. When there is none, makes one and trusts it in this home; a key that exists is not trusted
 * anew, since its trust file may have been deleted to revoke it. Throws KEY_INVALID.
 */
export function openSigningKey(home: string, name: string, use: KeyUse, kinds: readonly string[]): SigningKey {
  if (!namePattern.test(name)) throw new RingfenceError('KEY_INVALID', `not a signer's name: ${JSON.stringify(name)}`);
  const path = join(home, 'keys', `${name}.key`);
  if (!existsSync(path)) makeKey(home, path, { name, use, kinds: [...kinds] });
  const privateKey = readPrivateKey(path);
  return { kid: keyId(publicBytes(privateKey)), name, privateKey };
}

/** The trust file comes first: a crash between the two leaves a key that nobody has, not one that nobody trusts. */
function makeKey(home: string, path: string, about: Pick<TrustedKey, 'name' | 'use'> & { kinds: string[] }): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const spki = publicBytes(privateKey);
  const trust: z.infer<typeof trustFile> = { kid: keyId(spki), ...about, publicKey: spki.toString('base64') };
  const trustPath = join(home, 'keys/trusted', `${trust.kid}.json`);
  createPrivately(trustPath, `${JSON.stringify(trust, null, 2)}\n`);
  const first = createPrivately(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  if (!first) rmSync(trustPath);
}

/**
 * The keys trusted for a use, by kid. A malformed file is left out and reported: it must not take the others with it.
 */
export function readTrustedKeys(home: string, use: KeyUse, onFault: (error: RingfenceError) => void): Map<string, TrustedKey> {
  const directory = join(home, 'keys/trusted');
  const keys = new Map<string, TrustedKey>();
  for (const file of existsSync(directory) ? readdirSync(directory).sort() : []) {
    if (!file.endsWith('.json')) continue;
    try {
      const key = parseTrustFile(readFileSync(join(directory, file), 'utf8'));
      if (file !== `${key.kid}.json`) throw new Error(`its name is not ${key.kid}.json`);
      if (key.use === use) keys.set(key.kid, key);
    } catch (cause) {
      onFault(new RingfenceError('KEY_INVALID', `${file} is not a trust file`, { cause, details: { file } }));
    }
  }
  return keys;
}

function parseTrustFile(text: string): TrustedKey {
  const { publicKey, ...trust } = trustFile.parse(JSON.parse(text));
  const spki = Buffer.from(publicKey, 'base64');
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  if (keyId(spki) !== trust.kid) throw new Error('kid does not belong to the key');
  return { ...trust, publicKey: key };
}

function readPrivateKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
    return key;
  } catch (cause) {
    throw new RingfenceError('KEY_INVALID', `${path} is not an Ed25519 private key`, { cause, details: { path } });
  }
}

function publicBytes(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
}

function keyId(spki: Buffer): string {
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

/** Whole or not at all, and never over a file that is there (false): two services may start at once in one home. */
function createPrivately(path: string, text: string): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary);
  }
}
