/**
 * Kills one process, and no other. The pidfd comes first: from then on the pid can't come to mean another process
 * unnoticed. Then the start time decides whether the handle is on the right one; then everything else is asked of that
 * process, and the signal goes to the handle.
 */
import type { ProcessTarget } from '#schemas/generated/types.gen.ts';
import { openPidfd } from '../native/pidfd.ts';
import { cgroupPath, processFacts, sameStart } from './process-files.ts';
import { isProtected } from './protected.ts';
import type { Refusal } from './refusal.ts';

export type KillOutcome =
  | { readonly status: 'done' | 'would_do' | 'already' | 'not_found'; readonly reason: null }
  | { readonly status: 'refused'; readonly reason: Refusal }
  | { readonly status: 'failed'; readonly reason: string };

export interface KillOrder {
  readonly target: ProcessTarget;
  readonly signal: number;
  /** false: every check, no signal. */
  readonly act: boolean;
  /** Asked right before the signal, when everything else allows it; false refuses for the rate. */
  readonly takeToken: () => boolean;
  /** Only processes of this cgroup (path in the v2 hierarchy) and below; null: any. */
  readonly withinCgroup: string | null;
}

const SIGCONT = 18;
const SIGTERM = 15;

export function killProcess(order: KillOrder): KillOutcome {
  const { pid, start_ns: startNs } = order.target;
  const handle = openPidfd(pid);
  if (handle === 'ESRCH') return { status: 'not_found', reason: null };
  if (typeof handle === 'string') return { status: 'failed', reason: `pidfd_open: ${handle}` };
  using pidfd = handle;
  const facts = processFacts(pid);
  if (facts === null) return { status: 'not_found', reason: null };
  if (!sameStart(startNs, facts)) return { status: 'refused', reason: 'identity_mismatch' };
  if (facts.dead) return { status: 'already', reason: null };
  if (order.withinCgroup !== null && !isWithin(cgroupPath(pid), order.withinCgroup)) return { status: 'refused', reason: 'out_of_scope' };
  if (isProtected(pid)) return { status: 'refused', reason: 'protected' };
  // What was read through /proc belongs to the handle's process only if that one is still alive now.
  if (pidfd.signal(0) === 'ESRCH') return { status: 'not_found', reason: null };
  if (!order.act) return { status: 'would_do', reason: null };
  if (!order.takeToken()) return { status: 'refused', reason: 'rate' };
  const sent = pidfd.signal(order.signal);
  if (sent === 'ESRCH') return { status: 'not_found', reason: null };
  if (sent !== 'sent') return { status: 'failed', reason: `pidfd_send_signal: ${sent}` };
  // A stopped process does not act on SIGTERM before it is continued.
  if (order.signal === SIGTERM) pidfd.signal(SIGCONT);
  return { status: 'done', reason: null };
}

function isWithin(path: string | null, cgroup: string): boolean {
  return path !== null && (path === cgroup || path.startsWith(cgroup.endsWith('/') ? cgroup : `${cgroup}/`));
}
