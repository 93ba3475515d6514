import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GroupNames, parseIds, UserNames } from './user-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-users-'));
const path = join(folder, 'passwd');
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string, modifiedSeconds: number): void {
  writeFileSync(path, text);
  utimesSync(path, modifiedSeconds, modifiedSeconds);
}

describe('user names', () => {
  test('are those of passwd, the first of a user id', () => {
    const names = parseIds('root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\n\n# comment\nbroken\nbad:x:-1:0::/:\n:x:7:7::/:\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh');
    expect([...names]).toEqual([[0, 'root'], [1000, 'ann']]);
  });

  test('are read again when the file has changed, some look-ups later', () => {
    write('ann:x:1000:1000::/:\n', 1);
    const users = new UserNames(path);
    expect([users.name(1000), users.name(1001)]).toEqual(['ann', null]);
    write('ann:x:1000:1000::/:\nbob:x:1001:1001::/:\n', 2);
    for (let lookup = 0; lookup < 1024; lookup++) users.name(1000);
    expect(users.name(1001)).toBe('bob');
    rmSync(path);
    for (let lookup = 0; lookup < 1024; lookup++) users.name(1000);
    expect(users.name(1001)).toBeNull();
  });

  test('are none when there is no passwd, or none that can be read', () => {
    expect(new UserNames(join(folder, 'none')).name(0)).toBeNull();
    expect(new UserNames(folder).name(0)).toBeNull();
  });

  test('of groups are those of group', () => {
    expect([...parseIds('root:x:0:\nadm:x:4:syslog,ann\n')]).toEqual([[0, 'root'], [4, 'adm']]);
    expect(new GroupNames(join(folder, 'none')).name(0)).toBeNull();
  });
});
