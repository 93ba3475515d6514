/** Which operations of which kind of event a system call leads to: rules of Falco's name calls, the kernel side is asked for operations. */
import type { EventKind } from '#schemas/generated/fields.gen.ts';

/** By call; `any` where the operation says something else, as of an open its access. */
type Calls = Readonly<Record<string, readonly string[] | 'any'>>;

const calls: Readonly<Partial<Record<EventKind, Calls>>> = {
  file_open: { open: 'any', openat: 'any', openat2: 'any', creat: 'any', open_by_handle_at: 'any' },
  file_change: {
    unlink: ['unlink'], unlinkat: ['unlink', 'rmdir'], rmdir: ['rmdir'], rename: ['rename'], renameat: ['rename'], renameat2: ['rename'],
    link: ['link'], linkat: ['link'], symlink: ['symlink'], symlinkat: ['symlink'], mkdir: ['mkdir'], mkdirat: ['mkdir'], mknod: ['mknod'], mknodat: ['mknod'],
    chmod: ['chmod'], fchmod: ['chmod'], fchmodat: ['chmod'], fchmodat2: ['chmod'], chown: ['chown'], fchown: ['chown'], lchown: ['chown'], fchownat: ['chown'],
  },
  network: { connect: ['connect'], accept: ['accept'], accept4: ['accept'], bind: ['bind'], listen: ['listen'], socket: ['socket'], sendto: ['send', 'connect'], sendmsg: ['send', 'connect'], sendmmsg: ['send', 'connect'] },
  credentials: { setuid: ['setuid'], setgid: ['setgid'] },
  namespace_change: { setns: ['setns'], unshare: ['unshare'] },
  kernel_call: {
    ptrace: ['ptrace'], bpf: ['bpf'], userfaultfd: ['userfaultfd'], init_module: ['init_module'], finit_module: ['finit_module'],
    delete_module: ['delete_module'], dup: ['dup_socket'], dup2: ['dup_socket'], dup3: ['dup_socket'], memfd_create: ['memfd_create'], prctl: ['prctl'],
  },
  mount: { mount: ['mount'], umount: ['umount'], umount2: ['umount'], pivot_root: ['pivot_root'], chroot: ['chroot'] },
  process_exec: { execve: 'any', execveat: 'any' },
};

/** Calls that rules of Falco's ask for and no sensor tells of. */
const untold = ['read', 'readv', 'pread64', 'preadv', 'recvfrom', 'recvmsg', 'recvmmsg', 'poll', 'select', 'epoll_wait', 'futex', 'nanosleep', 'fstat', 'stat'];

const kindsOfCall: ReadonlyMap<string, readonly EventKind[]> = new Map(
  [...new Set([...untold, ...Object.values(calls).flatMap((each) => Object.keys(each))])].map((call) => {
    return [call, (Object.keys(calls) as EventKind[]).filter((kind) => Object.hasOwn(calls[kind]!, call))];
  }),
);

/** None when the call does not lead to events of this kind; undefined when nothing can be said. */
export function operationsOfCall(kind: EventKind, call: string): readonly string[] | undefined {
  const kinds = kindsOfCall.get(call);
  if (kinds === undefined) return undefined;
  if (!kinds.includes(kind)) return [];
  const operations = calls[kind]![call]!;
  return operations === 'any' ? undefined : operations;
}
