/** The kernel of this host, through the pinned sensor. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BpfError, BpfMap, frameHeaderBytes, openObject, RingBuffer } from 'libbpf-ts';
import type { Clock } from '#runtime/clock/clock.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { kernelKinds } from '#schemas/generated/decode.gen.ts';
import { openBpffs, releaseBpffs, removePins, type PinDirectory } from './bpffs.ts';
import type { KernelInterest } from './interest.ts';
import { frameBytes, recordTime, type Kernel, type KernelCounters, type KindCounters, type RawRecords, type RingCounters, type Scope } from './kernel.ts';
import { isClockStep, readNodeState, writeNodeState, type NodeState } from './node-state.ts';
import { readAhead, readToEnd, RingMerge, type RingSource } from './ring-merge.ts';
import { Sensor, type RetiredRing } from './sensor.ts';
import { ringMaps } from './sensor-pins.ts';
import { u32 } from './map-bytes.ts';

export interface LiveKernelOptions {
  /** Directory of state; what is pinned is named after `instance`. */
  readonly home: string;
  readonly instance: string;
  readonly scope: Scope;
  /** Of each ring. */
  readonly ringBytes: number;
  /** Most bytes of one read: bounds how long the event loop is held. */
  readonly readBytesMax: number;
}

/** In the order of enum fault. */
const faultNames = ['args_unreadable', 'scope_full', 'name_unreadable', 'stash_full', 'programs_full', 'writings_missed'];

/** As a rule, a record is written in microseconds. */
const readAgainMs = 1;

const objectDirectory = join(import.meta.dirname, '../../../bpf/build');

/**
 * Attaches, or adopts what a collector that died has left. Throws HOST_UNSUPPORTED, KERNEL_REFUSED, CONFIG_INVALID, and
 * COLLECTOR_RUNNING while another has the same instance open.
 */
export function openLiveKernel(options: LiveKernelOptions, clock: Clock): Kernel {
  const bootTimeNs = measureBootTime(clock);
  const pins = openBpffs(options.home, options.instance);
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const statePath = join(options.home, `node-${encodeURIComponent(options.instance)}.json`);
    const state = readNodeState(statePath, bootId, bootTimeNs);
    writeNodeState(statePath, state);
    const rings = ringMaps.map((_, ring) => ({ seq: state.seq[ring] ?? 0n, dropped: state.dropped[ring] ?? 0n }));
    const sensor = new Sensor(pins.path, { objectDirectory, scope: options.scope, ringBytes: options.ringBytes, rings });
    return new LiveKernel(options, pins, sensor, state, statePath, clock);
  } catch (error) {
    pins.lock.close();
    throw error;
  }
}

class LiveKernel implements Kernel {
  readonly bootId: string;
  private readonly options: LiveKernelOptions;
  private readonly pins: PinDirectory;
  private readonly sensor: Sensor;
  private state: NodeState;
  private readonly statePath: string;
  private readonly clock: Clock;
  /** Of the moment when the time of boot was measured; see followClock. */
  private roughBootTimeNs: bigint;
  private readonly rings: readonly RingBuffer[];
  private readonly ringStates: BpfMap;
  private readonly kindCounters: BpfMap;
  private readonly faults: BpfMap;
  private readonly merge: RingMerge;
  /** What the rings of retired sensors still held, read by read. Their cursors lie below those of the rings: …, -2, -1. */
  private readonly inherited: (readonly RawRecords[])[];
  private readonly inheritedUnsure: number;
  /** Of these, not released. */
  private inheritedLeft: number;
  private predecessors: readonly RetiredRing[];
  private closed = false;

  constructor(options: LiveKernelOptions, pins: PinDirectory, sensor: Sensor, state: NodeState, statePath: string, clock: Clock) {
    this.options = options;
    this.pins = pins;
    this.sensor = sensor;
    this.state = state;
    this.statePath = statePath;
    this.bootId = state.bootId;
    this.clock = clock;
    this.roughBootTimeNs = roughBootTime(clock);
    this.rings = ringMaps.map((map) => openRing(sensor.pinOf(map)));
    this.ringStates = BpfMap.openPinned(sensor.pinOf('ring_states'));
    this.kindCounters = BpfMap.openPinned(sensor.pinOf('kind_counters'));
    this.faults = BpfMap.openPinned(sensor.pinOf('faults'));
    this.merge = mergeOf(this.rings, options.readBytesMax, clock);
    this.predecessors = sensor.predecessors;
    const { reads, unsure } = readRetired(sensor.predecessors, options.readBytesMax, clock);
    this.inherited = reads;
    this.inheritedUnsure = unsure;
    this.inheritedLeft = reads.flat().length;
    if (this.inheritedLeft === 0) this.removePredecessors();
  }

  get bootTimeNs(): bigint {
    return this.state.bootTimeNs;
  }

  /** The rough measurement costs two reads, the exact one loads a program: that is done when there was a step. */
  followClock(): bigint {
    const rough = roughBootTime(this.clock);
    if (!isClockStep(this.roughBootTimeNs, rough)) return 0n;
    const before = this.bootTimeNs;
    this.state = { ...this.state, bootTimeNs: measureBootTime(this.clock) };
    this.roughBootTimeNs = rough;
    writeNodeState(this.statePath, this.state);
    return this.bootTimeNs - before;
  }

  /** Reading a pinned iterator runs it. Its records come without frames: each says its own size. */
  snapshot(): RawRecords {
    return frameRecords(readFileSync(this.sensor.snapshotPath));
  }

  /** By a reader of its own, which releases nothing. */
  *livesAhead(): Generator<RawRecords> {
    for (const pieces of this.inherited) yield* pieces.filter(({ ring }) => ring === 0);
    using ring = openRing(this.sensor.pinOf(ringMaps[0]));
    yield* readAhead(ring, this.options.readBytesMax, () => this.clock.monotonicMs(), pause);
  }

  onReadable(callback: () => void): void {
    for (const ring of this.rings) ring.onReadable(callback);
  }

  read(): readonly RawRecords[] {
    return this.inherited.shift() ?? this.merge.read();
  }

  get waits(): boolean {
    return this.inherited.length > 0 || this.merge.waits;
  }

  release(ring: number, cursor: bigint): void {
    if (cursor >= 0n) return this.rings[ring]!.release(cursor);
    if (--this.inheritedLeft === 0) this.removePredecessors();
  }

  setInterest(interest: KernelInterest): Promise<boolean> {
    return this.sensor.setInterest(interest);
  }

  counters(): KernelCounters {
    return {
      rings: this.rings.map((ringBuffer, ring) => this.ringCounters(ringBuffer, ring)),
      kinds: Object.fromEntries(Object.entries(kernelKinds).flatMap(([kind, number]) => this.countersOfKind(kind, number))),
      faults: { ...Object.fromEntries(faultNames.map((name, index) => [name, sumPerCpu(this.faults, index, 0)])), order_unsure: BigInt(this.inheritedUnsure + this.merge.unsure) },
    };
  }

  stop(): void {
    this.sensor.silence();
  }

  /**
   * Ends the sensor. Its last sequence number is kept for the next. Every step is made even when one fails (the pins may
   * be gone): what stayed open would keep the process from ending. Throws the first failure; closes once.
   */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const failures: unknown[] = [];
    const steps = [
      () => this.stop(),
      () => this.keepCounts(),
      () => this.sensor.stop(),
      ...[...this.rings, this.ringStates, this.kindCounters, this.faults, this.pins.lock].map((part) => () => part.close()),
      () => releaseBpffs(this.options.home),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  private keepCounts(): void {
    const { rings } = this.counters();
    const seq = Object.fromEntries(rings.map(({ seen }, ring) => [ring, seen]));
    const dropped = Object.fromEntries(rings.map(({ droppedRingFull }, ring) => [ring, droppedRingFull]));
    writeNodeState(this.statePath, { ...this.state, seq, dropped });
  }

  private ringCounters(ringBuffer: RingBuffer, ring: number): RingCounters {
    const state = this.ringStates.get(u32(ring))!;
    const fill = ringBuffer.fill();
    return { seen: state.readBigUInt64LE(0), droppedRingFull: state.readBigUInt64LE(8), usedBytes: fill.availableBytes + fill.heldBytes, bytes: fill.sizeBytes };
  }

  private countersOfKind(kind: string, number: number): [string, KindCounters][] {
    const counters = { filtered: sumPerCpu(this.kindCounters, number, 0), dropped: sumPerCpu(this.kindCounters, number, 8) };
    return counters.filtered + counters.dropped === 0n ? [] : [[kind, counters]];
  }

  /** Their records are safe: the pins were kept so that a collector that dies before finds them again. */
  private removePredecessors(): void {
    for (const directory of new Set(this.predecessors.map(({ path }) => dirname(path)))) removePins(directory);
    this.predecessors = [];
  }
}

function openRing(path: string): RingBuffer {
  using map = BpfMap.openPinned(path);
  return RingBuffer.open(map);
}

function sumPerCpu(map: BpfMap, index: number, offset: number): bigint {
  return (map.getPerCpu(u32(index)) ?? []).reduce((sum, value) => sum + value.readBigUInt64LE(offset), 0n);
}

function mergeOf([lives = noRing, events = noRing]: readonly (RingSource | undefined)[], bytesMax: number, clock: Clock): RingMerge {
  return new RingMerge(lives, events, bytesMax, () => clock.monotonicMs());
}

/** Of a sensor that never got ready. */
const noRing: RingSource = { cursor: 0n, read: () => ({ bytes: 0, records: 0, discarded: 0, stop: 'empty' }) };

interface Inherited {
  readonly reads: (readonly RawRecords[])[];
  /** See RingMerge.unsure. */
  readonly unsure: number;
}

/** All that the rings of retired sensors hold and nobody has released, in the order in which those reported. At most the rings' sizes, at start only. */
function readRetired(retired: readonly RetiredRing[], bytesMax: number, clock: Clock): Inherited {
  const sensors = [...Map.groupBy(retired, ({ path }) => dirname(path)).values()].map((rings) => readSensor(rings, bytesMax, clock));
  const reads = sensors.map((each) => each.reads).filter((each) => each.length > 0).sort(([one], [other]) => firstTime(one!) - firstTime(other!)).flat();
  let cursor = -BigInt(reads.flat().length);
  return { reads: reads.map((pieces) => pieces.map((piece) => ({ ...piece, cursor: cursor++ }))), unsure: sensors.reduce((sum, { unsure }) => sum + unsure, 0) };
}

function readSensor(retired: readonly RetiredRing[], bytesMax: number, clock: Clock): Inherited {
  using opened = new DisposableStack();
  const rings = ringMaps.map((_, ring) => retired.find((each) => each.ring === ring)).map((found) => found && opened.use(openRing(found.path)));
  const merge = mergeOf(rings, bytesMax, clock);
  return { reads: readToEnd(merge, pause), unsure: merge.unsure };
}

/** At start only, when nothing else waits for this thread. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, readAgainMs);
}

function firstTime(pieces: readonly RawRecords[]): number {
  return Math.min(...pieces.map(({ bytes }) => recordTime(bytes, frameHeaderBytes)));
}

const sizeOffset = 16; // rf_header.size

function frameRecords(bytes: Buffer): RawRecords {
  const parts: Buffer[] = [];
  let count = 0;
  for (let at = 0; at + sizeOffset + 4 <= bytes.length; count++) {
    const size = bytes.readUInt32LE(at + sizeOffset);
    const frame = Buffer.alloc(frameBytes(size));
    frame.writeUInt32LE(size);
    bytes.copy(frame, 4, at, at + size);
    parts.push(frame);
    at += size;
  }
  return { ring: 0, bytes: Buffer.concat(parts), count, cursor: 0n };
}

/** The same as measureBootTime to 10 ms, as /proc/uptime shows CLOCK_BOOTTIME; a time namespace may shift it, always alike. */
function roughBootTime(clock: Clock): bigint {
  const [seconds, hundredths] = readFileSync('/proc/uptime', 'latin1').split(' ')[0]!.split('.');
  return clock.nowNs() - (BigInt(seconds!) * 100n + BigInt(hundredths!)) * 10_000_000n;
}

/** ns since the epoch at boot: the time of day minus the kernel's CLOCK_BOOTTIME, read by a program of ours. */
function measureBootTime(clock: Clock): bigint {
  try {
    using spec = openObject(join(objectDirectory, 'clock.bpf.o'));
    using object = spec.load();
    const context = Buffer.alloc(8);
    const before = clock.nowNs();
    object.program('clock__read').testRun({ context });
    return (before + clock.nowNs()) / 2n - context.readBigUInt64LE();
  } catch (cause) {
    if (!(cause instanceof BpfError)) throw cause;
    if (cause.code === 'ENOENT') throw new RingfenceError('HOST_UNSUPPORTED', 'the eBPF programs are not built: run `npm run build`', { cause });
    throw new RingfenceError('KERNEL_REFUSED', `the kernel refuses eBPF programs: ${cause.message}`, { cause, details: { errno: cause.code } });
  }
}
