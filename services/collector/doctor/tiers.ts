/**
 * Which hooks each thing is observed or prevented with. A ladder's rungs stand best first; the first whose hooks all work
 * here is the tier. What is observed hangs on what the collector loads.
 */
import type { HookName, HookReport } from './hooks.ts';

export interface Tiers {
  readonly observe: Readonly<Record<Observation, string>>;
  readonly prevent: Readonly<Record<Prevention, string>>;
}

export type Observation = 'process' | 'file' | 'network' | 'dns' | 'privilege' | 'kernel' | 'iouring';
export type Prevention = 'exec' | 'file' | 'connect' | 'packet' | 'capability' | 'syscall';

interface Rung {
  /** As reports name it. */
  readonly tier: string;
  /** All of these; in a list within, any one. */
  readonly hooks: readonly (HookName | readonly HookName[])[];
}

const syscalls: Rung = { tier: 'tp_btf', hooks: ['tp_btf/sys_exit'] };
const sockets = ['cgroup/connect4', 'cgroup/connect6', 'cgroup/sendmsg4', 'cgroup/sendmsg6', 'cgroup/bind4', 'cgroup/bind6'] as const;
const packets: Rung = { tier: 'cgroup_skb', hooks: ['cgroup_skb/ingress', 'cgroup_skb/egress'] };
const uring: readonly HookName[] = ['tp_btf/io_uring_submit_req', 'tp_btf/io_uring_submit_sqe'];

/** SIGKILL by bpf_send_signal, before the act is seen to succeed. */
const signal = (after: 'exec' | 'entry'): readonly Rung[] =>
  after === 'exec'
    ? [{ tier: 'tp_btf + SIGKILL', hooks: ['tp_btf/sched_process_exec'] }, { tier: 'raw_tp + SIGKILL', hooks: ['raw_tp/sched_process_exec'] }]
    : [{ tier: 'tp_btf + SIGKILL', hooks: ['tp_btf/sys_enter'] }];

const ladders: { readonly [Part in keyof Tiers]: Readonly<Record<keyof Tiers[Part], readonly Rung[]>> } = {
  observe: {
    // Three tracepoints, the snapshot's sleepable iterator, the program that reads the clock.
    process: [{ tier: 'tp_btf + iter.s + syscall', hooks: ['tp_btf/sched_process_exec', 'iter.s/task', 'syscall'] }],
    file: [syscalls],
    network: [
      { tier: 'tp_btf + cgroup', hooks: ['tp_btf/sys_exit', 'tp_btf/inet_sock_set_state', ...sockets] },
      { tier: 'tp_btf', hooks: ['tp_btf/sys_exit', 'tp_btf/inet_sock_set_state'] },
    ],
    dns: [packets],
    privilege: [syscalls],
    kernel: [syscalls],
    iouring: [{ tier: 'tp_btf', hooks: [uring] }],
  },
  prevent: {
    exec: [{ tier: 'lsm', hooks: ['lsm/bprm_check_security'] }, ...signal('exec')],
    file: [{ tier: 'lsm', hooks: ['lsm/file_open'] }, { tier: 'fmod_ret', hooks: ['fmod_ret/security_file_open'] }, ...signal('entry')],
    connect: [{ tier: 'cgroup', hooks: sockets }, ...signal('entry')],
    packet: [packets, { tier: 'tc', hooks: ['tc'] }, { tier: 'xdp', hooks: ['xdp'] }],
    capability: [{ tier: 'lsm', hooks: ['lsm/capable'] }, ...signal('entry')],
    syscall: signal('entry'),
  },
};

export function tiersOf(reports: readonly HookReport[]): Tiers {
  const working = new Set(reports.filter(({ status }) => status === 'ok').map(({ hook }) => hook));
  const stands = ({ hooks }: Rung) => hooks.every((need) => [need].flat().some((hook) => working.has(hook)));
  const best = (rungs: readonly Rung[]) => rungs.find(stands)?.tier ?? 'none';
  const tiers = <Name extends string>(part: Readonly<Record<Name, readonly Rung[]>>) =>
    Object.fromEntries(Object.entries<readonly Rung[]>(part).map(([name, rungs]) => [name, best(rungs)])) as Record<Name, string>;
  return { observe: tiers(ladders.observe), prevent: tiers(ladders.prevent) };
}
