/** The sensor's programs of the families file and mount: see programs.ts. */
import type { Hook, ProgramSpec, Want } from './programs.ts';

const opened: Want = { kind: 'file_open' };
const closedAfterWrite: Want = { kind: 'file_change', operations: ['close_write'] };

/** What io_uring does too. */
const asked: readonly Want[] = [
  opened,
  { kind: 'file_change', operations: ['unlink', 'rmdir', 'rename', 'link', 'symlink', 'mkdir', 'truncate', 'setxattr', 'close_write'] },
];

export const filePrograms: readonly ProgramSpec[] = [
  program('file', 'file__open', calls('open', 'openat', 'openat2', 'creat'), opened, closedAfterWrite),
  // Without it nobody sees descriptors go.
  { ...program('file', 'file__close', calls('close'), closedAfterWrite), forgets: ['writings', 'writers'] },
  program('file', 'file__close_range', calls('close_range'), closedAfterWrite),
  program('file', 'file__closed_by_exec', { at: 'section' }, closedAfterWrite),
  program('file', 'file__closed_by_exit', { at: 'section' }, closedAfterWrite),

  change('unlink', ['unlink', 'unlinkat', 'rmdir'], 'unlink', 'rmdir'),
  // These change the paths of files that opens know, whoever asks for the events.
  program('file_change', 'file__rename', calls('rename', 'renameat', 'renameat2'), { kind: 'file_change', operations: ['rename'] }, opened, closedAfterWrite),
  change('link', ['link', 'linkat'], 'link'),
  change('symlink', ['symlink', 'symlinkat'], 'symlink'),
  change('mkdir', ['mkdir', 'mkdirat'], 'mkdir'),
  change('mknod', ['mknod', 'mknodat'], 'mknod'),
  change('truncate', ['truncate', 'ftruncate'], 'truncate'),
  change('chmod', ['chmod', 'fchmod', 'fchmodat', 'fchmodat2'], 'chmod'),
  change('chown', ['chown', 'lchown', 'fchown', 'fchownat'], 'chown'),
  change('setxattr', ['setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'], 'setxattr'),
  change('removexattr', ['removexattr', 'lremovexattr', 'fremovexattr', 'removexattrat'], 'removexattr'),

  mount('mount', 'mount'),
  mount('umount', 'umount2'),
  mount('move', 'move_mount'),
  mount('pivot_root', 'pivot_root'),
  program('mount', 'mount__open_tree', calls('open_tree'), { kind: 'mount', operations: ['open_tree'] }),
  program('mount', 'mount__setattr', calls('mount_setattr'), { kind: 'mount', operations: ['mount_setattr'] }),
  program('mount', 'mount__chroot', calls('chroot'), { kind: 'mount', operations: ['chroot'] }),

  { ...program('file_uring', 'file__uring_submit', { at: 'section' }, ...asked), needs: 'tp_btf/io_uring_submit_req' },
  { ...program('file_uring', 'file__uring_submit_before_6_3', { at: 'section' }, ...asked), needs: 'tp_btf/io_uring_submit_sqe' },
  { ...program('file_uring', 'file__uring_complete', { at: 'section' }, ...asked), needs: 'tp_btf/io_uring_complete' },
  { ...program('file_uring', 'file__uring_overflow', { at: 'section' }, ...asked), needs: 'tp_btf/io_uring_cqe_overflow' },
];

function calls(...names: string[]): Hook {
  return { at: 'syscalls', names };
}

function program(object: string, name: string, hook: Hook, ...wants: Want[]): ProgramSpec {
  return { name, object, hook, wants };
}

function change(name: string, names: readonly string[], ...operations: string[]): ProgramSpec {
  return program('file_change', `file__${name}`, calls(...names), { kind: 'file_change', operations });
}

/** Loaded for opens too: see file__rename. */
function mount(name: string, call: string): ProgramSpec {
  return program('mount', `mount__${name}`, calls(call), { kind: 'mount' }, opened, closedAfterWrite);
}
