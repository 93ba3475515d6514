/** The kernel of this host, through the pinned sensor. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BpfError, BpfMap, frameHeaderBytes, openObject, RingBuffer } from 'libbpf-ts';
import type { Clock } from '#runtime/clock/clock.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { kernelKinds } from '#schemas/generated/decode.gen.ts';
import { openBpffs, releaseBpffs, removePins, type PinDirectory } from './bpffs.ts';
import type { KernelInterest } from './interest.ts';
import { frames, type Kernel, type KernelCounters, type KindCounters, type RawRecords, type RingCounters, type Scope } from './kernel.ts';
import { isClockStep, readNodeState, writeNodeState, type NodeState } from './node-state.ts';
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
const faultNames = ['args_unreadable', 'scope_full', 'name_unreadable', 'stash_full', 'programs_full'];
const [processRing, eventRing] = [0, 1];

/** A round takes some microseconds; several in a row find lives only while programs are started as fast as can be. */
const roundsMax = 4;

/** No record is larger (bpf/include/record.bpf.h), and a frame has its length in front. */
const frameBytesMax = 32_768 + 8;

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
  private readonly buffers: readonly Buffer[];
  /** Read, and not given out before the lives of processes that belong to them. */
  private heldEvents: RawRecords | null = null;
  /** What the rings of retired sensors still held. Their cursors lie below those of the ring: …, -2, -1. */
  private readonly inherited: RawRecords[];
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
    this.buffers = ringMaps.map(() => Buffer.allocUnsafeSlow(options.readBytesMax));
    this.predecessors = sensor.predecessors;
    const read = sensor.predecessors.map((retired) => readRing(retired, options.readBytesMax));
    const chunks = read.filter((ring) => ring.length > 0).sort(byRingAndFirstNumber).flat();
    this.inherited = chunks.map((chunk, index) => ({ ...chunk, cursor: BigInt(index - chunks.length) }));
    this.inheritedLeft = chunks.length;
    if (chunks.length === 0) this.removePredecessors();
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

  onReadable(callback: () => void): void {
    for (const ring of this.rings) ring.onReadable(callback);
  }

  /**
   * The event ring first: an exec that came before one of its events is then in the process ring for sure. Then again for as
   * long as lives came: what a process did before its last exec is then in the event ring for sure.
   */
  read(): readonly RawRecords[] {
    const inherited = this.inherited.shift();
    if (inherited !== undefined) return [inherited];
    let lives: RawRecords | null = null;
    for (let round = 0; round < roundsMax; round++) {
      this.heldEvents = this.readOn(eventRing, this.heldEvents);
      const more = this.readOn(processRing, lives);
      if (more === lives) break;
      lives = more;
    }
    // There are more, of a time that the events may need: they wait. Where none can be read, one before them is being written.
    const isBehind = this.heldEvents !== null && (lives === null || lastTime(lives) < lastTime(this.heldEvents));
    if (isBehind && this.rings[processRing]!.fill().availableBytes > 0) return lives === null ? [] : [lives];
    const pieces = [lives, this.heldEvents].filter((piece) => piece !== null);
    this.heldEvents = null;
    return pieces;
  }

  /** What was read of a ring, and what has come since behind it; the same object when that is nothing. */
  private readOn(ring: number, before: RawRecords | null): RawRecords | null {
    const ringBuffer = this.rings[ring]!;
    const buffer = this.buffers[ring]!;
    const used = before?.bytes.length ?? 0;
    if (used > 0 && buffer.length - used < frameBytesMax) return before;
    const { bytes, records } = ringBuffer.read(buffer.subarray(used));
    return records === 0 ? before : { ring, bytes: buffer.subarray(0, used + bytes), count: (before?.count ?? 0) + records, cursor: ringBuffer.cursor };
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
      faults: Object.fromEntries(faultNames.map((name, index) => [name, sumPerCpu(this.faults, index, 0)])),
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

/** ns since boot of the last record. */
function lastTime({ bytes }: RawRecords): bigint {
  const { start } = [...frames(bytes)].at(-1)!;
  return bytes.readBigUInt64LE(start + timeOffset);
}

/** All that a ring holds and nobody has released, in pieces of `bytesMax`. At most the ring's size, at start only. */
function readRing({ ring, path }: RetiredRing, bytesMax: number): RawRecords[] {
  using reader = openRing(path);
  const chunks: RawRecords[] = [];
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(bytesMax);
    const { bytes, records } = reader.read(buffer);
    if (records === 0) return chunks;
    chunks.push({ ring, bytes: buffer.subarray(0, bytes), count: records, cursor: 0n });
  }
}

/** Rings of several sensors are read in the order in which those reported. */
function byRingAndFirstNumber(one: readonly RawRecords[], other: readonly RawRecords[]): number {
  if (one[0]!.ring !== other[0]!.ring) return one[0]!.ring - other[0]!.ring;
  const first = (chunks: readonly RawRecords[]) => chunks[0]!.bytes.readBigUInt64LE(frameHeaderBytes + seqOffset);
  return first(one) < first(other) ? -1 : 1;
}

const seqOffset = 0; // rf_header.seq
const timeOffset = 8; // rf_header.time_ns
const sizeOffset = 16; // rf_header.size

function frameRecords(bytes: Buffer): RawRecords {
  const parts: Buffer[] = [];
  let count = 0;
  for (let at = 0; at + sizeOffset + 4 <= bytes.length; count++) {
    const size = bytes.readUInt32LE(at + sizeOffset);
    const frame = Buffer.alloc(4 + ((size + 7) & ~7));
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
