/** Generated from schemas/ by `npm run generate`. Do not edit. */

/** Discriminator. */
export type CredentialsKind = 'credentials';

/** What was done. setuid and setgid stand for their families. noticed: at its fork, exec or exit a process had other ids, or more capabilities, than when it was last seen, with no call, set-id program or user namespace that explains them: how an exploit of the kernel leaves it. */
export type CredentialsOperation = 'setuid' | 'setgid' | 'setgroups' | 'capset' | 'noticed';

/** Discriminator. */
export type DnsKind = 'dns';

/** By direction: a question left, an answer came. */
export type DnsOperation = 'question' | 'answer';

/** Discriminator. */
export type FileChangeKind = 'file_change';

/** What was done. close_write: the descriptor that a file was opened for writing with was closed. */
export type FileOperation = 'unlink' | 'rmdir' | 'rename' | 'link' | 'symlink' | 'mkdir' | 'mknod' | 'truncate' | 'chmod' | 'chown' | 'setxattr' | 'removexattr' | 'close_write';

/** Discriminator. */
export type FileOpenKind = 'file_open';

/** What a descriptor allows. none: O_PATH. */
export type FileAccess = 'none' | 'read' | 'write' | 'read_write' | 'execute';

/** kernel: from the kernel's own objects, links and mounts resolved. caller: the caller's name, made absolute; links in it are not resolved. */
export type PathSource = 'kernel' | 'caller';

/** Discriminator. */
export type HttpRequestKind = 'http_request';

/** Discriminator. */
export type KernelCallKind = 'kernel_call';

/** The interface. Those that programs use in floods are told of once a program of a process and peer, marked *. ptrace: attaching, and writing*; not reading and going on. process_vm_writev, process_vm_readv: *. memfd_create: memfd_secret too. map_executable: memory made writable and executable, by mmap, mprotect or shmat; * for each file. bpf: all but look-ups in maps and enumeration. io_uring_submit: * for each opcode. dup_socket: a network socket became standard input, output or error by a dup. signal: to a process of another user, or refused. prctl: what names the process or guards it, see request. personality: only when it is set. load_program: a program that needs no loader mapped a file to execute, *: how a dynamic loader runs what it is told to. */
export type KernelOperation = 'ptrace' | 'process_vm_writev' | 'process_vm_readv' | 'memfd_create' | 'map_executable' | 'userfaultfd' | 'bpf' | 'perf_event_open' | 'init_module' | 'finit_module' | 'delete_module' | 'kexec_load' | 'kexec_file_load' | 'io_uring_setup' | 'io_uring_register' | 'io_uring_submit' | 'tiocsti' | 'dup_socket' | 'signal' | 'keyctl' | 'prctl' | 'personality' | 'pidfd_getfd' | 'load_program';

/** Where on the way. */
export type LossStage = 'kernel' | 'decode' | 'spool';

/** Discriminator. */
export type MountKind = 'mount';

/** What was done. */
export type MountOperation = 'mount' | 'umount' | 'move_mount' | 'pivot_root' | 'chroot' | 'open_tree' | 'mount_setattr';

/** Discriminator. */
export type NamespaceChangeKind = 'namespace_change';

/** What was done. */
export type NamespaceOperation = 'setns' | 'unshare' | 'clone';

/** Discriminator. */
export type NetworkKind = 'network';

/** What was done. send: a first datagram to this peer. */
export type NetworkOperation = 'socket' | 'connect' | 'accept' | 'bind' | 'listen' | 'send';

/** Address family of a socket. */
export type AddressFamily = 'other' | 'unix' | 'ipv4' | 'ipv6' | 'netlink' | 'packet' | 'vsock' | 'bluetooth' | 'alg';

/** Type of a socket. */
export type SocketType = 'other' | 'stream' | 'datagram' | 'raw' | 'seqpacket' | 'packet';

/** Discriminator. */
export type PacketKind = 'packet';

/** Discriminator. */
export type ProcessExecKind = 'process_exec';

/** Kind of an open file. inet_socket: IPv4 or IPv6; anonymous: an inode without a type, such as an eventfd. */
export type FileType = 'closed' | 'fifo' | 'char_device' | 'directory' | 'block_device' | 'regular' | 'symlink' | 'unix_socket' | 'inet_socket' | 'other_socket' | 'anonymous';

/** Discriminator. */
export type ProcessExitKind = 'process_exit';

/** Discriminator. */
export type ProcessForkKind = 'process_fork';

/** Discriminator. */
export type TlsClientHelloKind = 'tls_client_hello';

/** observe: every check is made and the receipt says what would have happened; enforce: act. */
export type Mode = 'observe' | 'enforce';

/** Discriminator. */
export type ProcessKillKind = 'process_kill';

/** Rule language. */
export type Dialect = 'sigma' | 'falco';

/** How bad, in the rule author's eyes. */
export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** What of the value the text must be. */
export type InterestMatch = 'exact' | 'prefix' | 'suffix';

/** done: acted. would_do: all checks passed, mode observe. already: the process was dying already, or the command was begun before with an outcome that is not known. refused: a check failed. not_found: no such process any more. failed: the kernel said no. */
export type ReceiptStatus = 'done' | 'would_do' | 'already' | 'refused' | 'not_found' | 'failed';

/** What a process's cgroup says of the container or systemd unit it belongs to, and what the runtime's own files add. */
export interface Container {
  /** The runtime's id of the container, as long as the cgroup's name gives it; empty for a unit. */
  id: string;
  /** docker, containerd, cri-o, podman, crun, runc …, by the cgroup's name; null for a unit. */
  runtime: string | null;
  /** Name of the container. Null when the runtime's files don't say. */
  name: string | null;
  /** Image as the runtime names it. */
  image: string | null;
  /** Image without tag and digest. */
  image_repository: string | null;
  /** Tag of the image. */
  image_tag: string | null;
  /** It has all capabilities and devices. Null when unknown. */
  privileged: boolean | null;
  /** Its mounts; at most 64. */
  mounts: ContainerMount[];
  /** When it was started, ns since the epoch. */
  started: bigint | null;
  /** Kubernetes pod. */
  pod_name: string | null;
  /** Its namespace. */
  pod_namespace: string | null;
  /** Its uid. */
  pod_uid: string | null;
  /** systemd unit; also of a container that runs in one. */
  unit: string | null;
}

/** A mount of a container. */
export interface ContainerMount {
  /** Where it is from, on the host. */
  source: string;
  /** Where it is, in the container. */
  destination: string;
  /** It cannot be written. */
  read_only: boolean;
}

/** A process changed its user, group or capabilities, or could not; what it is after the call stands in process. */
export interface Credentials {
  /** Always credentials. */
  kind: CredentialsKind;
  /** What was done. */
  operation: CredentialsOperation;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** Real id asked for; the only id of setuid, setgid, setfsuid and setfsgid. */
  real_id: number | null;
  /** Effective id asked for. */
  effective_id: number | null;
  /** Saved id asked for. */
  saved_id: number | null;
  /** Of capset: the effective capabilities asked for, bit n = capability n; 0 for other calls. Read after the call: another thread can have changed it. */
  asked_capabilities: bigint;
  /** Real user id before: in the event before of this process, or, of noticed, when it was last seen. Null when not known. */
  before_uid: number | null;
  /** Effective user id before. */
  before_euid: number | null;
  /** Effective group id before. */
  before_egid: number | null;
  /** Effective capabilities before, bit n = capability n; 0 when before_uid is null. */
  before_capabilities: bigint;
  /** Effective capabilities that were not there before, such as CAP_SYS_ADMIN. */
  gained_capabilities: string[];
}

/** A question over UDP to port 53 left this process, or an answer reached it. What a server hears and says is not told. Blind: DNS over TCP, TLS, HTTPS and other ports, and packet sockets. */
export interface Dns {
  /** Always dns. */
  kind: DnsKind;
  /** Question or answer. */
  operation: DnsOperation;
  /** Id of the message. */
  id: number;
  /** Name asked for, lower case, without the last dot. */
  name: string | null;
  /** A, AAAA, CNAME, TXT …, or TYPE<n>. */
  record_type: string | null;
  /** NOERROR, NXDOMAIN … of an answer. */
  status: string | null;
  /** Addresses, names and texts of an answer; at most 16. */
  answers: string[];
  /** The DNS server. */
  server_ip: string | null;
  /** Its port. */
  server_port: number | null;
}

/** Something a node's kernel saw, complete in itself: who did it, from where, and what. Its id is (node, boot id, ring, seq). */
export interface Event {
  /** The ring buffer it came through: 0 = process (exec, fork, exit), 1 = event (all else). */
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
  /** The container or systemd unit that the process belongs to. Null on the bare host. */
  container: Container | null;
  /** Fields that were cut to their bound, such as process.args. */
  truncated: string[];
  /** What happened. */
  body: ProcessExec | ProcessFork | ProcessExit | FileOpen | FileChange | Mount | Network | Dns | TlsClientHello | HttpRequest | Credentials | NamespaceChange | KernelCall;
}

/** The value of one record of ringfence.events.v1: events of one node, in the order of its rings. */
export interface EventBatch {
  /** Node id; the record's key. */
  node: string;
  /** Boot id of the node's kernel: sequence numbers and start times are comparable within one boot only. */
  boot_id: string;
  /** Host name of the node. */
  hostname: string;
  /** May be empty when there are losses to tell. */
  events: Event[];
  /** What was lost since the last batch. */
  losses: Loss[];
}

/** The value of one record of ringfence.external.v1: events that other people's sensors saw, in Sigma's taxonomy, for the same rules. */
export interface ExternalBatch {
  /** Who forwards them, such as a host or a forwarder's name; the record's key. */
  source: string;
  /** Within the source, what the sequence numbers count in: a log, a boot, a file. */
  stream: string;
  /** In order of the stream. */
  events: ExternalEvent[];
}

/** An event of no sensor of ours. Its id is (source, stream, seq). */
export interface ExternalEvent {
  /** Number in the stream: one seen twice is a duplicate. */
  seq: number;
  /** When it happened, ns since the epoch by the sender's word. */
  time: bigint;
  /** Sigma's log source, in lower case: process_creation. */
  category: string | null;
  /** Sigma's log source, in lower case: windows. */
  product: string | null;
  /** Sigma's log source, in lower case: sysmon. */
  service: string | null;
  /** Values by Sigma's name of the field; numbers as decimal text. A field that is not there has no value. */
  fields: Record<string, string>;
}

/** A name or a file was changed, or could not be. */
export interface FileChange {
  /** Always file_change. */
  kind: FileChangeKind;
  /** What was done. */
  operation: FileOperation;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** The name of the file as the caller gave it; may be relative. Read after the call: another thread can have changed it. */
  filename: string | null;
  /** What that name is relative to: the working directory, the directory of the call's descriptor, or of an absolute name the caller's root where that is not the root of its mounts. Null when it is that, or when the path comes from the kernel. */
  directory: string | null;
  /** Absolute path of the object before the call; of a symbolic link, the link. */
  path: string | null;
  /** The name of the second path as the caller gave it; may be relative. Read after the call: another thread can have changed it. */
  new_filename: string | null;
  /** What that name is relative to: the working directory, the directory of the call's descriptor, or of an absolute name the caller's root where that is not the root of its mounts. Null when it is that, or when the path comes from the kernel. */
  new_directory: string | null;
  /** Absolute path of the object after the call: where it was renamed or linked to. Null for other operations. */
  new_path: string | null;
  /** Where the paths are from. */
  path_source: PathSource;
  /** What a symbolic link says. */
  target: string | null;
  /** Name of an extended attribute. */
  attribute: string | null;
  /** Flags of the call. */
  flags: number;
  /** Mode asked for: by chmod, mkdir, mknod. */
  mode: number | null;
  /** Owner asked for; null when it stays. */
  uid: number | null;
  /** Group asked for; null when it stays. */
  gid: number | null;
  /** Inode number where the hook knows the object; else 0. */
  inode: bigint;
  /** Device of that inode. */
  device: number;
  /** Asked for through io_uring, by no system call of its own. */
  io_uring: boolean;
}

/** A file was opened, or could not be. */
export interface FileOpen {
  /** Always file_open. */
  kind: FileOpenKind;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** What it was opened for. */
  access: FileAccess;
  /** Flags of open(2): those that the kernel keeps, with the caller's of which it keeps none (O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC); all of the caller's when it failed. */
  flags: number;
  /** Permission bits for a file that would be created. */
  mode: number;
  /** This call created the file. */
  created: boolean;
  /** The name of the file as the caller gave it; may be relative. Read after the call: another thread can have changed it. */
  filename: string | null;
  /** What that name is relative to: the working directory, the directory of the call's descriptor, or of an absolute name the caller's root where that is not the root of its mounts. Null when it is that, or when the path comes from the kernel. */
  directory: string | null;
  /** Absolute path of the file. */
  path: string | null;
  /** Where path is from. */
  path_source: PathSource;
  /** Inode number; 0 when it failed. */
  inode: bigint;
  /** Device of the inode in the kernel's encoding. */
  device: number;
  /** What kind of file it is; closed when the call failed. */
  file_type: FileType;
  /** Permission bits of the file; 0 when it failed. */
  file_mode: number;
  /** Owner of the file. */
  file_uid: number | null;
  /** The file lies in the upper layer of an overlay: it is not in the container's image. */
  upper_layer: boolean;
  /** The file has no name left. */
  deleted: boolean;
  /** Asked for through io_uring, by no system call of its own. */
  io_uring: boolean;
}

/** A process sent an HTTP request in clear: its first line and host. Only the first request of a connection is seen, if its first write has 4 bytes or more; of it the first 2048 bytes are read. */
export interface HttpRequest {
  /** Always http_request. */
  kind: HttpRequestKind;
  /** GET, POST … */
  method: string;
  /** The request target, secrets in it redacted; at most 1024 bytes. */
  target: string;
  /** Of the Host header, when it stood in the first bytes. */
  host: string | null;
  /** Of the User-Agent header, when it stood in the first bytes. */
  user_agent: string | null;
  /** Own address. */
  local_ip: string | null;
  /** Own port. */
  local_port: number | null;
  /** The peer's address. */
  remote_ip: string | null;
  /** The peer's port. */
  remote_port: number | null;
}

/** A process used an interface of the kernel that attacks use and ordinary programs seldom do, or could not. */
export interface KernelCall {
  /** Always kernel_call. */
  kind: KernelCallKind;
  /** Which interface. */
  operation: KernelOperation;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** The call's request, command, option, signal or protection: ptrace's request, bpf's cmd, prctl's option, kill's signal, mmap's prot, the io_uring opcode, type of a perf event. */
  request: number;
  /** That number's name, such as PTRACE_ATTACH, BPF_PROG_LOAD, PR_SET_NAME, SIGKILL; of protections, all of them. Null when it has none here. */
  request_name: string | null;
  /** Of bpf: the type of the program or map, of BPF_LINK_CREATE and BPF_PROG_ATTACH that of the attachment. */
  type: number | null;
  /** That number's name, such as BPF_PROG_TYPE_KPROBE. */
  type_name: string | null;
  /** Flags of the call; of prctl the second argument, of map_executable the flags of mmap or shmat. */
  flags: bigint;
  /** A name in it: of a memfd, a BPF program or map, a module that is removed, a process (PR_SET_NAME), a key. What the kernel keeps where the call made or found something, else the caller's word. */
  name: string | null;
  /** Path of a file in it: the module, the kernel image, the mapped file, the terminal of tiocsti, what pidfd_getfd got. */
  path: string | null;
  /** What the caller gave in words: module parameters, kernel command line, where a BPF object is pinned, the tracepoint it hangs on, the type of a key, the byte of tiocsti. */
  arguments: string | null;
  /** A descriptor in it; of dup, the one that it became. */
  fd: number | null;
  /** The process acted on, in the initial pid namespace; the caller's own number for it when it could not be found (target_start_ns is 0 then). */
  target_pid: number | null;
  /** When that process was created; 0 when unknown. */
  target_start_ns: bigint;
  /** Its real user id. */
  target_uid: number | null;
  /** Path of its program. */
  target_exe: string | null;
  /** The peer's address, of dup_socket. */
  remote_ip: string | null;
  /** The peer's port, of dup_socket. */
  remote_port: number | null;
}

/** Events of a node that were seen and are not in the event log. Counts go on from the last loss of the same ring, stage, reason and kind. */
export interface Loss {
  /** The ring that they came through, or would have. */
  ring: number;
  /** Where on the way. */
  stage: LossStage;
  /** ring_full, undecodable, spool_full. */
  reason: string;
  /** Kind of the events, where it is counted by kind. */
  kind: string | null;
  /** How many since the last such record. */
  count: number;
  /** How many in this boot. */
  total: number;
  /** They were lost after this, ns since the epoch. */
  from: bigint;
  /** And before this. */
  until: bigint;
}

/** The tree of mounts, or what a process sees of it, was changed, or could not be. */
export interface Mount {
  /** Always mount. */
  kind: MountKind;
  /** What was done. */
  operation: MountOperation;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** What is mounted, as the caller named it: a device, a directory; put_old of pivot_root. */
  source: string | null;
  /** The name of the place as the caller gave it; may be relative. Read after the call: another thread can have changed it. */
  filename: string | null;
  /** What that name is relative to: the working directory, the directory of the call's descriptor, or of an absolute name the caller's root where that is not the root of its mounts. Null when it is that, or when the path comes from the kernel. */
  directory: string | null;
  /** Absolute path of the place. */
  path: string | null;
  /** Where path is from. */
  path_source: PathSource;
  /** Type of the file system asked for. */
  file_system: string | null;
  /** Flags of the call. */
  flags: bigint;
}

/** A process entered or made namespaces, or could not. A clone that makes none is no such event; of one that succeeds, the new process is told of by its fork. */
export interface NamespaceChange {
  /** Always namespace_change. */
  kind: NamespaceChangeKind;
  /** What was done. */
  operation: NamespaceOperation;
  /** The system call, such as openat; of an io_uring operation, the one that does the same. Null when the hook does not say. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen. */
  result: number | null;
  /** Flags of the call, CLONE_NEW* among them; of setns, the kind of the namespace that the descriptor stands for, or the kinds asked of a process. */
  flags: number;
  /** The kinds as words: mnt, cgroup, uts, ipc, user, pid, net, time. */
  namespaces: string[];
  /** Of setns: inode number of the namespace that the descriptor stands for. */
  target_inode: number | null;
  /** The process whose namespaces are entered, in the initial pid namespace, when setns was given one (a pidfd); of a clone that succeeded, the new process. */
  target_pid: number | null;
}

/** A socket was made or used for the first time in some way, or could not be. Results, sockets of other families than IP, and accept and socket at all, are seen at the end of the system call; a cheaper hook tells of connect, bind, listen and send over IP before that when nothing else needs the ends of system calls. Left out are failures that come in floods or say nothing of a peer: EAGAIN, EINTR and aborted connections of accept, EALREADY and EISCONN of connect. Blind: what a packet socket sends; accept through io_uring with many answers to one request (multishot). */
export interface Network {
  /** Always network. */
  kind: NetworkKind;
  /** What was done. */
  operation: NetworkOperation;
  /** The system call, such as connect, or sendto of a TCP fast open; of an io_uring operation, the one that does the same. Null when the hook does not say, as of socketcall(2) of 32-bit programs. */
  syscall: string | null;
  /** What the call returned: at least 0 when it succeeded, -errno when not; cut to an int. Null when it was not seen: of send, of io_uring, and where the hook comes before the end of the call. */
  result: number | null;
  /** Address family. */
  family: AddressFamily;
  /** Type of the socket. */
  socket_type: SocketType;
  /** Protocol number: 6 TCP, 17 UDP, 1 ICMP …; what socket(2) was asked for until the socket says more. */
  protocol: number;
  /** tcp, udp, icmp, sctp … for IP sockets. */
  transport: string | null;
  /** This side began: connect and send. */
  initiated: boolean;
  /** Own address; IPv4 addresses mapped into IPv6 are shown as IPv4. */
  local_ip: string | null;
  /** Own port. */
  local_port: number | null;
  /** The peer's address. */
  remote_ip: string | null;
  /** The peer's port. */
  remote_port: number | null;
  /** Address of the side that began. */
  source_ip: string | null;
  /** Port of the side that began. */
  source_port: number | null;
  /** Address of the other side. */
  destination_ip: string | null;
  /** Port of the other side. */
  destination_port: number | null;
  /** A name that a DNS answer seen on this node gave for the destination's address. */
  destination_name: string | null;
  /** Path of a unix socket, the peer's of connect, links and mounts resolved; an abstract name begins with @. Null when it has none. */
  path: string | null;
  /** Where path, or the address and port that were asked for, are from. caller: the call failed before the kernel had looked at them, read after it. */
  address_source: PathSource;
  /** Of listen. */
  backlog: number | null;
  /** The descriptor; of accept, the new one. */
  fd: number | null;
  /** Asked for through io_uring, by no system call of its own. */
  io_uring: boolean;
}

/** The first bytes of a packet, from the kernel side to the collector, which makes Dns, TlsClientHello or HttpRequest of it. Never in the event log. */
export interface Packet {
  /** Always packet. */
  kind: PacketKind;
  /** 6 TCP, 17 UDP. */
  protocol: number;
  /** It leaves this process. */
  egress: boolean;
  /** Own address. */
  local_ip: string | null;
  /** Own port. */
  local_port: number | null;
  /** The peer's address. */
  remote_ip: string | null;
  /** The peer's port. */
  remote_port: number | null;
  /** What follows the transport's header. */
  payload: Buffer;
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
  /** Process group id in the process's own pid namespace. */
  ns_pgid: number | null;
  /** Thread name, at most 15 bytes. Any process can rename itself. */
  comm: string;
  /** Path of the running program in its mount namespace, links resolved; what the kernel mapped, not what the caller named. A path longer than 4095 bytes keeps its end. Null for kernel threads; and where a collector that died left a backlog, for what a process did before an exec in it. */
  exe: string | null;
  /** Inode number of the program; 0 for kernel threads. */
  exe_inode: bigint;
  /** Device of that inode in the kernel's encoding (major << 20 | minor). */
  exe_device: number;
  /** The program's file has no name left (unlinked, or a memfd). */
  exe_deleted: boolean;
  /** The program runs from a memfd: it never had a name on a disk. */
  exe_memfd: boolean;
  /** The program lies in the upper layer of an overlay: it is not in the container's image. */
  exe_upper_layer: boolean;
  /** When the program's inode was last changed, ns since the epoch; 0 for kernel threads. */
  exe_ctime: bigint;
  /** When the program's content was last changed, ns since the epoch; 0 for kernel threads. */
  exe_mtime: bigint;
  /** Arguments, the program's name first; the first 8192 bytes. As they were when the kernel finished execve; invalid UTF-8 is replaced by U+FFFD. */
  args: string[];
  /** Working directory. Null once given up (exit) and for kernel threads. */
  cwd: string | null;
  /** Name of the controlling terminal, such as pts0. Null without one. */
  tty: string | null;
  /** Name of uid on the node. Null when the node's user data base has none. */
  user: string | null;
  /** Name of gid on the node. */
  group: string | null;
  /** Name of login_uid on the node. */
  login_user: string | null;
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
  /** Variables of the environment that change what a program loads or runs (LD_PRELOAD …): those that the collector is told to keep, of the first 2048 bytes. The others never leave the node. */
  env: string[];
  /** The program has rights that its caller had not, by set-id bits or file capabilities (AT_SECURE). */
  secure: boolean;
  /** When the program is the dynamic loader, the file that its arguments tell it to run, made absolute: the caller's word. Null otherwise. KernelCall's load_program tells the kernel's, also of a loader by another name. */
  loaded_program: string | null;
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

/** A process began a TLS connection: its first message, in clear, of which the first 2048 bytes are read. Only the first payload that a connection sends is looked at: TLS after STARTTLS or a proxy's CONNECT is not seen, nor when the first write has less than 4 bytes. */
export interface TlsClientHello {
  /** Always tls_client_hello. */
  kind: TlsClientHelloKind;
  /** Server name indication, the outer one of an encrypted client hello; null when there is none. */
  server_name: string | null;
  /** Protocols offered, such as h2. */
  alpn: string[];
  /** Own address. */
  local_ip: string | null;
  /** Own port. */
  local_port: number | null;
  /** The peer's address. */
  remote_ip: string | null;
  /** The peer's port. */
  remote_port: number | null;
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
  /** Node of the trigger; of an external event its source. */
  node: string;
  /** Boot id of that node; of an external event its stream. */
  boot_id: string;
  /** Null when it is an external event. The event that made the rule's condition true; of a correlation, the one whose arrival did, which may be older than the run's first trigger when it came late. */
  trigger: Event | null;
  /** The trigger, when it is an event of other people's sensors. It names no process of ours: nothing is done about it on a node. */
  external: ExternalEvent | null;
  /** What the rule itself says of the event, its values filled in: the output of Falco's rules. Null for rules that say nothing. */
  output: string | null;
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

/** Which events the rules of one group of engines can match: what no group is interested in, collectors need not send. The value of a record of ringfence.rules.v1, key interest/<group>; signed: headers kid and signature (Ed25519, base64) over the domain prefix and these exact bytes. The newest of a group counts. */
export interface Interest {
  /** Consumer group of the engines. */
  group: string;
  /** 16 hex digits over what decides matching in all rules loaded. */
  rules_version: string;
  /** When it was signed, ms since the epoch; one that is older than what a collector knows of the group is not obeyed. */
  issued_ms: number;
  /** By kind, each once. Empty: rules on processes only. */
  kinds: InterestKind[];
}

/** The events of one kind that rules can match. */
export interface InterestKind {
  /** Kind of event, such as file_open; one that is not listed interests nobody. Those of ring 0 (process_exec, process_fork, process_exit) are always sent and never listed. */
  kind: string;
  /** At least one. */
  clauses: InterestClause[];
}

/** An event is of interest when every part of some clause holds. A clause without parts takes every event of the kind. */
export interface InterestClause {
  /** It has one of these: the body's operation; of file_open the access, and created and failed besides. Empty: any. Of network, ended says that a use of a socket must be told of when its system call has ended: with its result, and of families other than IP too; so does an empty list. */
  operations: string[];
  /** A path of the body is so: path, or new_path of file_change. */
  path: InterestText | null;
  /** The local or the remote port is this. */
  port: number | null;
  /** The local or the remote address lies in this network, such as 10.0.0.0/8 or fe80::/10. */
  address: string | null;
  /** process.exe is so. */
  program: InterestText | null;
}

/** A test of a text, ASCII letters in any case. A text with a byte above 0x7f passes every test: the rules fold by Unicode, the kernel by ASCII. */
export interface InterestText {
  /** What of the value the text must be. */
  match: InterestMatch;
  /** Lower case; at most 128 bytes, never empty. */
  text: string;
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

/** A set of rule files, or a list of values, as it was published: the value of records of ringfence.rules.v1 with the keys rules/<group> and list/<group>/<name>, appended behind the parts that it names. Signed by a key for rules. The newest manifest of a key replaces the one before. */
export interface RuleManifest {
  /** The record's key: rules/<group of engines>, or list/<group of engines>/<name of the list>. */
  subject: string;
  /** When it was published, ms since the epoch. An engine refuses what is older than what it knows. */
  issued_ms: number;
  /** 16 hex digits over the content. */
  version: string;
  /** Size of the content before compression. Of rules, the content is JSON: [{"name": path of a file, "text": its text}]; of a list, the text of its file. */
  bytes: number;
  /** SHA-256 of each part, in hex, in order: together they are the content, compressed as one zstd frame. A part is the value of the record <subject>/part/<its SHA-256>. Empty: what was published is withdrawn. */
  parts: string[];
}
