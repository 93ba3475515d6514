/**
 * What this kernel can do and this process may do, found out by doing it: a program of two instructions is loaded, and
 * on request attached and detached at once. Versions say little: distributions port features back and lock others down.
 */
import { existsSync, readFileSync } from 'node:fs';
import { BpfError, E2BIG, EINVAL, ENOENT, ENOTSUPP, EOPNOTSUPP, ESRCH, errnoName, expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { names, native } from './native.ts';
import { withFile } from './with-file.ts';
import type { Handle, NativeRefusal } from './native.ts';

export interface ProgramProbe {
  /** libbpf's name of the program type: 'tracing', 'lsm', 'raw_tracepoint', 'cgroup_sock_addr', … */
  readonly type: string;
  /** libbpf's name, where the type has several: 'trace_raw_tp', 'trace_fentry', 'cgroup_inet4_connect', … */
  readonly expectedAttachType?: string;
  /** What to attach to: tracepoint, kernel function, LSM hook, iterator ('task'), 'category/name' of a tracepoint event. */
  readonly attachTo?: string;
  /** Name of the probe program, at most 15 bytes. */
  readonly name?: string;
  /**
   * Also attach, and detach at once. Harmless for the tracing and LSM types, as the program does nothing but return.
   * Types of a cgroup are attached where `cgroup` says, those of an interface or a network namespace only loaded.
   */
  readonly attach?: boolean;
  /** Path of a cgroup v2 directory, best an empty one. */
  readonly cgroup?: string;
  /** May it fault pages in? Few hooks allow it. Sections say so with '.s'. */
  readonly sleepable?: boolean;
}

export type ProbeResult =
  | { readonly status: 'ok' }
  /** The kernel has it, and said no. */
  | { readonly status: 'refused'; readonly errno: number; readonly reason: string }
  /** The kernel does not have it. */
  | { readonly status: 'absent'; readonly errno: number; readonly reason: string };

/** Loads (and attaches) a program that does nothing. Throws RangeError for a name that libbpf does not know. */
export function probeProgram(probe: ProgramProbe): ProbeResult {
  const { attachType, btfId } = placeOf(probe);
  if (btfId < 0) return absent(-btfId, `${probe.attachTo} is not in the kernel's BTF`);
  const loaded = load(probe, attachType, btfId, 0);
  if (isRefusal(loaded)) return refusalOf(loaded);
  using program = new HandleOwner(loaded, nameOf(probe));
  return probe.attach === true ? attach(program.use('probe'), probe, attachType) : { status: 'ok' };
}

/**
 * The same by a section's name, such as 'tp_btf/sched_process_exec', 'lsm/file_open', 'cgroup/connect4', 'iter/task',
 * 'tracepoint/sched/sched_process_exec', 'xdp'. Throws BpfError ESRCH for a section that libbpf does not know.
 */
export function probeSection(section: string, options: Pick<ProgramProbe, 'attach' | 'cgroup'> = {}): ProbeResult {
  const { type, attachType } = expectValue(native.probeSection(section), 'probe', section);
  /* Uprobes have the kprobe type, and a place in a file: see attachStatus. */
  const attachTo = /^u(ret)?probe/.test(section) ? undefined : /^[^/]+\/(.+)$/.exec(section)?.[1];
  return probeProgram({
    type: names.programTypes[type] ?? '',
    expectedAttachType: names.attachTypes[attachType] ?? '',
    ...(attachTo === undefined ? {} : { attachTo }),
    ...options,
    sleepable: /^[^/]+\.s(\/|$)/.test(section),
  });
}

/** Can programs of that type be loaded at all? Tracing types by libbpf's own reckoning: prefer probeProgram for those. */
export function probeProgramType(type: string): boolean {
  const number = numberOf(names.programTypes, type, 'program type');
  return expectStatus(native.probeProgramType(number), 'probe program type', type) === 1;
}

export function probeMapType(type: string): boolean {
  return expectStatus(native.probeMapType(numberOf(names.mapTypes, type, 'map type')), 'probe map type', type) === 1;
}

/**
 * May such a program call that helper ('bpf_d_path', 'ringbuf_output', …)? Throws BpfError when no such program can be
 * loaded at all.
 *
 * Not by libbpf_probe_bpf_helper: it can't do the BTF types, and version 1.1 says yes to everything on newer kernels
 * (seen on 6.18), where the verifier words its refusal differently.
 */
export function probeHelper(probe: ProgramProbe, helper: string): boolean {
  const { attachType, btfId } = placeOf(probe);
  if (btfId < 0) throw new BpfError(-btfId, 'probe helper', helper, { reason: `${probe.attachTo} is not in the kernel's BTF` });
  const loaded = load(probe, attachType, btfId, numberOf(names.helpers, helper.replace(/^bpf_/, ''), 'helper'));
  if (!isRefusal(loaded)) {
    native.handleClose(loaded);
    return true;
  }
  if (/invalid func |unknown func |program of this type cannot use helper /.test(loaded.log)) return false;
  /* Any other complaint (a missing argument, say) is about a call that the verifier knows. */
  if (loaded.log !== '') return true;
  throw new BpfError(loaded.errno, 'probe helper', helper);
}

/** Does the kernel carry its own types, which CO-RE and the BTF-typed tracing programs need? */
export function hasVmlinuxBtf(): boolean {
  return existsSync('/sys/kernel/btf/vmlinux');
}

/** Names that this libbpf knows; a newer kernel may have more. */
export const knownNames: Readonly<Record<'programTypes' | 'mapTypes' | 'attachTypes' | 'linkTypes' | 'helpers', readonly string[]>> = names;

const btfTypes: ReadonlySet<string> = new Set(['tracing', 'lsm']);

/** Tracing programs have to return 0. The others may return 1, "allow", and some cgroup types have to. */
function returnValueOf(probe: ProgramProbe): number {
  return probe.type === 'tracing' || probe.expectedAttachType === 'lsm_mac' ? 0 : 1;
}

/** BPF_F_SLEEPABLE, which syscall programs have to be. */
function flagsOf(probe: ProgramProbe): number {
  return probe.type === 'syscall' || probe.sleepable === true ? 1 << 4 : 0;
}

/** A negative btfId is the -errno of looking it up. */
function placeOf(probe: ProgramProbe): { attachType: number; btfId: number } {
  const attachType = probe.expectedAttachType === undefined ? 0 : numberOf(names.attachTypes, probe.expectedAttachType, 'attach type');
  if (!btfTypes.has(probe.type)) return { attachType, btfId: 0 };
  if (probe.attachTo === undefined) throw new RangeError(`a probe of type ${probe.type} needs attachTo`);
  return { attachType, btfId: native.probeBtfId(probe.attachTo, attachType) };
}

function load(probe: ProgramProbe, attachType: number, btfId: number, helper: number): Handle<'fd'> | NativeRefusal {
  const type = numberOf(names.programTypes, probe.type, 'program type');
  return native.probeLoad(type, attachType, btfId, returnValueOf(probe), helper, flagsOf(probe), nameOf(probe));
}

function nameOf(probe: ProgramProbe): string {
  return probe.name ?? 'probe';
}

function attach(program: Handle<'fd'>, probe: ProgramProbe, attachType: number): ProbeResult {
  const status = attachStatus(program, probe, attachType);
  if (status >= 0) return { status: 'ok' };
  const unmounted = probe.type === 'tracepoint' && !tracefsIsMounted();
  return classify(-status, unmounted ? 'tracefs is not mounted' : `attaching: ${native.errorMessage(-status)}`, false);
}

function attachStatus(program: Handle<'fd'>, probe: ProgramProbe, attachType: number): number {
  switch (probe.type) {
    case 'tracing':
      return probe.expectedAttachType === 'trace_iter' ? native.probeAttachLink(program, 0, attachType) : native.probeAttachRaw(program, null);
    case 'lsm':
      return probe.expectedAttachType === 'lsm_cgroup' ? attachToCgroup(program, probe, attachType) : native.probeAttachRaw(program, null);
    case 'raw_tracepoint':
      return native.probeAttachRaw(program, probe.attachTo ?? '');
    case 'tracepoint':
      return attachPerf(program, perfTypeTracepoint, tracepointId(probe.attachTo ?? ''), null);
    case 'kprobe':
      return attachProbe(program, probe.attachTo);
    case 'perf_event':
      return attachPerf(program, perfTypeSoftware, 0, null);
    default:
      return /^(cgroup_|sock_ops$)/.test(probe.type) ? attachToCgroup(program, probe, attachType) : 0;
  }
}

function attachToCgroup(program: Handle<'fd'>, { cgroup }: ProgramProbe, attachType: number): number {
  return cgroup === undefined ? 0 : withFile(cgroup, (fd) => native.probeAttachLink(program, fd, attachType));
}

/** Without a kernel function, a uprobe on the first byte of this program's file: nobody ever executes the ELF header. */
function attachProbe(program: Handle<'fd'>, fn: string | undefined): number {
  const kind = fn === undefined ? 'uprobe' : 'kprobe';
  return attachPerf(program, numberIn(`/sys/bus/event_source/devices/${kind}/type`), 0, fn ?? process.execPath);
}

/** perf_type_id in include/uapi/linux/perf_event.h. */
const perfTypeSoftware = 1;
const perfTypeTracepoint = 2;

/** A number that could not be read means that the kernel has no such event. */
function attachPerf(program: Handle<'fd'>, type: number | undefined, config: number | undefined, fn: string | null): number {
  if (type === undefined || config === undefined) return -ENOENT;
  return native.probeAttachPerf(program, type, config, fn);
}

function tracepointId(event: string): number | undefined {
  return tracefsPaths.map((path) => numberIn(`${path}/events/${event}/id`)).find((id) => id !== undefined);
}

function tracefsIsMounted(): boolean {
  return tracefsPaths.some((path) => existsSync(`${path}/events`));
}

/** Since 4.1, and before. */
const tracefsPaths = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];

function numberIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isRefusal(result: Handle<'fd'> | NativeRefusal): result is NativeRefusal {
  return 'errno' in result;
}

function refusalOf(refusal: NativeRefusal): ProbeResult {
  const said = refusal.log.split('\n').find((line) => line !== '' && !line.startsWith('processed '));
  return classify(refusal.errno, said ?? native.errorMessage(refusal.errno), said !== undefined);
}

/**
 * EINVAL and E2BIG without a word from the verifier: the kernel does not know the type or the attribute. With one: it
 * knows it, and does not like this program.
 */
function classify(errno: number, reason: string, verifierSpoke: boolean): ProbeResult {
  const unknown = errno === EINVAL || errno === E2BIG;
  const missing = [ENOENT, ESRCH, EOPNOTSUPP, ENOTSUPP].includes(errno);
  return missing || (unknown && !verifierSpoke) ? absent(errno, reason) : { status: 'refused', errno, reason: `${errnoName(errno)}: ${reason}` };
}

function absent(errno: number, reason: string): ProbeResult {
  return { status: 'absent', errno, reason: `${errnoName(errno)}: ${reason}` };
}

function numberOf(list: readonly string[], name: string, noun: string): number {
  const number = list.indexOf(name);
  if (number < 0) throw new RangeError(`no ${noun} is called '${name}'`);
  return number;
}
