/**
 * The fields that rules on system calls may name, with their types, as libsinsp's sinsp_filtercheck_*.cpp and the container
 * plugin define them. Whether an event has them is another question: see the table of fields that the rules are loaded for.
 */
export interface FieldType {
  readonly type: ValueType;
  /** A list by itself: `in` asks for all of its values, `intersects` for any. */
  readonly list: boolean;
  /** One name for several values: both ends of a connection, all ancestors of a process. */
  readonly several?: 'ends' | 'ancestors';
  readonly argument: 'none' | 'allowed' | 'required';
}

/** `any` has the type of the argument of a system call, which is known only when there is one. */
export type ValueType = 'text' | 'number' | 'boolean' | 'ip' | 'net' | 'bytes' | 'any';

const plain: Readonly<Record<ValueType, string>> = {
  text: `
    evt.type syscall.type evt.category evt.dir evt.args evt.info evt.res evt.io_dir evt.time evt.time.s evt.time.iso8601 evt.datetime evt.datetime.s
    evt.outputtime evt.latency.human evt.source evt.pluginname evt.plugininfo evt.asynctype evt.hostname evt.pluginid
    proc.exe proc.pexe proc.exepath proc.pexepath proc.name proc.pname proc.args proc.cmdline proc.pcmdline proc.exeline proc.cwd proc.sname proc.sid.exe
    proc.sid.exepath proc.vpgid.name proc.vpgid.exe proc.vpgid.exepath proc.pgid.name proc.pgid.exe proc.pgid.exepath thread.cap_permitted
    thread.cap_inheritable thread.cap_effective thread.nametid thread.cgroups
    fd.type fd.typechar fd.name fd.directory fd.filename fd.l4proto fd.sockfamily fd.uid fd.containername fd.containerdirectory fd.cproto fd.sproto
    fd.lproto fd.rproto fd.cip.name fd.sip.name fd.lip.name fd.rip.name fd.nameraw
    fs.path.name fs.path.nameraw fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw
    user.name user.homedir user.shell user.loginname group.name
    container.id container.full_id container.name container.image container.image.id container.type container.mounts container.image.repository
    container.image.tag container.image.digest container.healthcheck container.liveness_probe container.readiness_probe container.ip container.cni.json
    container.labels container.info
    k8s.pod.name k8s.ns.name k8s.pod.id k8s.pod.uid k8s.pod.sandbox_id k8s.pod.full_sandbox_id k8s.pod.labels k8s.pod.ip k8s.pod.cni.json
    k8s.rc.name k8s.rc.id k8s.rc.labels k8s.svc.name k8s.svc.id k8s.svc.labels k8s.ns.id k8s.ns.labels k8s.rs.name k8s.rs.id k8s.rs.labels
    k8s.deployment.name k8s.deployment.id k8s.deployment.labels
    syslog.facility.str syslog.severity.str syslog.message fdlist.nums fdlist.names fdlist.cips fdlist.sips fdlist.cports fdlist.sports`,
  number: `
    evt.num evt.rawtime evt.rawtime.s evt.rawtime.ns evt.reltime evt.reltime.s evt.reltime.ns evt.latency evt.latency.s evt.latency.ns evt.latency.quantized
    evt.deltatime evt.deltatime.s evt.deltatime.ns evt.cpu evt.buflen evt.rawres evt.wait_latency evt.count evt.count.error evt.count.error.file
    evt.count.error.net evt.count.error.memory evt.count.error.other evt.count.exit evt.count.procinfo evt.count.threadinfo evt.buflen.in evt.buflen.out
    evt.buflen.file evt.buflen.file.in evt.buflen.file.out evt.buflen.net evt.buflen.net.in evt.buflen.net.out
    proc.cmdnargs proc.cmdlenargs proc.loginshellid proc.tty proc.pid proc.ppid proc.vpid proc.pvpid proc.sid proc.vpgid proc.pgid proc.duration
    proc.ppid.duration proc.pid.ts proc.ppid.ts proc.exe_ino proc.exe_ino.ctime proc.exe_ino.mtime proc.exe_ino.ctime_duration_proc_start
    proc.exe_ino.ctime_duration_pidns_start proc.pidns_init_start_ts proc.fdopencount proc.fdlimit proc.fdusage proc.vmsize proc.vmrss proc.vmswap
    proc.nthreads proc.nchilds thread.pfmajor thread.pfminor thread.tid thread.vtid thread.exectime thread.totexectime thread.cpu thread.cpu.user
    thread.cpu.system thread.vmsize thread.vmrss thread.vmsize.b thread.vmrss.b
    fd.num fd.cport fd.sport fd.lport fd.rport fd.dev fd.dev.major fd.dev.minor fd.ino
    user.uid user.loginuid group.gid container.start_ts container.duration syslog.facility syslog.severity`,
  boolean: `
    evt.failed evt.is_io evt.is_io_read evt.is_io_write evt.is_wait evt.is_syslog evt.is_open_read evt.is_open_write evt.is_open_exec evt.is_open_create
    proc.is_exe_writable proc.is_exe_upper_layer proc.is_exe_lower_layer proc.is_exe_from_memfd proc.is_sid_leader proc.is_vpgid_leader proc.is_pgid_leader
    proc.is_container_healthcheck proc.is_container_liveness_probe proc.is_container_readiness_probe thread.ismain
    fd.is_server fd.is_upper_layer fd.is_lower_layer fd.connected fd.name_changed
    container.privileged container.host_pid container.host_network container.host_ipc`,
  ip: 'fd.cip fd.sip fd.lip fd.rip',
  net: 'fd.cnet fd.snet fd.lnet fd.rnet',
  bytes: 'evt.buffer',
  any: '',
};

const special: Readonly<Record<string, Partial<FieldType> & Pick<FieldType, 'type'>>> = {
  'fd.ip': { type: 'ip', several: 'ends' },
  'fd.net': { type: 'net', several: 'ends' },
  'fd.port': { type: 'number', several: 'ends' },
  'fd.proto': { type: 'text', several: 'ends' },
  'fd.types': { type: 'text', list: true, argument: 'allowed' },
  'proc.aname': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.aexe': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.aexepath': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.acmdline': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.aenv': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.apid': { type: 'number', several: 'ancestors', argument: 'allowed' },
  'proc.aargs': { type: 'text', several: 'ancestors', argument: 'allowed' },
  'proc.env': { type: 'text', argument: 'allowed' },
  'evt.arg': { type: 'text', argument: 'required' },
  'evt.rawarg': { type: 'any', argument: 'required' },
  'evt.around': { type: 'number', argument: 'required' },
  'container.mount': { type: 'text', argument: 'required' },
  'container.mount.source': { type: 'text', argument: 'required' },
  'container.mount.dest': { type: 'text', argument: 'required' },
  'container.mount.mode': { type: 'text', argument: 'required' },
  'container.mount.rdwr': { type: 'text', argument: 'required' },
  'container.mount.propagation': { type: 'text', argument: 'required' },
  'container.label': { type: 'text', argument: 'required' },
  'k8s.pod.label': { type: 'text', argument: 'required' },
  'k8s.ns.label': { type: 'text', argument: 'required' },
  'k8s.rc.label': { type: 'text', argument: 'required' },
  'k8s.rs.label': { type: 'text', argument: 'required' },
  'k8s.svc.label': { type: 'text', argument: 'required' },
  'k8s.deployment.label': { type: 'text', argument: 'required' },
  'evt.abspath': { type: 'text' },
};

/** Names that go on behind a dot with what others have in brackets: evt.arg.flags, container.label.app. */
const open: readonly (readonly [prefix: string, type: ValueType])[] = [
  ['evt.arg.', 'text'],
  ['evt.rawarg.', 'any'],
  ['evt.type.is.', 'number'],
  ['evt.abspath.', 'text'],
  ['thread.cgroup.', 'text'],
  ['container.label.', 'text'],
  ['k8s.pod.label.', 'text'],
  ['k8s.ns.label.', 'text'],
  ['k8s.rc.label.', 'text'],
  ['k8s.rs.label.', 'text'],
  ['k8s.svc.label.', 'text'],
  ['k8s.deployment.label.', 'text'],
];

const types: ReadonlyMap<string, FieldType> = new Map([
  ...(Object.entries(plain) as [ValueType, string][]).flatMap(([type, names]) => {
    return names.split(/\s+/).filter((name) => name !== '').map((name): [string, FieldType] => [name, { type, list: false, argument: 'none' }]);
  }),
  ...Object.entries(special).map(([name, field]): [string, FieldType] => [name, { list: false, argument: 'none', ...field }]),
]);

/** For hints. */
export const fieldNames: readonly string[] = [...types.keys(), 'evt.arg.path', 'evt.arg.flags', 'evt.arg.name', 'evt.arg.mode'];

/** Undefined for a name that Falco does not know. */
export function typeOf(name: string): FieldType | undefined {
  const known = types.get(name);
  if (known !== undefined) return known;
  const type = open.find(([prefix]) => name.startsWith(prefix) && name.length > prefix.length)?.[1];
  return type === undefined ? undefined : { type, list: false, argument: 'none' };
}
