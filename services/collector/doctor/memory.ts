/**
 * The kernel's memory that the maps of running sensors take. They are found from the pins; without a sensor there is
 * nothing to tell: to make the maps of the built objects for the sake of the figure would take it all for a moment.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BpfError, BpfMap, Link, pinKind, programInfo } from 'libbpf-ts';

export interface MemoryReport {
  readonly maps: readonly MapReport[];
  readonly totalBytes: number;
  /** Of that, what each processor adds. */
  readonly perCpuBytes: number;
}

export interface MapReport {
  /** As the kernel keeps it: at most 15 bytes. */
  readonly name: string;
  readonly type: string;
  /** As the kernel reckons it: exactly since 6.4, keys and values alone before. */
  readonly bytes: number;
  /** Of a per-CPU map: the values of one processor. */
  readonly perCpuBytes?: number;
}

/** Null when no sensor runs on this host, or this process may not look. */
export function kernelMemory(): MemoryReport | null {
  try {
    return sumOf(mapsOfPins(pinDirectories().flatMap(pinsBelow)));
  } catch (error) {
    // Without the rights, or pins that go away in this moment: the rest of the doctor's word stands without it.
    if (error instanceof BpfError || (error as NodeJS.ErrnoException).syscall !== undefined) return null;
    throw error;
  }
}

function sumOf(maps: readonly MapReport[]): MemoryReport | null {
  if (maps.length === 0) return null;
  const sum = (part: (map: MapReport) => number) => maps.reduce((total, map) => total + part(map), 0);
  return { maps: maps.toSorted((one, other) => other.bytes - one.bytes), totalBytes: sum((map) => map.bytes), perCpuBytes: sum((map) => map.perCpuBytes ?? 0) };
}

/** Where openBpffs puts them (kernel/bpffs.ts), on whatever BPF file system there is. */
function pinDirectories(): string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' '));
  return mounts.filter(([, , type]) => type === 'bpf').map(([, path]) => join(path!, 'ringfence')).filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
}

function pinsBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** Every map that the pins lead to: pinned itself, used by a program, or an element of such a map. */
function mapsOfPins(pins: readonly string[]): MapReport[] {
  const found = new Map<number, MapReport>();
  const programs = new Set<number>();
  const visitProgram = (id: number): void => {
    if (programs.has(id)) return;
    programs.add(id);
    for (const mapId of programInfo(id).mapIds) visitMap(() => BpfMap.openId(mapId));
  };
  const visitMap = (open: () => BpfMap): void => {
    using map = open();
    if (found.has(map.info.id)) return;
    found.set(map.info.id, reportOf(map));
    if (map.info.type === 'prog_array') for (const id of elementsOf(map)) visitProgram(id);
    if (map.info.type.endsWith('_of_maps')) for (const id of elementsOf(map)) visitMap(() => BpfMap.openId(id));
  };
  for (const pin of pins) {
    const kind = pinKind(pin);
    if (kind === 'map') visitMap(() => BpfMap.openPinned(pin));
    if (kind === 'link') visitProgram(programOf(pin));
  }
  return [...found.values()];
}

function programOf(pin: string): number {
  using link = Link.openPinned(pin);
  return link.info().programId;
}

/** Ids of programs or maps. */
function elementsOf(map: BpfMap): number[] {
  return [...map.entries()].map(([, value]) => value.readUInt32LE());
}

function reportOf(map: BpfMap): MapReport {
  return { name: map.info.name, type: map.info.type, ...map.memory() };
}
