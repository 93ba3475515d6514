/**
 * Events of a busy Linux node, seeded: a build server that also serves web pages. Of 1,000 events 150 each are forks,
 * execs and exits, 300 opens, 100 changes of files, 120 uses of sockets, 29 DNS questions and 1 is an attack that rules
 * look for. What makes a command line, a path or an address its own is marked.
 */
import type { Container, Event, EventBatch, Process, ProcessSummary } from '../../../schemas/generated/types.gen.ts';
import { attacks } from './attacks.ts';
import { connecting, programs, started, type Program } from './programs.ts';
import { randomFrom, type Random } from './random.ts';
import { addressFrom, firstSeq, wordFrom, type Mark } from './renewed-batches.ts';

export interface MixOptions {
  readonly seed: number;
  readonly eventsPerBatch: number;
}

type Body = Event['body'];
type Kind = 'exec' | 'fork' | 'exit' | 'open' | 'change' | 'network' | 'dns' | 'attack';

const shares: readonly { readonly kind: Kind; readonly weight: number }[] = [
  { kind: 'exec', weight: 150 },
  { kind: 'fork', weight: 150 },
  { kind: 'exit', weight: 150 },
  { kind: 'open', weight: 300 },
  { kind: 'change', weight: 100 },
  { kind: 'network', weight: 120 },
  { kind: 'dns', weight: 29 },
  { kind: 'attack', weight: 1 },
];

export class LinuxMix {
  private readonly random: Random;
  private readonly options: MixOptions;
  private seq = firstSeq - 1;
  private marks: Mark[] = [];

  constructor(options: MixOptions) {
    this.options = options;
    this.random = randomFrom(options.seed);
  }

  batch(): EventBatch {
    return this.marked().batch;
  }

  /** A batch, and the marks of each event. */
  marked(): { readonly batch: EventBatch; readonly marks: readonly (readonly Mark[])[] } {
    const marks: Mark[][] = [];
    const events = Array.from({ length: this.options.eventsPerBatch }, () => {
      this.marks = [];
      marks.push(this.marks);
      return this.event();
    });
    return { batch: { node: `node-${this.random.below(50)}`, boot_id: '3f0c9a52-6f2f-4c8e-9c4b-0d6f0b0c1a77', hostname: 'build-7', events, losses: [] }, marks };
  }

  private event(): Event {
    const { kind } = this.random.weighted(shares);
    if (kind === 'attack') return this.attack();
    const program = this.random.weighted(kind === 'exec' ? started : kind === 'network' || kind === 'dns' ? connecting : programs);
    return this.around(program.exe, program.args(this.token(), this.random), program, this.body(kind, program));
  }

  /** What makes a command line, a path or a name its own. */
  private token(): string {
    return this.mark(wordFrom(this.random));
  }

  private mark(mark: Mark): string {
    this.marks.push(mark);
    return mark.text;
  }

  private attack(): Event {
    const { exe, args, parent, body } = this.random.of(attacks);
    const like = programs.find((program) => program.exe === parent) ?? programs[0]!;
    return this.around(exe, [...args], like, body ?? execBody(exe, args), like);
  }

  private around(exe: string, args: string[], like: Program, body: Body, parent = programs[like.parent]!): Event {
    const pid = 1_000 + this.random.below(60_000);
    this.seq += 1;
    const ancestors = [2, 1, 0].map((depth) => this.summary(programs[depth]!, 900 + depth));
    return {
      ring: body.kind.startsWith('process_') ? 0 : 1,
      seq: this.seq,
      time: 1_780_000_000_000_000_000n + BigInt(this.seq) * 5_000n,
      process: this.process(exe, args, like, pid),
      parent: this.summary(parent, pid - 1),
      ancestors,
      container: this.random.below(4) === 0 ? container : null,
      truncated: [],
      body,
    };
  }

  private process(exe: string, args: string[], { user, uid, cwd }: Program, pid: number): Process {
    const ids = { uid, euid: uid, suid: uid, fsuid: uid, gid: uid, egid: uid, sgid: uid, fsgid: uid };
    return {
      pid, start_ns: 88_000_000_000n + BigInt(this.seq), tid: pid, ppid: pid - 1, parent_start_ns: 87_000_000_000n, pgid: pid, sid: 900, ns_pid: pid, ns_pgid: pid,
      ...ids, login_uid: uid === 0 ? null : uid, audit_session: uid === 0 ? null : 3,
      ...capabilities, ...namespaces, cgroup_id: 5_321n, cgroup: '/system.slice/build-agent.service',
      comm: exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15), exe, exe_inode: 1_311_002n, exe_device: 8_388_609, exe_deleted: false, exe_memfd: false, exe_upper_layer: false,
      exe_ctime: 1_770_000_000_000_000_000n, exe_mtime: 1_770_000_000_000_000_000n, args, cwd, tty: null, user, group: user, login_user: uid === 0 ? null : user,
    };
  }

  private summary({ exe, uid, user, args }: Program, pid: number): ProcessSummary {
    return { pid, start_ns: 80_000_000_000n, exe, args: args('main', randomFrom(pid)), comm: exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15), uid, user };
  }

  private body(kind: Exclude<Kind, 'attack'>, program: Program): Body {
    switch (kind) {
      case 'exec':
        return execBody(program.exe, [program.exe]);
      case 'fork':
        return { kind: 'process_fork', forker_pid: 1_000 + this.random.below(60_000), forker_start_ns: 87_000_000_000n };
      case 'exit':
        return { kind: 'process_exit', exit_code: this.random.below(20) === 0 ? 2 : 0, signal: 0, core_dumped: false, duration_ns: BigInt(this.random.below(1_000_000_000)) };
      case 'open':
        return this.open();
      case 'change':
        return this.change();
      case 'network':
        return this.network();
      case 'dns':
        return { kind: 'dns', operation: 'question', id: this.random.below(65_536), name: `${this.token()}.registry.example.net`, record_type: 'A', status: null, answers: [], server_ip: '10.0.0.2', server_port: 53 };
    }
  }

  private path(): string {
    const token = this.token();
    return this.random.of([`/srv/build/src/${token}/main.c`, `/srv/build/out/${token}.o`, `/usr/include/x86_64-linux-gnu/${token}.h`, `/srv/www/cache/${token}.json`, `/home/ann/project/node_modules/${token}/index.js`, `/var/lib/postgresql/15/main/base/16384/${token}`]);
  }

  private open(): Body {
    const path = this.path();
    const write = this.random.below(3) === 0;
    return {
      kind: 'file_open', syscall: 'openat', result: 3 + this.random.below(40), access: write ? 'write' : 'read', flags: write ? 0o101 : 0, mode: 0o644, created: write && this.random.below(2) === 0,
      filename: path, directory: null, path, path_source: 'kernel', inode: BigInt(2_000_000 + this.random.below(100_000)), device: 8_388_609, file_type: 'regular', file_mode: 0o644, file_uid: 1000, upper_layer: false, deleted: false, io_uring: false,
    };
  }

  private change(): Body {
    const path = this.path();
    const operation = this.random.of(['unlink', 'rename', 'close_write', 'mkdir'] as const);
    return {
      kind: 'file_change', operation, syscall: operation === 'unlink' ? 'unlinkat' : operation, result: 0, filename: path, directory: null, path, new_filename: operation === 'rename' ? `${path}.new` : null, new_directory: null,
      new_path: operation === 'rename' ? `${path}.new` : null, path_source: 'caller', target: null, attribute: null, flags: 0, mode: null, uid: null, gid: null, inode: 0n, device: 0, io_uring: false,
    };
  }

  private network(): Body {
    const remote = this.mark(addressFrom(this.random));
    const port = this.random.of([443, 5432, 6379, 9092, 8080]);
    const local = { ip: '10.0.0.7', port: 32_768 + this.random.below(28_000) };
    return {
      kind: 'network', operation: 'connect', syscall: 'connect', result: 0, family: 'ipv4', socket_type: 'stream', protocol: 6, transport: 'tcp', initiated: true, local_ip: local.ip, local_port: local.port, remote_ip: remote, remote_port: port,
      source_ip: local.ip, source_port: local.port, destination_ip: remote, destination_port: port, destination_name: null, path: null, address_source: 'kernel', backlog: null, fd: 7, io_uring: false,
    };
  }
}

function execBody(exe: string, args: readonly string[]): Body {
  return { kind: 'process_exec', filename: exe, interpreter: null, argc: args.length, env: [], secure: false, loaded_program: null, stdin_type: 'fifo', stdout_type: 'fifo', stderr_type: 'regular' };
}

const capabilities = { cap_permitted: 0n, cap_effective: 0n, cap_inheritable: 0n, cap_bounding: (1n << 41n) - 1n, cap_ambient: 0n };
const namespaces = { pid_ns: 4_026_531_836, mnt_ns: 4_026_531_841, net_ns: 4_026_531_840, uts_ns: 4_026_531_838, ipc_ns: 4_026_531_839, cgroup_ns: 4_026_531_835, user_ns: 4_026_531_837 };

const container: Container = {
  id: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', runtime: 'containerd', name: 'web', image: 'registry.example.net/web:1.4', image_repository: 'registry.example.net/web', image_tag: '1.4', privileged: false,
  mounts: [], started: 1_779_000_000_000_000_000n, pod_name: 'web-0', pod_namespace: 'shop', pod_uid: '0b8f6a52-6f0e-4d4c-8a43-1a52f7c1b002', unit: null,
};
