/** What the collector adds to changes of credentials and namespaces. */
import type { Credentials, NamespaceChange, Process } from '#schemas/generated/types.gen.ts';
import { capabilitiesIn } from './capabilities.ts';

/** What an earlier event of a process said of its credentials. */
export interface CredentialsBefore {
  readonly uid: number;
  readonly euid: number;
  readonly egid: number;
  readonly capEffective: bigint;
}

/** `before` is undefined for a process that was not known. What was noticed, the kernel side knows better. */
export function completeCredentials(body: Credentials, process: Process, before: CredentialsBefore | undefined): void {
  if (body.operation !== 'noticed') {
    if (before === undefined) return;
    body.before_uid = before.uid;
    body.before_euid = before.euid;
    body.before_egid = before.egid;
    body.before_capabilities = before.capEffective;
  }
  body.gained_capabilities = gained(process, body.before_capabilities);
}

/** include/uapi/linux/sched.h, CLONE_NEW*. */
const namespaceFlags: readonly (readonly [number, string])[] = [
  [0x0002_0000, 'mnt'],
  [0x0200_0000, 'cgroup'],
  [0x0400_0000, 'uts'],
  [0x0800_0000, 'ipc'],
  [0x1000_0000, 'user'],
  [0x2000_0000, 'pid'],
  [0x4000_0000, 'net'],
  [0x0000_0080, 'time'],
];

export function completeNamespaceChange(body: NamespaceChange): void {
  // Flags are an unsigned number: what & makes of them is compared with 0 only.
  body.namespaces = namespaceFlags.filter(([flag]) => (body.flags & flag) !== 0).map(([, name]) => name);
}

function gained({ cap_effective }: Process, before: bigint): string[] {
  return capabilitiesIn(cap_effective & ~before);
}
