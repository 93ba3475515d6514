/** Loads programs of one object and attaches them. The verifier takes up to seconds: the thread that calls waits for it. */
import { join } from 'node:path';
import { openObject, type BpfObject, type Link, type ObjectSpec } from 'libbpf-ts';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { compatNumbers } from '#schemas/codec/syscalls.ts';
import { resolveCgroup } from './cgroup.ts';
import { passOn } from './dispatch.ts';
import type { Scope } from './kernel.ts';
import type { ProgramSpec } from './programs.ts';
import { measureRegistersOffset } from './registers.ts';
import { mapPin, programPin, ringMaps, type SensorPins } from './sensor-pins.ts';
import { u32, u64 } from './map-bytes.ts';

/** All that the programs of one sensor have in common. */
export interface ProgramSite {
  readonly pins: SensorPins;
  /** Of the built objects. */
  readonly objectDirectory: string;
  /** By which the programs know whether they report. */
  readonly generation: bigint;
  readonly scope: Scope;
  /** Of each ring. */
  readonly ringBytes: number;
}

/** Programs of one object. */
export interface ObjectPrograms {
  readonly object: string;
  readonly programs: readonly ProgramSpec[];
}

/** Throws BpfError, and RingfenceError for a place to attach that is not there; what was attached before then stays. */
export function loadPrograms(site: ProgramSite, { object, programs }: ObjectPrograms): void {
  using spec = openConfigured(site, object);
  for (const program of spec.programs) program.autoload = programs.some(({ name }) => name === program.name);
  using loaded = spec.load();
  for (const program of programs) attach(site, loaded, program);
}

/** Every map is pinned under its name, and so is the same for all objects. */
function openConfigured({ pins, objectDirectory, generation, scope, ringBytes }: ProgramSite, object: string): ObjectSpec {
  const spec = openObject(join(objectDirectory, `${object}.bpf.o`));
  for (const map of spec.maps) if (!map.name.includes('.')) map.pinPath = mapPin(pins, map.name);
  for (const ring of ringMaps) if (spec.maps.some(({ name }) => name === ring)) spec.map(ring).maxEntries = ringBytes;
  const variables = new Map([
    ['generation', u64(generation)],
    ['scope_tree', Buffer.from([Number(scope.tree !== undefined)])],
    ['compat_numbers', Buffer.from(compatNumbers().buffer)],
  ]);
  if (scope.cgroup !== undefined) {
    const cgroup = resolveCgroup(scope.cgroup);
    variables.set('scope_cgroup_id', u64(cgroup.id)).set('scope_cgroup_level', u32(cgroup.level));
  }
  for (const variable of spec.variables) {
    if (variable.name === 'registers_offset') variables.set(variable.name, u32(measureRegistersOffset(objectDirectory)));
    const value = variables.get(variable.name);
    if (value !== undefined) variable.value = value;
  }
  return spec;
}

function attach({ pins, scope }: ProgramSite, object: BpfObject, spec: ProgramSpec): void {
  const program = object.program(spec.name);
  const pin = programPin(pins, spec.name);
  switch (spec.hook.at) {
    case 'section':
      return pinAndClose(program.attach(), pin);
    case 'iterator':
      return pinAndClose(program.attachIter(), pin);
    case 'cgroup':
      return pinAndClose(program.attachCgroup(scope.cgroup ?? rootCgroup()), pin);
    case 'syscalls':
      passOn(pins, spec.hook.names, program);
      return program.pin(pin);
  }
}

/** The pin alone keeps it: a descriptor of ours would keep it attached after the pin is gone, until garbage collection. */
function pinAndClose(link: Link, path: string): void {
  using owned = link;
  owned.pin(path);
}

function rootCgroup(): string {
  const mount = cgroup2Mount();
  if (mount === null) throw new RingfenceError('HOST_UNSUPPORTED', 'no cgroup v2 hierarchy is mounted: the network cannot be watched');
  return mount;
}
