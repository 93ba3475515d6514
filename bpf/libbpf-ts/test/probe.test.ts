/** Probes: what every kernel that can run the other tests must answer, and the difference between refused and absent. */
import { describe, expect, test } from 'vitest';
import { hasVmlinuxBtf, knownNames, probeHelper, probeMapType, probeProgram, probeProgramType, probeSection } from '../src/index.ts';
import { makeCgroup, openDescriptors, unsupported } from './support.ts';

const skip = unsupported();

describe.skipIf(skip !== undefined)(`a probe${skip ? ` (${skip})` : ''}`, () => {
  test.each(['tp_btf/sched_process_exec', 'raw_tp/sys_enter', 'iter/task', 'iter.s/task', 'uprobe', 'perf_event'])('loads and attaches a program of %s', (section) => {
    expect(probeSection(section, { attach: true })).toEqual({ status: 'ok' });
  });

  test.each(['xdp', 'tc', 'perf_event', 'syscall', 'sk_lookup', 'sockops', 'cgroup/connect4', 'cgroup/getpeername4', 'cgroup_skb/egress'])(
    'loads a program of %s',
    (section) => {
      expect(probeSection(section)).toEqual({ status: 'ok' });
    },
  );

  test.each(['cgroup/connect4', 'cgroup/post_bind4', 'cgroup/sock_create', 'cgroup/dev', 'cgroup_skb/ingress', 'sockops'])(
    'attaches a program of %s to the cgroup that it is given',
    (section) => {
      using cgroup = makeCgroup();
      expect(probeSection(section, { attach: true, cgroup: cgroup.path })).toEqual({ status: 'ok' });
      expect(() => probeSection(section, { attach: true, cgroup: `${cgroup.path}/none` })).toThrow(/ENOENT/);
    },
  );

  test('takes types and place one by one too', () => {
    const probe = { type: 'tracing', expectedAttachType: 'trace_raw_tp', attachTo: 'sched_process_fork', name: 'mine', attach: true };
    expect(probeProgram(probe)).toEqual({ status: 'ok' });
  });

  test.each(['tp_btf/no_such_tracepoint', 'fentry/no_such_function', 'lsm/no_such_hook', 'iter/no_such_iterator', 'raw_tp/no_such'])(
    'calls %s absent, with the errno',
    (section) => {
      expect(probeSection(section, { attach: true })).toMatchObject({ status: 'absent', errno: 2, reason: expect.stringMatching(/^ENOENT/) });
    },
  );

  test.each(['fentry/do_nanosleep', 'lsm/file_open', 'fmod_ret/security_file_open'])('gives a reason when %s is not to be had', (section) => {
    const result = probeSection(section, { attach: true });
    if (result.status !== 'ok') expect(result).toMatchObject({ errno: expect.any(Number), reason: expect.stringMatching(/^E[A-Z0-9]+: ./) });
  });

  test('knows map types, program types and helpers', () => {
    expect(probeMapType('ringbuf')).toBe(true);
    expect(probeProgramType('xdp')).toBe(true);
    expect(probeHelper({ type: 'raw_tracepoint' }, 'bpf_ringbuf_output')).toBe(true);
    expect(probeHelper({ type: 'raw_tracepoint' }, 'bpf_xdp_adjust_head')).toBe(false);
    expect(probeHelper({ type: 'tracing', expectedAttachType: 'trace_raw_tp', attachTo: 'sys_enter' }, 'bpf_send_signal')).toBe(true);
    expect(hasVmlinuxBtf()).toBe(true);
    expect(knownNames.mapTypes).toContain('hash');
  });

  test('refuses names that do not exist', () => {
    expect(() => probeMapType('no_such_type')).toThrow(RangeError);
    expect(() => probeProgram({ type: 'tracing', expectedAttachType: 'trace_fentry' })).toThrow(RangeError);
    expect(() => probeSection('no_such_section/x')).toThrow(expect.objectContaining({ operation: 'probe', subject: 'no_such_section/x' }));
  });

  test('leaves no descriptor behind', () => {
    probeSection('tp_btf/sched_process_exec', { attach: true });
    const before = openDescriptors();
    for (let i = 0; i < 20; i++) probeSection('tp_btf/sched_process_exec', { attach: true });
    expect(openDescriptors()).toBe(before);
  });
});
