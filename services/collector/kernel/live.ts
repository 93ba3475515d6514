/** The kernel of this host, through the pinned sensor. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BpfError, BpfMap, frameHeaderBytes, openObject, RingBuffer } from 'libbpf-ts';
import type { Clock } from '#runtime/clock/clock.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { openBpffs, releaseBpffs, removePins, type PinDirectory } from './bpffs.ts';
import type { Kernel, KernelCounters, RawRecords, Scope } from './kernel.ts';
import { isClockStep, readNodeState, writeNodeState, type NodeState } from './node-state.ts';
import { silenceSensor, startSensor, stopSensor, type Sensor } from './sensor.ts';

export interface LiveKernelOptions {
  /** Directory of state; what is pinned is named after `instance`. */
  readonly home: string;
  readonly instance: string;
  readonly scope: Scope;
  readonly ringBytes: number;
  /** Most bytes of one read: bounds how long the event loop is held. */
  readonly readBytesMax: number;
}

const processRing = 0;
const zeroKey = Buffer.alloc(4);
const faultNames = ['args_unreadable', 'scope_full', 'exit_unclaimed'];
const objectPath = join(import.meta.dirname, '../../../bpf/build/process.bpf.o');

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
    const [seq, dropped] = [state.seq[processRing] ?? 0n, state.dropped[processRing] ?? 0n];
    const sensor = startSensor(pins.path, { objectPath, scope: options.scope, ringBytes: options.ringBytes, seq, dropped });
    return new LiveKernel(options, pins, sensor, state, statePath, clock);
  } catch (error) {
    pins.lock.close();
    throw error;
  }
}

class LiveKernel implements Kernel {
  readonly ring = processRing;
  readonly bootId: string;
  private readonly options: LiveKernelOptions;
  private readonly pins: PinDirectory;
  private readonly sensor: Sensor;
  private state: NodeState;
  private readonly statePath: string;
  private readonly clock: Clock;
  /** Of the moment when the time of boot was measured; see followClock. */
  private roughBootTimeNs: bigint;
  private readonly ringBuffer: RingBuffer;
  private readonly ringState: BpfMap;
  private readonly faults: BpfMap;
  private readonly buffer: Buffer;
  /** What the rings of retired sensors still held. Their cursors lie below those of the ring: …, -2, -1. */
  private readonly inherited: RawRecords[];
  private predecessors: readonly string[];
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
    using ringMap = BpfMap.openPinned(sensor.ring);
    this.ringBuffer = RingBuffer.open(ringMap);
    this.ringState = BpfMap.openPinned(sensor.state);
    this.faults = BpfMap.openPinned(sensor.faults);
    this.buffer = Buffer.allocUnsafeSlow(options.readBytesMax);
    this.predecessors = sensor.predecessors;
    const rings = sensor.predecessors.map((path) => readRing(path, options.readBytesMax));
    const chunks = rings.filter((ring) => ring.length > 0).sort(byFirstNumber).flat();
    this.inherited = chunks.map((chunk, index) => ({ ...chunk, cursor: BigInt(index - chunks.length) }));
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
    return frameRecords(readFileSync(this.sensor.snapshot));
  }

  onReadable(callback: () => void): void {
    this.ringBuffer.onReadable(callback);
  }

  read(): RawRecords | null {
    const inherited = this.inherited.shift();
    if (inherited !== undefined) return inherited;
    const { bytes, records } = this.ringBuffer.read(this.buffer);
    return records === 0 ? null : { bytes: this.buffer.subarray(0, bytes), count: records, cursor: this.ringBuffer.cursor };
  }

  release(cursor: bigint): void {
    if (cursor >= -1n) this.removePredecessors();
    if (cursor >= 0n) this.ringBuffer.release(cursor);
  }

  counters(): KernelCounters {
    const state = this.ringState.get(zeroKey)!;
    const fill = this.ringBuffer.fill();
    return {
      seen: state.readBigUInt64LE(0),
      droppedRingFull: state.readBigUInt64LE(8),
      faults: Object.fromEntries(faultNames.map((name, index) => [name, this.sumPerCpu(index)])),
      ringUsedBytes: fill.availableBytes + fill.heldBytes,
      ringBytes: fill.sizeBytes,
    };
  }

  stop(): void {
    silenceSensor(this.sensor.active);
  }

  /**
   * Ends the sensor. Its last sequence number is kept for the next. Every step is made even when one fails (the pins may
   * be gone): what stayed open would keep the process from ending. Throws the first failure; closes once.
   */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const failures: unknown[] = [];
    const steps = [
      () => this.stop(),
      () => this.keepCounts(),
      () => stopSensor(this.pins.path),
      ...[this.ringBuffer, this.ringState, this.faults, this.pins.lock].map((part) => () => part.close()),
      () => releaseBpffs(this.options.home),
    ];
    for (const step of steps) {
      try {
        step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  private keepCounts(): void {
    const { seen, droppedRingFull } = this.counters();
    const seq = { ...this.state.seq, [processRing]: seen };
    const dropped = { ...this.state.dropped, [processRing]: droppedRingFull };
    writeNodeState(this.statePath, { ...this.state, seq, dropped });
  }

  /** Their records are safe: the pins were kept so that a collector that dies before finds them again. */
  private removePredecessors(): void {
    for (const ring of this.predecessors) removePins(dirname(ring));
    this.predecessors = [];
  }

  private sumPerCpu(index: number): bigint {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(index);
    return (this.faults.getPerCpu(key) ?? []).reduce((sum, value) => sum + value.readBigUInt64LE(), 0n);
  }
}

/** All that a ring holds and nobody has released, in pieces of `bytesMax`. At most the ring's size, at start only. */
function readRing(path: string, bytesMax: number): RawRecords[] {
  using map = BpfMap.openPinned(path);
  using ring = RingBuffer.open(map);
  const chunks: RawRecords[] = [];
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(bytesMax);
    const { bytes, records } = ring.read(buffer);
    if (records === 0) return chunks;
    chunks.push({ bytes: buffer.subarray(0, bytes), count: records, cursor: 0n });
  }
}

/** Rings of several sensors are read in the order in which those reported. */
function byFirstNumber(one: readonly RawRecords[], other: readonly RawRecords[]): number {
  const first = (chunks: readonly RawRecords[]) => chunks[0]!.bytes.readBigUInt64LE(frameHeaderBytes + seqOffset);
  return first(one) < first(other) ? -1 : 1;
}

const seqOffset = 0; // rf_header.seq
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
  return { bytes: Buffer.concat(parts), count, cursor: 0n };
}

/** The same as measureBootTime to 10 ms, as /proc/uptime shows CLOCK_BOOTTIME; a time namespace may shift it, always alike. */
function roughBootTime(clock: Clock): bigint {
  const [seconds, hundredths] = readFileSync('/proc/uptime', 'latin1').split(' ')[0]!.split('.');
  return clock.nowNs() - (BigInt(seconds!) * 100n + BigInt(hundredths!)) * 10_000_000n;
}

/** ns since the epoch at boot: the time of day minus the kernel's CLOCK_BOOTTIME, read by a program of ours. */
function measureBootTime(clock: Clock): bigint {
  try {
    using spec = openObject(objectPath);
    for (const program of spec.programs) program.autoload = program.name === 'clock__read';
    // Maps come with the object whatever is loaded of it: none of them needs room here.
    spec.map('process_ring').maxEntries = 4096;
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
