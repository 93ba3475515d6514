/**
 * What of the kernel's events the loaded rules can match, as the kernel side compares it (bpf/include/interest.bpf.h): each
 * kind of event has traits, as bits, some of interest whatever else holds, others for certain paths, ports, addresses or
 * programs.
 */
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import {
  credentialsOperationSymbols,
  fileAccessSymbols,
  fileOperationSymbols,
  kernelOperationSymbols,
  mountOperationSymbols,
  namespaceOperationSymbols,
  networkOperationSymbols,
} from '#schemas/generated/decode.gen.ts';
import type { DnsOperation } from '#schemas/generated/types.gen.ts';

export interface KernelInterest {
  /** Traits of interest whatever else holds. */
  readonly always: Traits;
  /** ASCII letters in lower case. */
  readonly paths: readonly PathInterest[];
  /** Port, of either side → traits of network. */
  readonly ports: ReadonlyMap<number, bigint>;
  readonly addresses: readonly AddressInterest[];
  /** Of the process: traits of network. */
  readonly programs: readonly PathInterest[];
}

export type Traits = Readonly<Partial<Record<EventKind, bigint>>>;

export interface PathInterest {
  /** What of the path the text must be. */
  readonly end: 'exact' | 'prefix' | 'suffix';
  readonly text: string;
  /** Of a path: of file_open, file_change, mount, kernel_call. */
  readonly traits: Traits;
}

export interface AddressInterest {
  /** 16 bytes, IPv4 as ::ffff:a.b.c.d, of which the first `bits` count. */
  readonly bytes: Uint8Array;
  readonly bits: number;
  /** Of network. */
  readonly traits: bigint;
}

/** Bit n of a kind's traits is its n-th operation. */
const operations: Readonly<Partial<Record<EventKind, readonly string[]>>> = {
  file_open: fileAccessSymbols,
  file_change: fileOperationSymbols,
  mount: mountOperationSymbols,
  network: networkOperationSymbols,
  dns: ['question', 'answer'] satisfies readonly DnsOperation[],
  credentials: credentialsOperationSymbols,
  namespace_change: namespaceOperationSymbols,
  kernel_call: kernelOperationSymbols,
};

/** Traits beside the operations: TRAIT_CREATED, TRAIT_FAILED, TRAIT_ENDED, TRAIT_CHOSEN, TRAITS_OF_PATH. */
const extraTraits: Readonly<Partial<Record<EventKind, Readonly<Record<string, bigint>>>>> = {
  file_open: { created: 1n << 16n, failed: 1n << 17n },
  network: {
    ended: 1n << 16n,
    chosen: 1n << 17n,
    ...Object.fromEntries(networkOperationSymbols.map((name, index) => [`${name}_of_path`, 1n << BigInt(8 + index)])),
  },
};

export const allTraits = 2n ** 64n - 1n;

/**
 * The bit of an operation (of an open: access, created or failed; of network also ended, chosen, and connect_of_path for one
 * of a socket that may have a path); all bits for a name that is none.
 */
export function traitBit(kind: EventKind, operation: string): bigint {
  const index = operations[kind]?.indexOf(operation) ?? -1;
  if (index >= 0) return 1n << BigInt(index);
  return extraTraits[kind]?.[operation] ?? allTraits;
}

/** Traits of network → those of the same operations where there is a path. */
export function ofPath(traits: bigint): bigint {
  return (traits & 0xffn) << 8n;
}

/** All traits of a kind that may be of interest. */
export function traitsOf(interest: KernelInterest, kind: EventKind): bigint {
  return (interest.always[kind] ?? 0n) | traitsSomewhere(interest, kind) | traitsOfPrograms(interest, kind);
}

/** Those that are of interest for some path, port or address. */
export function traitsSomewhere(interest: KernelInterest, kind: EventKind): bigint {
  let traits = 0n;
  for (const path of interest.paths) traits |= path.traits[kind] ?? 0n;
  if (kind !== 'network') return traits;
  for (const each of interest.ports.values()) traits |= each;
  for (const each of interest.addresses) traits |= each.traits;
  return traits;
}

/** Those that are of interest for some program. */
export function traitsOfPrograms({ programs }: KernelInterest, kind: EventKind): bigint {
  return programs.reduce((traits, program) => traits | (program.traits[kind] ?? 0n), 0n);
}

/** Of packets, in the order of enum packet_trait: each kind of event that is made of them has its own. */
export function packetTraits(interest: KernelInterest): bigint {
  const dns = traitsOf(interest, 'dns') & 0b11n;
  const ofKind = (kind: EventKind) => (traitsOf(interest, kind) === 0n ? 0n : 1n);
  return dns | (ofKind('tls_client_hello') << 2n) | (ofKind('http_request') << 3n);
}

/** Nothing but what is always reported: the lives of processes. */
export const processesOnly: KernelInterest = { always: {}, paths: [], ports: new Map(), addresses: [], programs: [] };

/** All that the sensors can tell. */
export const everything: KernelInterest = {
  ...processesOnly,
  always: Object.fromEntries(Object.keys(eventKinds).map((kind) => [kind, allTraits])),
};
