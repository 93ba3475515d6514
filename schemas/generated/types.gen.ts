/** Generated from schemas/ by `npm run generate`. Do not edit. */

/** Discriminator. */
export type ProcessExecKind = 'process_exec';

/** Kind of an open file. inet_socket: IPv4 or IPv6; anonymous: an inode without a type, such as an eventfd. */
export type FileType = 'closed' | 'fifo' | 'char_device' | 'directory' | 'block_device' | 'regular' | 'symlink' | 'unix_socket' | 'inet_socket' | 'other_socket' | 'anonymous';

/** Discriminator. */
export type ProcessExitKind = 'process_exit';

/** Discriminator. */
export type ProcessForkKind = 'process_fork';

/** observe: every check is made and the receipt says what would have happened; enforce: act. */
export type Mode = 'observe' | 'enforce';

/** Discriminator. */
export type ProcessKillKind = 'process_kill';

/** Rule language. */
export type Dialect = 'sigma';

/** How bad, in the rule author's eyes. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** done: acted. would_do: all checks passed, mode observe. already: the process was dying already, or the command was begun before with an outcome that is not known. refused: a check failed. not_found: no such process any more. failed: the kernel said no. */
export type ReceiptStatus = 'done' | 'would_do' | 'already' | 'refused' | 'not_found' | 'failed';

/** Something a node's kernel saw, complete in itself: who did it, from where, and what. Its id is (node, boot id, ring, seq). */
export interface Event {
  /** The ring buffer it came through: 0 = process. */
  ring: number;
  /** Number in that ring since boot, from 1, without gaps: a missing number is a lost event, one seen twice a duplicate. */
  seq: number;
  /** When it happened, ns since the epoch by the node's clock: boot time plus an offset fixed for the boot. */
  time: bigint;
  /** Who did it. */
  process: Process;
  /** The process that created it, also when that one is gone. Null when the collector never saw it. */
  parent: ProcessSummary | null;
  /** The parent's ancestors, nearest first; with the parent at most 8. */
  ancestors: ProcessSummary[];
  /** Fields that were cut to their bound, such as process.args. */
  truncated: string[];
  /** What happened. */
  body: ProcessExec | ProcessFork | ProcessExit;
}

/** The value of one record of ringfence.events.v1: events of one node, in the order of its rings. */
export interface EventBatch {
  /** Node id; the record's key. */
  node: string;
  /** Boot id of the node's kernel: sequence numbers and start times are comparable within one boot only. */
  boot_id: string;
  /** Host name of the node. */
  hostname: string;
  /** At least one event. */
  events: Event[];
}

/** A process at the moment of an event. Its identity is (node, boot id, pid, start_ns): never the pid alone. */
export interface Process {
  /** Process id (thread group id) in the initial pid namespace. */
  pid: number;
  /** When the process was created, ns since boot with suspend counted (CLOCK_BOOTTIME). */
  start_ns: bigint;
  /** The thread that acted, in the initial pid namespace. */
  tid: number;
  /** Process id of the current parent; 0 for the first processes. Changes when the parent dies. */
  ppid: number;
  /** When the current parent was created, ns since boot. */
  parent_start_ns: bigint;
  /** Process group id in the initial pid namespace. */
  pgid: number;
  /** Session id in the initial pid namespace. */
  sid: number;
  /** Process id in the process's own pid namespace. */
  ns_pid: number;
  /** Real user id in the initial user namespace. */
  uid: number;
  /** Effective user id. */
  euid: number;
  /** Saved user id. */
  suid: number;
  /** User id for file access. */
  fsuid: number;
  /** Real group id. */
  gid: number;
  /** Effective group id. */
  egid: number;
  /** Saved group id. */
  sgid: number;
  /** Group id for file access. */
  fsgid: number;
  /** User id that logged in, kept across su and sudo. Null when nobody logged in (services) or the kernel has no audit. */
  login_uid: number | null;
  /** Audit session id of that log-in. Null when nobody logged in. */
  audit_session: number | null;
  /** Permitted capabilities, bit n = capability n. */
  cap_permitted: bigint;
  /** Effective capabilities. */
  cap_effective: bigint;
  /** Inheritable capabilities. */
  cap_inheritable: bigint;
  /** Capability bounding set. */
  cap_bounding: bigint;
  /** Ambient capabilities. */
  cap_ambient: bigint;
  /** Inode number of the pid namespace. */
  pid_ns: number;
  /** Inode number of the mount namespace; 0 once the process has given its namespaces up (exit). */
  mnt_ns: number;
  /** Inode number of the network namespace; 0 as for mnt_ns. */
  net_ns: number;
  /** Inode number of the UTS namespace; 0 as for mnt_ns. */
  uts_ns: number;
  /** Inode number of the IPC namespace; 0 as for mnt_ns. */
  ipc_ns: number;
  /** Inode number of the cgroup namespace; 0 as for mnt_ns. */
  cgroup_ns: number;
  /** Inode number of the user namespace. */
  user_ns: number;
  /** Id of the cgroup (v2 hierarchy); equals the inode number of its directory. */
  cgroup_id: bigint;
  /** Path of the cgroup from the root of the v2 hierarchy. Null when it was removed before it was seen. */
  cgroup: string | null;
  /** Thread name, at most 15 bytes. Any process can rename itself. */
  comm: string;
  /** Path of the running program in its mount namespace, links resolved; what the kernel mapped, not what the caller named. A path longer than 4095 bytes keeps its end. Null for kernel threads. */
  exe: string | null;
  /** Inode number of the program; 0 for kernel threads. */
  exe_inode: bigint;
  /** Device of that inode in the kernel's encoding (major << 20 | minor). */
  exe_device: number;
  /** The program's file has no name left (unlinked, or a memfd). */
  exe_deleted: boolean;
  /** The program runs from a memfd: it never had a name on a disk. */
  exe_memfd: boolean;
  /** Arguments, the program's name first; the first 8192 bytes. As they were when the kernel finished execve; invalid UTF-8 is replaced by U+FFFD. */
  args: string[];
  /** Working directory. Null once given up (exit) and for kernel threads. */
  cwd: string | null;
  /** Name of the controlling terminal, such as pts0. Null without one. */
  tty: string | null;
  /** Name of uid on the node. Null when the node's user data base has none. */
  user: string | null;
}

/** A process replaced its program: execve or execveat succeeded, and the first instruction of the new program has not run yet. */
export interface ProcessExec {
  /** Always process_exec. */
  kind: ProcessExecKind;
  /** The name given to execve, as the kernel copied it; relative names stay relative. For a script, the script. */
  filename: string | null;
  /** The interpreter named by a script's first line; for a binary it equals filename, at any length. */
  interpreter: string | null;
  /** Number of arguments, also when args was cut. */
  argc: number;
  /** What file descriptor 0 is. */
  stdin_type: FileType;
  /** What file descriptor 1 is. */
  stdout_type: FileType;
  /** What file descriptor 2 is. */
  stderr_type: FileType;
}

/** The last thread of a process ended. */
export interface ProcessExit {
  /** Always process_exit. */
  kind: ProcessExitKind;
  /** Status given to exit, 0 to 255; 0 when a signal ended the process. */
  exit_code: number;
  /** Number of the signal that ended it; 0 when it exited by itself. */
  signal: number;
  /** A core was dumped. */
  core_dumped: boolean;
  /** How long the process lived, ns. */
  duration_ns: bigint;
}

/** A process was created. The event's process is the child; new threads of a process are not reported. */
export interface ProcessFork {
  /** Always process_fork. */
  kind: ProcessForkKind;
  /** The process that called fork or clone; differs from ppid with CLONE_PARENT. */
  forker_pid: number;
  /** When that process was created, ns since boot. */
  forker_start_ns: bigint;
}

/** What an event tells of an ancestor: enough to match on and to find it. */
export interface ProcessSummary {
  /** Process id in the initial pid namespace. */
  pid: number;
  /** When it was created, ns since boot. */
  start_ns: bigint;
  /** Path of its program. Null for kernel threads and when the collector never saw it. */
  exe: string | null;
  /** Its arguments; the first 1024 bytes for a parent, empty for older ancestors. */
  args: string[];
  /** Its thread name. */
  comm: string;
  /** Its real user id. */
  uid: number;
  /** Name of uid on the node. */
  user: string | null;
}

/** An order to one node. The value of a record of ringfence.commands.v1; signed: headers kid and signature (Ed25519, base64) over the domain prefix and these exact bytes. */
export interface Command {
  /** 32 hex digits, derived from detection, playbook and step: the same reason gives the same command, and a node acts on an id once. */
  id: string;
  /** Who signed: the responder's name. */
  issuer: string;
  /** Number of the command for this issuer in ms since the epoch; informative. */
  sequence: number;
  /** 16 random bytes in hex; refused when seen before. */
  nonce: string;
  /** When it was signed, ms since the epoch. */
  issued_ms: number;
  /** Not obeyed after this, ms since the epoch; at most 30 s after issued_ms for a kill. */
  expires_ms: number;
  /** Whether to act. */
  mode: Mode;
  /** playbook:<name> or user:<name>. */
  requester: string;
  /** Hash of the playbook's text; null for a person's order. */
  playbook_sha256: string | null;
  /** The detection that it answers. */
  detection_id: string | null;
  /** For people: why. */
  reason: string;
  /** What to act on. */
  target: ProcessTarget;
  /** What to do. */
  action: ProcessKill;
}

/** A process, named beyond doubt. */
export interface ProcessTarget {
  /** Node id; the record's key. */
  node: string;
  /** Boot id: a command does not outlive a reboot. */
  boot_id: string;
  /** Process id in the initial pid namespace. */
  pid: number;
  /** When it was created, ns since boot. */
  start_ns: bigint;
  /** Path of its program when it was seen; informative, not a condition: a process may exec. */
  exe: string | null;
}

/** End a process. */
export interface ProcessKill {
  /** Always process_kill. */
  kind: ProcessKillKind;
  /** 9 (SIGKILL) or 15 (SIGTERM). */
  signal: number;
}

/** What a rule concluded from one or more events. The value of a record of ringfence.detections.v1. */
export interface Detection {
  /** 32 hex digits, derived from the rule's id and version, the group and the id of the run's first trigger as it was when the run was first reported; the record's key. A replay gives the same id. */
  id: string;
  /** The rule. */
  rule: RuleRef;
  /** Values of the correlation's group-by fields; empty for a rule on single events. */
  group: Record<string, string>;
  /** Time of the oldest event of the first trigger's window. */
  first: bigint;
  /** Time of the run's first trigger. */
  last: bigint;
  /** Number of events in the window; 1 for a rule on single events. */
  count: number;
  /** Ids of those events as node/boot/ring/seq, oldest first; the newest 100. */
  events: string[];
  /** Node of the trigger. */
  node: string;
  /** Boot id of that node. */
  boot_id: string;
  /** The event that made the rule's condition true; of a correlation, the one whose arrival did, which may be older than the run's first trigger when it came late. */
  trigger: Event;
}

/** The rule that fired, as it was when it fired. */
export interface RuleRef {
  /** The rule's id; its title where it has none. */
  id: string;
  /** The rule's title. */
  title: string;
  /** 16 hex digits over what decides matching: a changed description keeps it, a changed condition does not. */
  version: string;
  /** The language it is written in. */
  dialect: Dialect;
  /** Severity. */
  level: Level;
  /** Tags, such as attack.t1059.004. */
  tags: string[];
  /** The rule's author. */
  author: string | null;
  /** Links given by the rule. */
  references: string[];
}

/** What became of a command on a node. The value of a record of ringfence.receipts.v1; signed by the node's key (headers kid and signature). */
export interface Receipt {
  /** The command; empty when it could not be decoded. */
  command_id: string;
  /** Node id; the record's key. */
  node: string;
  /** Boot id of the node. */
  boot_id: string;
  /** How it ended. */
  status: ReceiptStatus;
  /** For refused and failed: a code, such as expired, signature_invalid, protected, identity_mismatch. */
  reason: string | null;
  /** For people. */
  detail: string | null;
  /** When it was decided, ns since the epoch by the node's clock. */
  time: bigint;
  /** As in the command. */
  detection_id: string | null;
}
