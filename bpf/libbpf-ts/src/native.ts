/**
 * The addon's functions as TypeScript sees them, in the order and under the names of native/module.c. The C side
 * converts and calls; a failure is a value, the negative errno. Only this package's files import this one.
 */
import { createRequire } from 'node:module';

declare const kindOf: unique symbol;

/** An opaque native handle. Owned by one HandleOwner; a forgotten one is closed by the garbage collector. */
export interface Handle<Kind extends HandleKind> {
  readonly [kindOf]: Kind;
}

export type HandleKind = 'object' | 'map' | 'link' | 'ring' | 'fd' | 'tcFilter';

/** 0 or a positive result; a negative number is -errno. */
type Status = number;

export interface NativeProgram {
  readonly name: string;
  readonly section: string;
  readonly type: number;
  readonly attachType: number;
  readonly autoload: boolean;
  readonly instructions: number;
}

export interface NativeMap {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly pinPath?: string;
  readonly internal: boolean;
}

export interface NativeVariable {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
}

export interface NativeStruct {
  readonly size: number;
  readonly members: readonly { name: string; offsetBits: number; size: number; bitfieldBits: number }[];
}

export interface NativeProgramInfo {
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly tag: string;
  readonly loadTimeNs: bigint;
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
  readonly recursionMisses: bigint;
  readonly verifiedInstructions: number;
  readonly translatedBytes: number;
  readonly jitedBytes: number;
}

export interface NativeMapInfo {
  readonly fd: number;
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly lookupBytes: number;
  readonly slots: number;
}

/** How far a batch came: `errno` is 0, or why it stopped after `count` elements. */
export interface NativeBatch {
  readonly errno: number;
  readonly count: number;
}

export interface NativeRefusal {
  readonly errno: number;
  readonly log: string;
}

interface Native {
  handleClose(handle: Handle<HandleKind>): void;
  logTake(): string;
  errorMessage(errno: number): string;

  objectOpen(path: string | null, bytes: Uint8Array | null, name: string | null, btfPath: string | null): Handle<'object'> | Status;
  objectLoad(object: Handle<'object'>, logBytesMax: number, logBytesKept: number): NativeRefusal | Status;
  objectPrograms(object: Handle<'object'>): NativeProgram[];
  objectMaps(object: Handle<'object'>): NativeMap[];
  objectVariables(object: Handle<'object'>): NativeVariable[];
  objectStruct(object: Handle<'object'>, name: string): NativeStruct | Status;
  objectMap(object: Handle<'object'>, name: string): Handle<'map'> | Status;

  programSetAutoload(object: Handle<'object'>, name: string, autoload: boolean): Status;
  programSetAttachTarget(object: Handle<'object'>, name: string, fn: string): Status;
  programInfo(object: Handle<'object'>, name: string): NativeProgramInfo | Status;
  programInfoById(id: number): (NativeProgramInfo & { readonly mapIds: readonly number[] }) | Status;
  programFd(object: Handle<'object'>, name: string): Status;
  programPin(object: Handle<'object'>, name: string, path: string): Status;
  programTestRun(
    object: Handle<'object'>,
    name: string,
    dataIn: Uint8Array | null,
    dataOut: Uint8Array | null,
    context: Uint8Array | null,
    repeat: number,
  ): { result: number; durationNs: number; dataOutBytes: number } | Status;
  programEnableStats(): Handle<'fd'> | Status;

  mapSpecSetMaxEntries(object: Handle<'object'>, name: string, maxEntries: number): Status;
  mapSpecSetPinPath(object: Handle<'object'>, name: string, path: string | null): Status;
  mapSpecReuse(object: Handle<'object'>, name: string, map: Handle<'map'>): Status;
  mapSpecInitialValue(object: Handle<'object'>, name: string): Buffer | undefined;
  mapSpecSetInitialValue(object: Handle<'object'>, name: string, value: Uint8Array): Status;
  mapCreate(
    type: number,
    name: string,
    keySize: number,
    valueSize: number,
    maxEntries: number,
    flags: number,
    inner: Handle<'map'> | null,
  ): Handle<'map'> | Status;
  mapOpenPinned(path: string): Handle<'map'> | Status;
  mapOpenById(id: number): Handle<'map'> | Status;
  mapInfo(map: Handle<'map'>): NativeMapInfo;
  mapLookup(map: Handle<'map'>, key: Uint8Array, out: Uint8Array): Status;
  mapUpdate(map: Handle<'map'>, key: Uint8Array, value: Uint8Array, flags: number): Status;
  mapDelete(map: Handle<'map'>, key: Uint8Array): Status;
  mapTake(map: Handle<'map'>, key: Uint8Array, out: Uint8Array): Status;
  mapNextKey(map: Handle<'map'>, key: Uint8Array | null, next: Uint8Array): Status;
  mapLookupBatch(...batch: ReadBatch): NativeBatch;
  mapTakeBatch(...batch: ReadBatch): NativeBatch;
  mapUpdateBatch(map: Handle<'map'>, keys: Uint8Array, values: Uint8Array, count: number, flags: number): NativeBatch;
  mapDeleteBatch(map: Handle<'map'>, keys: Uint8Array, count: number): NativeBatch;
  mapFreeze(map: Handle<'map'>): Status;
  mapPin(map: Handle<'map'>, path: string): Status;

  ringOpen(map: Handle<'map'>): Handle<'ring'> | Status;
  ringRead(ring: Handle<'ring'>, into: Uint8Array, out: Uint32Array): Status;
  ringRelease(ring: Handle<'ring'>, upTo: bigint): Status;
  ringState(ring: Handle<'ring'>): NativeRingState;
  ringWatch(ring: Handle<'ring'>, callback: () => void): Status;
  ringSetReferenced(ring: Handle<'ring'>, referenced: boolean): void;
  ringUnwatch(ring: Handle<'ring'>): void;

  linkAttach(object: Handle<'object'>, program: string): Handle<'link'> | Status;
  linkAttachCgroup(object: Handle<'object'>, program: string, cgroupFd: number): Handle<'link'> | Status;
  linkAttachIter(object: Handle<'object'>, program: string, map: Handle<'map'> | null, tid: number, pid: number): Handle<'link'> | Status;
  linkAttachTrace(object: Handle<'object'>, program: string, cookie: bigint): Handle<'link'> | Status;
  linkAttachRawTracepoint(object: Handle<'object'>, program: string, name: string): Handle<'link'> | Status;
  linkAttachTracepoint(object: Handle<'object'>, program: string, category: string, name: string, cookie: bigint): Handle<'link'> | Status;
  linkAttachKprobe(object: Handle<'object'>, program: string, fn: string, atReturn: boolean, cookie: bigint): Handle<'link'> | Status;
  linkAttachUprobe(
    object: Handle<'object'>,
    program: string,
    pid: number,
    path: string,
    fn: string,
    offset: bigint,
    atReturn: boolean,
    cookie: bigint,
  ): Handle<'link'> | Status;
  linkAttachPerfEvent(
    object: Handle<'object'>,
    program: string,
    type: number,
    config: bigint,
    frequency: bigint,
    pid: number,
    cpu: number,
  ): Handle<'link'> | Status;
  linkAttachXdp(object: Handle<'object'>, program: string, interfaceIndex: number): Handle<'link'> | Status;
  linkAttachTcx(object: Handle<'object'>, program: string, interfaceIndex: number, egress: boolean): Handle<'link'> | Status;
  linkAttachNetns(object: Handle<'object'>, program: string, netnsFd: number): Handle<'link'> | Status;
  linkOpenPinned(path: string): Handle<'link'> | Status;
  linkInfo(link: Handle<'link'>): { id: number; type: number; programId: number } | Status;
  linkPin(link: Handle<'link'>, path: string): Status;
  linkUnpin(link: Handle<'link'>): Status;
  linkUpdate(link: Handle<'link'>, object: Handle<'object'>, program: string): Status;
  linkDetach(link: Handle<'link'>): Status;

  tcFilterAttach(object: Handle<'object'>, program: string, interfaceIndex: number, egress: boolean): Handle<'tcFilter'> | Status;
  tcFilterUpdate(filter: Handle<'tcFilter'>, object: Handle<'object'>, program: string): Status;
  tcFilterInfo(filter: Handle<'tcFilter'>): { number: number; priority: number; programId: number } | Status;

  pinKind(path: string): { kind: 'map' | 'program' | 'link' | '' } | Status;

  iterCreate(link: Handle<'link'>): Handle<'fd'> | Status;
  iterRead(file: Handle<'fd'>, into: Uint8Array): Status;

  probeNames(): Record<'programTypes' | 'mapTypes' | 'attachTypes' | 'linkTypes' | 'helpers', string[]>;
  probeSection(section: string): { type: number; attachType: number } | Status;
  probeProgramType(type: number): Status;
  probeMapType(type: number): Status;
  probeBtfId(name: string, attachType: number): Status;
  probeLoad(
    type: number,
    attachType: number,
    btfId: number,
    returnValue: number,
    helper: number,
    flags: number,
    name: string,
  ): Handle<'fd'> | NativeRefusal;
  probeAttachRaw(program: Handle<'fd'>, tracepoint: string | null): Status;
  probeAttachLink(program: Handle<'fd'>, targetFd: number, attachType: number): Status;
  probeAttachPerf(program: Handle<'fd'>, perfType: number, config: number, kernelFunction: string | null): Status;
}

export type ReadBatch = [
  map: Handle<'map'>,
  cursorIn: Uint8Array | null,
  cursorOut: Uint8Array,
  keys: Uint8Array,
  values: Uint8Array,
  count: number,
];

export interface NativeRingState {
  readonly cursor: bigint;
  readonly consumerPosition: bigint;
  readonly producerPosition: bigint;
  readonly size: number;
  readonly readable: number;
}

export const native: Native = loadAddon();

/** The kernel's numbers by libbpf's names; a name this libbpf does not know has no number here. */
export const names = native.probeNames();

function loadAddon(): Native {
  try {
    return createRequire(import.meta.url)('../build/libbpf.node') as Native;
  } catch (cause) {
    throw new Error('libbpf-ts: the addon could not be loaded; build it first with `npm run build` in this package', { cause });
  }
}
