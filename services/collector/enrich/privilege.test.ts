import { describe, expect, test } from 'vitest';
import type { Credentials, NamespaceChange } from '#schemas/generated/types.gen.ts';
import { sampleProcess } from '../sample-process.ts';
import { capabilitiesIn } from './capabilities.ts';
import { completeCredentials, completeNamespaceChange, type CredentialsBefore } from './privilege.ts';

const [sysAdmin, kill] = [1n << 21n, 1n << 5n];
const before: CredentialsBefore = { uid: 1000, euid: 1000, egid: 100, capEffective: kill };
const same = { uid: 1000, euid: 1000, egid: 100, cap_effective: kill };

test('capabilities have names, also those that are newer than the list', () => {
  expect(capabilitiesIn(0n)).toEqual([]);
  expect(capabilitiesIn((1n << 0n) | (1n << 40n) | (1n << 63n))).toEqual(['CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE', 'CAP_63']);
});

describe('a change of credentials', () => {
  const changed = (given: Partial<Credentials>): Credentials => ({
    kind: 'credentials',
    operation: 'setuid',
    syscall: 'setuid',
    result: 0,
    real_id: 0,
    effective_id: null,
    saved_id: null,
    asked_capabilities: 0n,
    before_uid: null,
    before_euid: null,
    before_egid: null,
    before_capabilities: 0n,
    gained_capabilities: [],
    ...given,
  });

  test('says what the process was before, and which capabilities it gained', () => {
    const body = changed({});
    completeCredentials(body, sampleProcess({ ...same, euid: 0, cap_effective: kill | sysAdmin }), before);
    expect(body).toMatchObject({ before_uid: 1000, before_euid: 1000, before_egid: 100, before_capabilities: kill, gained_capabilities: ['CAP_SYS_ADMIN'] });
  });

  test('of a process that was not known says nothing of before', () => {
    const body = changed({});
    completeCredentials(body, sampleProcess(same), undefined);
    expect(body).toMatchObject({ before_uid: null, gained_capabilities: [] });
  });

  test('that was noticed keeps what the kernel side knows of before', () => {
    const body = changed({ operation: 'noticed', before_uid: 1000, before_euid: 1000, before_egid: 100, before_capabilities: 0n });
    completeCredentials(body, sampleProcess({ ...same, euid: 0 }), { ...before, uid: 0, capEffective: kill });
    expect(body).toMatchObject({ before_uid: 1000, before_capabilities: 0n, gained_capabilities: ['CAP_KILL'] });
  });
});

test('a change of namespaces names their kinds', () => {
  const body: NamespaceChange = { kind: 'namespace_change', operation: 'unshare', syscall: 'unshare', result: 0, flags: 0, namespaces: [], target_inode: null, target_pid: null };
  const namesOf = (flags: number) => {
    body.flags = flags;
    completeNamespaceChange(body);
    return body.namespaces;
  };
  expect(namesOf(0)).toEqual([]);
  expect(namesOf(0x7e02_0080)).toEqual(['mnt', 'cgroup', 'uts', 'ipc', 'user', 'pid', 'net', 'time']);
  expect(namesOf(0xffff_ffff - 0x4000_0000)).not.toContain('net');
  expect(namesOf(0x1000_0000 | 17)).toEqual(['user']);
});
