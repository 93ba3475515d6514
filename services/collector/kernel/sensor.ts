/**
 * The process sensor in the kernel: its object is loaded, attached and pinned as one, under a name made from everything
 * that was decided at load (the object's bytes, scope, ring size). The pins keep it running when the collector dies:
 * the ring goes on filling, and the next collector with the same settings adopts it and reads on. One with other
 * settings attaches its own, hands over in one write, detaches the old one, and reads what that one's ring still holds.
 *
 *   <directory>/state            ring_state, shared by all generations: sequence numbers go on
 *   <directory>/active           which generation reports
 *   <directory>/<generation>/    ring, links, snapshot; and ready, the map of faults, pinned last
 *   <directory>/<generation>-N/  ring: what a sensor of these settings held when others took over, not read yet
 *
 * One collector at a time: whoever calls holds the directory's lock.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BpfError, BpfMap, openObject, type Link, type ObjectSpec } from 'libbpf-ts';
import { RingfenceError } from '#runtime/errors.ts';
import { removePins } from './bpffs.ts';
import { resolveCgroup } from './cgroup.ts';
import type { Scope } from './kernel.ts';

export interface SensorOptions {
  readonly objectPath: string;
  readonly scope: Scope;
  /** A power of two of at least one page. */
  readonly ringBytes: number;
  /** To go on from, when no pinned state says better: the newest sequence number, and the drops so far. */
  readonly seq: bigint;
  readonly dropped: bigint;
}

/** Paths of the pins of a running sensor. */
export interface Sensor {
  readonly directory: string;
  readonly ring: string;
  readonly faults: string;
  readonly state: string;
  readonly active: string;
  readonly snapshot: string;
  /** Rings of sensors that ran before with other settings: nothing comes into them any more. Remove when read. */
  readonly predecessors: readonly string[];
}

const tracepoints = ['process__fork', 'process__exec', 'process__exit'];
const shared = ['state', 'active'];
const zeroKey = Buffer.alloc(4);

/** A program that had begun when another generation took over is done after this: they run for microseconds. */
const handOverMs = 20;

/** Throws KERNEL_REFUSED with the verifier's word in the cause, or CONFIG_INVALID for a scope that does not exist. */
export function startSensor(directory: string, options: SensorOptions): Sensor {
  const name = generationName(options);
  const sensor = pinsOf(directory, name);
  if (!existsSync(sensor.faults)) {
    setAside(sensor);
    loadGeneration(sensor, options, generationNumber(name));
  }
  activate(sensor.active, generationNumber(name));
  const others = readdirSync(directory).filter((each) => each !== name && !shared.includes(each));
  return { ...sensor, predecessors: others.flatMap((other) => retire(pinsOf(directory, other))) };
}

/** Ends reporting, at once and for good until the next start. */
export function silenceSensor(active: string): void {
  activate(active, 0n);
}

/** Detaches everything and forgets the sequence numbers: the caller has noted the last one. */
export function stopSensor(directory: string): void {
  removePins(directory);
}

type Pins = Omit<Sensor, 'predecessors'>;

function pinsOf(directory: string, name: string): Pins {
  const generation = join(directory, name);
  const [ring, faults, snapshot] = ['ring', 'ready', 'snapshot'].map((pin) => join(generation, pin)) as [string, string, string];
  return { directory: generation, ring, faults, snapshot, state: join(directory, 'state'), active: join(directory, 'active') };
}

/** Waits out what had begun under the generation before. */
function activate(path: string, generation: bigint): void {
  using active = BpfMap.openPinned(path);
  if (active.get(zeroKey)?.readBigUInt64LE() === generation) return;
  active.set(zeroKey, u64(generation));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, handOverMs);
}

/** Detaches an old generation; its ring stays until it has been read. */
function retire(old: Pins): string[] {
  if (!existsSync(old.ring)) {
    removePins(old.directory);
    return [];
  }
  for (const pin of readdirSync(old.directory)) if (pin !== 'ring') unlinkSync(join(old.directory, pin));
  return [old.ring];
}

/** A sensor of the same settings that was retired, or never got ready: what its ring holds is read like any predecessor's. */
function setAside(old: Pins): void {
  if (!existsSync(old.directory) || retire(old).length === 0) return;
  let number = 1;
  while (existsSync(`${old.directory}-${number}`)) number++;
  renameSync(old.directory, `${old.directory}-${number}`);
}

function loadGeneration(sensor: Pins, options: SensorOptions, generation: bigint): void {
  mkdirSync(sensor.directory, { mode: 0o700 });
  try {
    using spec = openObject(options.objectPath);
    configure(spec, sensor, options, generation);
    using object = spec.load();
    if (object.map('process_ring_state').get(zeroKey)?.readBigUInt64LE() === 0n) seedState(object.map('process_ring_state'), options);
    if (options.scope.tree !== undefined) object.map('scope_processes').set(u32(options.scope.tree), Buffer.from([1]));
    pinAndClose(object.program('process__snapshot').attachIter(), sensor.snapshot);
    for (const name of tracepoints) pinAndClose(object.program(name).attach(), join(sensor.directory, name));
    object.map('process_faults').pin(join(sensor.directory, 'ready'));
  } catch (cause) {
    removePins(sensor.directory);
    if (!(cause instanceof BpfError)) throw cause;
    throw new RingfenceError('KERNEL_REFUSED', `the kernel refused the process sensor: ${cause.message}`, { cause, details: { errno: cause.code, verifierLog: cause.verifierLog?.slice(-2000) } });
  }
}

/** The pin alone keeps it: a descriptor of ours would keep it attached after the pin is gone, until garbage collection. */
function pinAndClose(link: Link, path: string): void {
  using owned = link;
  owned.pin(path);
}

function configure(spec: ObjectSpec, sensor: Pins, options: SensorOptions, generation: bigint): void {
  spec.map('process_ring').maxEntries = options.ringBytes;
  spec.map('process_ring').pinPath = sensor.ring;
  spec.map('process_ring_state').pinPath = sensor.state;
  spec.map('active_generation').pinPath = sensor.active;
  spec.variable('generation').value = u64(generation);
  spec.variable('wake_bytes').value = u32(options.ringBytes / 8);
  spec.variable('scope_tree').value = Buffer.from([Number(options.scope.tree !== undefined)]);
  if (options.scope.cgroup === undefined) return;
  const cgroup = resolveCgroup(options.scope.cgroup);
  spec.variable('scope_cgroup_id').value = u64(cgroup.id);
  spec.variable('scope_cgroup_level').value = u32(cgroup.level);
}

/** struct ring_state. */
function seedState(state: BpfMap, { seq, dropped }: SensorOptions): void {
  const value = Buffer.alloc(16);
  value.writeBigUInt64LE(seq, 0);
  value.writeBigUInt64LE(dropped, 8);
  state.set(zeroKey, value);
}

function generationName(options: SensorOptions): string {
  const cgroup = options.scope.cgroup === undefined ? null : String(resolveCgroup(options.scope.cgroup).id);
  const decided = JSON.stringify([cgroup, options.scope.tree ?? null, options.ringBytes]);
  return createHash('sha256').update(readFileSync(options.objectPath)).update(decided).digest('hex').slice(0, 12);
}

/** The name is hexadecimal and never all zeros in practice: 0 means that nobody reports. */
function generationNumber(name: string): bigint {
  return BigInt(`0x${name}`);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
