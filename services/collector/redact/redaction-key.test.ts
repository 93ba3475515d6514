import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRedactionKey } from './redaction-key.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('a node\'s key is made once, for its owner alone', () => {
  const key = openRedactionKey(home);
  expect(key).toHaveLength(32);
  expect(openRedactionKey(home)).toEqual(key);
  expect(statSync(join(home, 'keys/redaction.key')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(home, 'keys'))).toEqual(['redaction.key']);
});

test('a file that is no key is refused and left as it is', () => {
  openRedactionKey(home);
  writeFileSync(join(home, 'keys/redaction.key'), 'short\n');
  expect(() => openRedactionKey(home)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  expect(readFileSync(join(home, 'keys/redaction.key'), 'utf8')).toBe('short\n');
});
