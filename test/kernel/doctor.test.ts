/** What the doctor says, on this host and on the kernels of the matrix, where fentry and the LSM are to be had. */
import { readdirSync } from 'node:fs';
import { release } from 'node:os';
import { describe, expect, test } from 'vitest';
import { examineHost } from '../../services/collector/doctor.ts';
import { cgroup2Mount } from '../../services/runtime/cgroup2.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';

const inMachine = process.env['RINGFENCE_TEST_VM'] !== undefined;

describe.skipIf(hindrance !== null)(`the doctor${becauseOf}`, () => {
  test('has an errno and a reason for each hook that is not to be had, and leaves no cgroup behind', () => {
    const { hooks, ...report } = examineHost();
    expect(report).toMatchObject({ kernel: release(), btf: true, cgroup2: cgroup2Mount() });
    expect(report.capabilities).toEqual(expect.arrayContaining(['CAP_SYS_ADMIN', 'CAP_BPF', 'CAP_PERFMON']));
    for (const hook of hooks) {
      if (hook.status === 'ok') expect(Object.keys(hook)).toEqual(['hook', 'type', 'status']);
      else expect(hook).toMatchObject({ errno: expect.any(Number) as number, reason: expect.stringMatching(/E[A-Z0-9]+: ./) as string });
    }
    // Another doctor may be at work on this host, or have been killed.
    expect(readdirSync(cgroup2Mount()!).filter((name) => name.startsWith('ringfence-doctor') && name.endsWith(`-${process.pid}`))).toEqual([]);
  });

  test('finds one name of the tracepoint of io_uring, and what the collector needs', () => {
    const { hooks, tiers } = examineHost();
    const statusOf = (name: string) => hooks.find(({ hook }) => hook === name)?.status;
    expect(['tp_btf/io_uring_submit_req', 'tp_btf/io_uring_submit_sqe'].map(statusOf).toSorted()).toEqual(['absent', 'ok']);
    expect(tiers.observe).toEqual({
      process: 'tp_btf + iter.s + syscall',
      file: 'tp_btf',
      network: 'tp_btf + cgroup',
      dns: 'cgroup_skb',
      privilege: 'tp_btf',
      kernel: 'tp_btf',
      iouring: 'tp_btf',
    });
    expect(tiers.prevent).toMatchObject({ connect: 'cgroup', packet: 'cgroup_skb', syscall: 'tp_btf + SIGKILL' });
  });

  test('tells what the maps of a running sensor take, all in all and for each processor', async () => {
    const watched = new Watched('doctor');
    try {
      const { memory } = examineHost();
      expect(memory?.maps).toContainEqual(expect.objectContaining({ name: 'process_ring', type: 'ringbuf', bytes: expect.any(Number) as number }));
      expect(memory?.maps.some(({ perCpuBytes }) => perCpuBytes !== undefined)).toBe(true);
      expect(memory?.totalBytes).toBe(memory?.maps.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(memory?.totalBytes).toBeGreaterThan(memory!.perCpuBytes);
    } finally {
      await watched.close();
    }
  });

  if (inMachine) {
    test('finds fentry and the LSM in the machine, and puts prevention on them', () => {
      const { hooks, tiers } = examineHost();
      const refused = hooks.filter(({ status, hook }) => status !== 'ok' && !hook.startsWith('tp_btf/io_uring'));
      // The cloud kernels are built with kprobes; which function a name means is theirs to choose.
      expect(refused).toEqual([]);
      expect(tiers.prevent).toMatchObject({ exec: 'lsm', file: 'lsm', capability: 'lsm' });
    });
  }
});
