import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RingfenceError } from '../errors.ts';
import { openSigningKey, readTrustedKeys } from './keyring.ts';

let home: string;

beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), 'ringfence-keys-')), 'home');
});

afterEach(() => rmSync(join(home, '..'), { recursive: true }));

const trusted = () => join(home, 'keys/trusted');
const trustFile = (kid: string) => join(trusted(), `${kid}.json`);
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

function read(use: 'command' | 'receipt' = 'command') {
  const faults: RingfenceError[] = [];
  const keys = readTrustedKeys(home, use, (error) => faults.push(error));
  return { keys, kids: [...keys.keys()], faults };
}

/** Writes a trust file as `openSigningKey` does, with changes. */
function forge(kid: string, changes: Record<string, unknown>, file = kid): void {
  const about = JSON.parse(readFileSync(trustFile(kid), 'utf8')) as Record<string, unknown>;
  writeFileSync(trustFile(file), JSON.stringify({ ...about, ...changes }));
}

describe('a signing key', () => {
  it('is made once, private to its owner, and trusted for its use and kinds', () => {
    const key = openSigningKey(home, 'responder', 'command', ['process_kill']);
    expect(openSigningKey(home, 'responder', 'command', ['process_kill']).kid).toBe(key.kid);
    expect([home, join(home, 'keys'), trusted()].map(mode)).toEqual(['700', '700', '700']);
    expect([join(home, 'keys/responder.key'), trustFile(key.kid)].map(mode)).toEqual(['600', '600']);
    expect(readdirSync(join(home, 'keys'))).toEqual(['responder.key', 'trusted']);
    expect(read().keys.get(key.kid)).toMatchObject({ kid: key.kid, name: 'responder', use: 'command', kinds: ['process_kill'] });
    expect(read('receipt').kids).toEqual([]);
  });

  it('stays revoked when its trust file was deleted, also after the signer starts again', () => {
    const { kid } = openSigningKey(home, 'responder', 'command', ['process_kill']);
    rmSync(trustFile(kid));
    expect(openSigningKey(home, 'responder', 'command', ['process_kill']).kid).toBe(kid);
    expect(read().kids).toEqual([]);
  });

  it('is rotated by a second one: both count until the old trust file goes', () => {
    const old = openSigningKey(home, 'responder', 'command', []).kid;
    rmSync(join(home, 'keys/responder.key'));
    const next = openSigningKey(home, 'responder', 'command', []).kid;
    expect(read().kids.sort()).toEqual([old, next].sort());
    rmSync(trustFile(old));
    expect(read().kids).toEqual([next]);
  });

  it('of another algorithm, or what is no key, is refused with its path', () => {
    mkdirSync(join(home, 'keys'), { recursive: true });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const content of [privateKey.export({ type: 'pkcs8', format: 'pem' }), '', 'no key']) {
      writeFileSync(join(home, 'keys/n.key'), content);
      expect(() => openSigningKey(home, 'n', 'receipt', [])).toThrow(expect.objectContaining({ code: 'KEY_INVALID', message: expect.stringContaining('n.key') }));
    }
  });

  it.each(['../up', 'a/b', '', '.', 'x'.repeat(101), 'nul\0'])('is not made for the name %j, which would be another path', (name) => {
    expect(() => openSigningKey(home, name, 'receipt', [])).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });
});

describe('the trusted keys', () => {
  it('are none where there is no directory', () => {
    expect(read()).toMatchObject({ kids: [], faults: [] });
  });

  it('leave a malformed file out, name it, and keep the others', () => {
    const good = openSigningKey(home, 'good', 'command', []).kid;
    const other = openSigningKey(home, 'other', 'command', []).kid;
    for (const text of ['', '{', '[]', '{"kid": 1}', JSON.stringify({ kid: other })]) {
      writeFileSync(trustFile(other), text);
      const { kids, faults } = read();
      expect(kids).toEqual([good]);
      expect(faults.map(({ code, details }) => [code, details['file']])).toEqual([['KEY_INVALID', `${other}.json`]]);
    }
  });

  it('refuse a file that claims the id of another key', () => {
    const victim = openSigningKey(home, 'victim', 'command', []).kid;
    const attacker = openSigningKey(home, 'attacker', 'receipt', []).kid;
    forge(attacker, { kid: victim, use: 'command' });
    expect(read()).toMatchObject({ kids: [victim], faults: [{ code: 'KEY_INVALID' }] });
  });

  it('refuse a file under another name, which would outlive the deletion of the real one', () => {
    const { kid } = openSigningKey(home, 'responder', 'command', []);
    forge(kid, {}, 'backup');
    rmSync(trustFile(kid));
    expect(read()).toMatchObject({ kids: [], faults: [{ code: 'KEY_INVALID' }] });
  });

  it.each([
    ['another algorithm', { publicKey: spkiOf('x25519') }],
    ['an unknown use', { use: 'everything' }],
    ['an unknown field', { comment: 'trust me' }],
    ['a public key that is no base64', { publicKey: '*' }],
  ])('refuse a file with %s', (_, changes) => {
    const { kid } = openSigningKey(home, 'responder', 'command', []);
    forge(kid, changes);
    expect(read()).toMatchObject({ kids: [], faults: [{ code: 'KEY_INVALID' }] });
  });

  it('pass over files that are no trust files by name', () => {
    openSigningKey(home, 'responder', 'command', []);
    writeFileSync(join(trusted(), 'README'), 'about');
    expect(read().faults).toEqual([]);
  });
});

function spkiOf(algorithm: 'x25519'): string {
  const { publicKey } = generateKeyPairSync(algorithm);
  return createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' }).toString('base64');
}
