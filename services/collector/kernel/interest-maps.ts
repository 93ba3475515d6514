/**
 * Writes interest into the kernel side's maps (bpf/include/interest.bpf.h). New entries come before old ones go, so that
 * there is no moment without. What files and programs were found to be of no interest is forgotten when the new entries are
 * there, because from then on these alone may speak for a program; and again when the old ones are gone.
 */
import { existsSync } from 'node:fs';
import { BpfMap } from 'libbpf-ts';
import { kernelKinds } from '#schemas/generated/decode.gen.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { packetTraits, traitsOfPrograms, traitsSomewhere, type AddressInterest, type KernelInterest, type PathInterest } from './interest.ts';
import { u32, u64 } from './map-bytes.ts';

/** `pathOf` gives the pin of a map. Throws BpfError; what was of interest before then still is, if it is of interest now. */
export function writeInterest(pathOf: (map: string) => string, interest: KernelInterest): void {
  // No program that asks has ever been loaded.
  if (!existsSync(pathOf('interest_kinds'))) return;
  const { prefixes, suffixes } = pathEntries(interest);
  const finish = [
    replace(pathOf('interest_prefixes'), prefixes),
    replace(pathOf('interest_suffixes'), suffixes),
    replace(pathOf('interest_ports'), new Map([...interest.ports].map(([port, traits]) => [hex(u32(port)), u64(traits)]))),
    replace(pathOf('interest_addresses'), addressEntries(interest.addresses)),
  ];
  forgetVerdicts(pathOf);
  using kinds = BpfMap.openPinned(pathOf('interest_kinds'));
  for (const [kind, number] of Object.entries(kernelKinds)) {
    kinds.set(u32(number), Buffer.concat(kindTraits(interest, kind as keyof typeof kernelKinds).map(u64)));
  }
  for (const removeOthers of finish) removeOthers();
  forgetVerdicts(pathOf);
}

function forgetVerdicts(pathOf: (map: string) => string): void {
  using epoch = BpfMap.openPinned(pathOf('interest_epoch'));
  // A bump by a rename at this very moment can be lost: it is a bump all the same.
  epoch.set(u32(0), u64((epoch.get(u32(0))?.readBigUInt64LE() ?? 0n) + epochStep));
}

/** Of struct interest_kind, in its order. */
function kindTraits(interest: KernelInterest, kind: EventKind | 'packet'): bigint[] {
  if (kind === 'packet') return [packetTraits(interest), 0n, 0n];
  return [interest.always[kind] ?? 0n, traitsSomewhere(interest, kind), traitsOfPrograms(interest, kind)];
}

/** More than renames can add while the collector writes, so that no epoch comes twice. */
const epochStep = 1n << 32n;

/** INTEREST_PATH_BYTES */
const pathBytesMax = 64;
const nul = Buffer.alloc(1);

/** Of struct interest_path, in its order: these by the path of what is used, and network by that of the program. */
const pathKinds = ['file_open', 'file_change', 'mount', 'kernel_call'] as const;

type Entries = ReadonlyMap<string, Buffer>;

/** What the maps of paths have to hold. Of a longer text the beginning, or of a suffix the end, stands for all of it. */
export function pathEntries({ paths, programs }: Pick<KernelInterest, 'paths' | 'programs'>): { prefixes: Entries; suffixes: Entries } {
  const texts = [
    ...paths.map((path) => ({ ...keyOf(path), traits: [...pathKinds.map((kind) => path.traits[kind] ?? 0n), 0n] })),
    ...programs.map((program) => ({ ...keyOf(program), traits: [...pathKinds.map(() => 0n), program.traits.network ?? 0n] })),
  ];
  const entries = (isSuffix: boolean) => withShorter(texts.filter(({ end }) => (end === 'suffix') === isSuffix));
  return { prefixes: entries(false), suffixes: entries(true) };
}

function keyOf({ end, text }: PathInterest): Pick<PathInterest, 'end'> & { bytes: Buffer } {
  const bytes = Buffer.from(text);
  const key = end === 'suffix' ? bytes.reverse() : end === 'exact' ? Buffer.concat([bytes, nul]) : bytes;
  return { end, bytes: key.subarray(0, pathBytesMax) };
}

/** A look-up finds the longest entry only: each says too what the entries say that it begins with. */
function withShorter(texts: readonly { bytes: Buffer; traits: readonly bigint[] }[]): Entries {
  const own = new Map<string, readonly bigint[]>();
  for (const { bytes, traits } of texts) own.set(hex(bytes), union(own.get(hex(bytes)), traits));
  return new Map([...own.keys()].map((key) => {
    const traits = Array.from({ length: key.length / 2 }, (_, index) => own.get(key.slice(0, 2 * index + 2))).reduce(union, none)!;
    return [hex(Buffer.concat([u32(4 * key.length), Buffer.from(key, 'hex'), Buffer.alloc(pathBytesMax - key.length / 2)])), Buffer.concat(traits.map(u64))];
  }));
}

const none: readonly bigint[] = [...pathKinds, 'network'].map(() => 0n);

function union(some: readonly bigint[] = none, others: readonly bigint[] = none): readonly bigint[] {
  return some.map((traits, index) => traits | others[index]!);
}

/** As with paths, what a wider network says a narrower one within it says too. */
function addressEntries(addresses: readonly AddressInterest[]): Entries {
  return new Map(addresses.map(({ bytes, bits }) => {
    const within = addresses.filter((other) => other.bits <= bits && isWithin(bytes, other));
    return [hex(Buffer.concat([u32(bits), bytes])), u64(within.reduce((traits, other) => traits | other.traits, 0n))];
  }));
}

function isWithin(address: Uint8Array, { bytes, bits }: AddressInterest): boolean {
  return address.every((byte, index) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index))) & 0xff;
    return (byte & mask) === (bytes[index]! & mask);
  });
}

/**
 * Enters what a map shall hold, by the hexadecimal of its keys; the function that it returns removes the rest. An entry of
 * both keeps what it said until then: a match of it would hide those of shorter entries that are still to come.
 */
function replace(path: string, entries: Entries): () => void {
  const old = new Map<string, Buffer>();
  using map = BpfMap.openPinned(path);
  for (const [key, value] of map.entries()) old.set(hex(key), Buffer.from(value));
  for (const [key, value] of entries) map.set(Buffer.from(key, 'hex'), orOf(value, old.get(key)));
  return () => {
    using again = BpfMap.openPinned(path);
    for (const key of old.keys()) if (!entries.has(key)) again.delete(Buffer.from(key, 'hex'));
    for (const [key, value] of entries) if (old.has(key)) again.set(Buffer.from(key, 'hex'), value);
  };
}

function orOf(value: Buffer, old: Buffer | undefined): Buffer {
  return old === undefined ? value : Buffer.from(value.map((byte, index) => byte | old[index]!));
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
