/**
 * Clauses become what the kernel side compares: of each clause the one part that says most there. What it cannot compare
 * (the program; a path of a socket) it lets pass.
 */
import { isIP } from 'node:net';
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import type { InterestClause, InterestKind, InterestText } from '#schemas/generated/types.gen.ts';
import { allTraits, traitBit, type AddressInterest, type KernelInterest, type PathInterest } from '../kernel/interest.ts';

/** Kinds that this collector does not know, of an engine that is newer, have no sensor here and are passed over. */
export function kernelInterestOf(kinds: readonly InterestKind[]): KernelInterest {
  const always: Partial<Record<EventKind, bigint>> = {};
  const paths = new Map<string, PathInterest>();
  const ports = new Map<number, bigint>();
  const addresses = new Map<string, AddressInterest>();
  for (const { kind, clauses } of kinds) {
    if (!isEventKind(kind)) continue;
    for (const clause of clauses) {
      const traits = traitsOf(kind, clause);
      // How connections are watched, not which: no port or address narrows it.
      if (kind === 'network' && (traits & ended) !== 0n) always.network = (always.network ?? 0n) | ended;
      if (clause.path !== null && pathKinds.has(kind)) addPath(paths, clause.path, kind, traits);
      else if (clause.port !== null && kind === 'network') ports.set(clause.port, (ports.get(clause.port) ?? 0n) | traits);
      else if (clause.address !== null && kind === 'network') addAddress(addresses, clause.address, traits);
      else always[kind] = (always[kind] ?? 0n) | traits;
    }
  }
  return { always, paths: [...paths.values()], ports, addresses: [...addresses.values()] };
}

const ended = traitBit('network', 'ended');

/** Those whose path the kernel side compares. */
const pathKinds: ReadonlySet<EventKind> = new Set(['file_open', 'file_change', 'mount', 'kernel_call']);

function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventKinds, kind);
}

function traitsOf(kind: EventKind, { operations }: InterestClause): bigint {
  return operations.length === 0 ? allTraits : operations.reduce((traits, operation) => traits | traitBit(kind, operation), 0n);
}

function addPath(paths: Map<string, PathInterest>, { match: end, text }: InterestText, kind: EventKind, traits: bigint): void {
  const known = paths.get(`${end} ${text}`)?.traits ?? {};
  paths.set(`${end} ${text}`, { end, text, traits: { ...known, [kind]: (known[kind] ?? 0n) | traits } });
}

function addAddress(addresses: Map<string, AddressInterest>, network: string, traits: bigint): void {
  const [address = '', bits] = network.split('/');
  const offset = isIP(address) === 4 ? 96 : 0;
  const known = addresses.get(network)?.traits ?? 0n;
  addresses.set(network, { bytes: addressBytes(address), bits: offset + Number(bits), traits: known | traits });
}

/** 16 bytes of an address that `isIP` accepts; IPv4 as ::ffff:a.b.c.d. */
function addressBytes(address: string): Uint8Array {
  const [head = '', tail] = address.replace(/[\d.]+$/, (dotted) => (dotted.includes('.') ? asGroups(dotted) : dotted)).split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [front, back] = isIP(address) === 4 ? [[0, 0, 0, 0, 0, 0xffff], groups(head)] : [groups(head), groups(tail ?? '')];
  const bytes = Buffer.alloc(16);
  front.forEach((group, index) => bytes.writeUInt16BE(group, 2 * index));
  back.forEach((group, index) => bytes.writeUInt16BE(group, 16 - 2 * (back.length - index)));
  return bytes;
}

/** 10.1.2.3 → a01:203 */
function asGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
