/**
 * What of the kernel's events the loaded rules can match, as the kernel side compares it (bpf/include/interest.bpf.h): each
 * kind of event has traits, as bits, some of interest whatever else holds, others for certain paths, ports or addresses.
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

export interface KernelInterest {
  /** Traits of interest whatever else holds. */
  readonly always: Traits;
  /** ASCII letters in lower case. */
  readonly paths: readonly PathInterest[];
  /** Port, of either side → traits of network. */
  readonly ports: ReadonlyMap<number, bigint>;
  readonly addresses: readonly AddressInterest[];
}

export type Traits = Readonly<Partial<Record<EventKind, bigint>>>;

export interface PathInterest {
  readonly end: 'prefix' | 'suffix';
  readonly text: string;
  /** Of file_open, file_change, mount, kernel_call. */
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
  credentials: credentialsOperationSymbols,
  namespace_change: namespaceOperationSymbols,
  kernel_call: kernelOperationSymbols,
};

/** TRAIT_CREATED and TRAIT_FAILED. */
const extraTraits: Readonly<Record<string, bigint>> = { created: 1n << 16n, failed: 1n << 17n };

export const allTraits = 2n ** 64n - 1n;

/** The bit of an operation (of an open: access, created or failed); all bits for a name that is none. */
export function traitBit(kind: EventKind, operation: string): bigint {
  const index = operations[kind]?.indexOf(operation) ?? -1;
  if (index >= 0) return 1n << BigInt(index);
  return (kind === 'file_open' ? extraTraits[operation] : undefined) ?? allTraits;
}

/** All traits of a kind that may be of interest. */
export function traitsOf(interest: KernelInterest, kind: EventKind): bigint {
  let traits = interest.always[kind] ?? 0n;
  for (const path of interest.paths) traits |= path.traits[kind] ?? 0n;
  if (kind !== 'network') return traits;
  for (const each of interest.ports.values()) traits |= each;
  for (const each of interest.addresses) traits |= each.traits;
  return traits;
}

/** Nothing but what is always reported: the lives of processes. */
export const processesOnly: KernelInterest = { always: {}, paths: [], ports: new Map(), addresses: [] };

/** All that the sensors can tell. */
export const everything: KernelInterest = {
  ...processesOnly,
  always: Object.fromEntries(Object.keys(eventKinds).map((kind) => [kind, allTraits])),
};
