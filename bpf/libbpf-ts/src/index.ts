/**
 * libbpf for Node: open, load, attach, maps, ring buffers, iterators and probes. Phases are types (ObjectSpec →
 * BpfObject → Link), whatever holds a kernel resource is disposable, and every failure is a BpfError.
 */
export { openObject, ObjectSpec, ProgramSpec, BpfObject, verifierLogBytesKept, verifierLogBytesMax } from './object.ts';
export type { OpenOptions, LoadOptions, StructLayout, StructMember } from './object.ts';
export { MapSpec, VariableSpec } from './map-spec.ts';
export { Program, enableStats, programInfo } from './program.ts';
export type { IterTarget, PerfEventTarget, ProgramInfo, TcDirection, TestRunOptions, TestRunResult, UprobeTarget } from './program.ts';
export { Link } from './link.ts';
export type { LinkInfo } from './link.ts';
export { TcFilter } from './tc-filter.ts';
export type { TcFilterInfo } from './tc-filter.ts';
export { BpfIterator, iteratorBytesMax } from './iterator.ts';
export { BpfMap } from './map.ts';
export type { Entry, MapCreation, MapInfo, MapMemory, UpdateMode } from './map.ts';
export { RingBuffer, frameBytes, frameHeaderBytes, payloads } from './ring-buffer.ts';
export type { RingFill, RingRead, RingStop, RingWatch } from './ring-buffer.ts';
export { hasVmlinuxBtf, knownNames, probeHelper, probeMapType, probeProgram, probeProgramType, probeSection } from './probe.ts';
export type { ProbeResult, ProgramProbe } from './probe.ts';
export { pinKind } from './pin.ts';
export type { PinKind } from './pin.ts';
export { BpfError } from './errors.ts';
