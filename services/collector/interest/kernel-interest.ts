/**
 * Clauses become what the kernel side compares: of each clause the one part that says most there. What it cannot compare it
 * lets pass: the program, but of who uses a socket; of the path of a socket only whether there may be one.
 */
import { isIP } from 'node:net';
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import type { InterestClause, InterestKind, InterestText } from '#schemas/generated/types.gen.ts';
import { allTraits, ofPath, traitBit, type AddressInterest, type KernelInterest, type PathInterest } from '../kernel/interest.ts';

/** Kinds that this collector does not know, of an engine that is newer, have no sensor here and are passed over. */
export function kernelInterestOf(kinds: readonly InterestKind[]): KernelInterest {
  const always: Partial<Record<EventKind, bigint>> = {};
  const [paths, programs] = [new Map<string, PathInterest>(), new Map<string, PathInterest>()];
  const ports = new Map<number, bigint>();
  const addresses = new Map<string, AddressInterest>();
  for (const { kind, clauses } of kinds) {
    if (!isEventKind(kind)) continue;
    const addAlways = (traits: bigint) => {
      if (traits !== 0n) always[kind] = (always[kind] ?? 0n) | traits;
    };
    for (const clause of clauses) {
      const traits = traitsOf(kind, clause);
      if (kind === 'network') addAlways(watchingOf(clause, traits));
      if (clause.path !== null && pathKinds.has(kind)) addPath(paths, clause.path, kind, traits);
      else if (clause.program !== null && kind === 'network') addPath(programs, clause.program, kind, traits);
      else if (clause.port !== null && kind === 'network') ports.set(clause.port, (ports.get(clause.port) ?? 0n) | traits);
      else if (clause.address !== null && kind === 'network') addAddress(addresses, clause.address, traits);
      else addAlways(traits);
    }
  }
  return { always, paths: [...paths.values()], ports, addresses: [...addresses.values()], programs: [...programs.values()] };
}

const [ended, chosen] = [traitBit('network', 'ended'), traitBit('network', 'chosen')];

/** How uses of sockets are watched, not which: no other part narrows it. Its ends are what the kernel may choose meanwhile. */
function watchingOf({ port, address, program }: InterestClause, traits: bigint): bigint {
  if ((traits & ended) === 0n) return 0n;
  return program === null && (port !== null || address !== null) ? ended | chosen : ended;
}

/** Those whose path the kernel side compares. */
const pathKinds: ReadonlySet<EventKind> = new Set(['file_open', 'file_change', 'mount', 'kernel_call']);

function isEventKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventKinds, kind);
}

function traitsOf(kind: EventKind, { operations, path }: InterestClause): bigint {
  const traits = operations.length === 0 ? allTraits : operations.reduce((all, operation) => all | traitBit(kind, operation), 0n);
  return kind === 'network' && path !== null ? ofPath(traits) | (traits & ended) : traits;
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
