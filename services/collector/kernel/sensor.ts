/**
 * The sensor in the kernel: objects that share their maps, pinned as one generation under a name made from everything that
 * was decided at load (the objects' bytes, scope, ring size). The pins keep it running when the collector dies: the rings
 * go on filling, and the next collector with the same settings adopts them and reads on. One with other settings attaches
 * its own, hands over in one write, detaches the old one, and reads what that one's rings still hold.
 *
 *   <directory>/ring_states            sequence numbers, shared by all generations: they go on
 *   <directory>/active_generation      which generation reports
 *   <directory>/<generation>/          process_ring, event_ring
 *   <directory>/<generation>/maps/     every other map, by its name
 *   <directory>/<generation>/programs/ every program that is attached, by its name; which ones depends on the interest
 *   <directory>/<generation>/ready     a directory, made last
 *   <directory>/<generation>-N/        rings: what a sensor of these settings held when others took over, not read yet
 *
 * One collector at a time: whoever calls holds the directory's lock.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BpfError, BpfMap } from 'libbpf-ts';
import { RingfenceError } from '#runtime/errors.ts';
import { removePins } from './bpffs.ts';
import { resolveCgroup } from './cgroup.ts';
import { processesOnly, type KernelInterest } from './interest.ts';
import { writeInterest } from './interest-maps.ts';
import { loadPrograms, type ObjectPrograms, type ProgramSite } from './load-programs.ts';
import { LoaderThread } from './loader-thread.ts';
import { ProgramSet } from './program-set.ts';
import { withEnds } from './programs.ts';
import { mapPin, programPin, programsDirectory, ringMaps, sharedMaps } from './sensor-pins.ts';
import type { Scope } from './kernel.ts';
import { u32, u64 } from './map-bytes.ts';

export interface SensorOptions {
  /** Of the built objects. */
  readonly objectDirectory: string;
  readonly scope: Scope;
  /** Of each ring: a power of two of at least one page. */
  readonly ringBytes: number;
  /** To go on from, when no pinned state says better: of each ring the newest sequence number, and the drops so far. */
  readonly rings: readonly { readonly seq: bigint; readonly dropped: bigint }[];
}

const zeroKey = Buffer.alloc(4);

/** A program that had begun when another generation took over is done after this: they run for microseconds. */
const handOverMs = 20;

/** A running sensor. What it says is read from its pins; it goes on without this object. */
export class Sensor {
  /** Rings of sensors that ran before with other settings: nothing comes into them any more. Remove when read. */
  readonly predecessors: readonly RetiredRing[];
  private readonly site: ProgramSite;
  private readonly programs: ProgramSet;
  /** The newest. */
  private asked: KernelInterest = processesOnly;
  /** The way to what is asked, while it is not there yet. */
  private following: Promise<void> | null = null;
  private stopping = false;

  /** Throws KERNEL_REFUSED with the verifier's word in the cause, or CONFIG_INVALID for a scope that does not exist. */
  constructor(directory: string, options: SensorOptions) {
    const name = generationName(options);
    const { objectDirectory, scope, ringBytes } = options;
    this.site = { pins: { directory, generation: join(directory, name) }, objectDirectory, generation: generationNumber(name), scope, ringBytes };
    this.programs = new ProgramSet(this.site.pins);
    if (!existsSync(join(this.site.pins.generation, 'ready'))) this.load(options);
    this.activate(this.site.generation);
    const others = readdirSync(directory).filter((each) => each !== name && !sharedMaps.includes(each));
    this.predecessors = others.flatMap((other) => retire(join(directory, other)));
  }

  /** Path of the pin of a map. */
  pinOf(map: string): string {
    return mapPin(this.site.pins, map);
  }

  get snapshotPath(): string {
    return programPin(this.site.pins, 'process__snapshot');
  }

  /**
   * Programs that are missing come first, loaded by a thread of their own; then the maps that let events pass; then programs
   * that nothing needs go. Resolves to true when it holds; to false when a later one has taken its place, or the sensor was
   * stopped, before it did. Rejects with KERNEL_REFUSED, or SERVICE_FAILED: what held before then still does.
   */
  async setInterest(asked: KernelInterest): Promise<boolean> {
    if (this.stopping) return false;
    const interest = withEnds(asked);
    this.asked = interest;
    this.following ??= this.follow();
    try {
      await this.following;
      return this.isAsked(interest);
    } catch (error) {
      if (this.isAsked(interest)) throw error;
      return false;
    }
  }

  /** Ends reporting, at once and for good until the next start. */
  silence(): void {
    this.activate(0n);
  }

  /**
   * Detaches everything and forgets the sequence numbers: the caller has noted the last ones. What is being loaded is waited
   * for, up to seconds, since it would be pinned after the rest is gone.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    // Whoever asked is told.
    await this.following?.catch(() => {});
    removePins(this.site.pins.directory);
  }

  /** Ends when the newest interest holds. One that comes meanwhile takes the place of the one that is on its way. */
  private async follow(): Promise<void> {
    try {
      for (let interest = this.asked; ; interest = this.asked) {
        try {
          await this.bring(interest);
        } catch (error) {
          if (this.isAsked(interest)) throw error;
        }
        if (this.stopping || this.isAsked(interest)) return;
      }
    } finally {
      // At once with the last look at what is asked: nothing asked later is overlooked.
      this.following = null;
    }
  }

  /** Gives up between two objects when it is not asked for any more: what was loaded for it may be of use for the next. */
  private async bring(interest: KernelInterest): Promise<void> {
    const missing = this.programs.missing(interest);
    if (missing.length > 0) await this.add(missing, interest);
    if (!this.isAsked(interest)) return;
    refusing(() => {
      writeInterest((map) => this.pinOf(map), interest);
      this.programs.removeUnwanted(interest);
    });
  }

  private async add(missing: readonly ObjectPrograms[], interest: KernelInterest): Promise<void> {
    await using loader = new LoaderThread(this.site);
    for (const programs of missing) {
      await loader.load(programs).catch(refuse);
      if (!this.isAsked(interest)) return;
    }
  }

  private isAsked(interest: KernelInterest): boolean {
    return !this.stopping && this.asked === interest;
  }

  private load(options: SensorOptions): void {
    const { pins } = this.site;
    setAside(pins.generation);
    mkdirSync(join(pins.generation, 'maps'), { recursive: true, mode: 0o700 });
    mkdirSync(programsDirectory(pins), { mode: 0o700 });
    try {
      refusing(() => {
        for (const programs of this.programs.missing(processesOnly)) loadPrograms(this.site, programs);
        this.seed(options);
        mkdirSync(join(pins.generation, 'ready'), { mode: 0o700 });
      });
    } catch (error) {
      removePins(pins.generation);
      throw error;
    }
  }

  /** Nobody reports yet: the first sequence number comes after this. */
  private seed({ rings, scope }: SensorOptions): void {
    using states = BpfMap.openPinned(this.pinOf('ring_states'));
    rings.forEach(({ seq, dropped }, ring) => {
      if (states.get(u32(ring))?.readBigUInt64LE() === 0n) states.set(u32(ring), Buffer.concat([u64(seq), u64(dropped), u64(0n)]));
    });
    if (scope.tree === undefined) return;
    using tree = BpfMap.openPinned(this.pinOf('scope_processes'));
    tree.set(u32(scope.tree), Buffer.from([1]));
  }

  /** Waits out what had begun under the generation before. */
  private activate(generation: bigint): void {
    using active = BpfMap.openPinned(this.pinOf('active_generation'));
    if (active.get(zeroKey)?.readBigUInt64LE() === generation) return;
    active.set(zeroKey, u64(generation));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, handOverMs);
  }
}

export interface RetiredRing {
  readonly ring: number;
  /** Of the pin; its directory holds nothing but rings. */
  readonly path: string;
}

/** Detaches an old generation; its rings stay until they have been read. */
function retire(generation: string): RetiredRing[] {
  for (const entry of readdirSync(generation, { withFileTypes: true })) {
    const path = join(generation, entry.name);
    if (entry.isDirectory()) removePins(path);
    else if (!(ringMaps as readonly string[]).includes(entry.name)) unlinkSync(path);
  }
  const rings = ringMaps.map((map, ring) => ({ ring, path: join(generation, map) })).filter(({ path }) => existsSync(path));
  if (rings.length === 0) removePins(generation);
  return rings;
}

/** A sensor of the same settings that was retired, or never got ready: what its rings hold is read like any predecessor's. */
function setAside(generation: string): void {
  if (!existsSync(generation) || retire(generation).length === 0) return;
  let number = 1;
  while (existsSync(`${generation}-${number}`)) number++;
  renameSync(generation, `${generation}-${number}`);
}

function refusing(act: () => void): void {
  try {
    act();
  } catch (error) {
    refuse(error);
  }
}

function refuse(cause: unknown): never {
  if (!(cause instanceof BpfError)) throw cause;
  throw new RingfenceError('KERNEL_REFUSED', `the kernel refused the sensor: ${cause.message}`, { cause, details: { errno: cause.code, verifierLog: cause.verifierLog?.slice(-2000) } });
}

function generationName(options: SensorOptions): string {
  const cgroup = options.scope.cgroup === undefined ? null : String(resolveCgroup(options.scope.cgroup).id);
  const hash = createHash('sha256').update(JSON.stringify([cgroup, options.scope.tree ?? null, options.ringBytes]));
  for (const file of readdirSync(options.objectDirectory).sort()) {
    if (file.endsWith('.bpf.o')) hash.update(file).update(readFileSync(join(options.objectDirectory, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The name is hexadecimal and never all zeros in practice: 0 means that nobody reports. */
function generationNumber(name: string): bigint {
  return BigInt(`0x${name}`);
}
