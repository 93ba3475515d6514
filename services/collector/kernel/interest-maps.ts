/** Writes interest into the kernel side's maps. New entries come before old ones go, so that there is no moment without. */
import { BpfMap } from 'libbpf-ts';
import { kernelKinds } from '#schemas/generated/decode.gen.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import type { KernelInterest } from './interest.ts';

/** `pathOf` gives the pin of a map. */
export function writeInterest(pathOf: (map: string) => string, interest: KernelInterest): void {
  using kinds = BpfMap.openPinned(pathOf('interest_kinds'));
  for (const [kind, number] of Object.entries(kernelKinds)) {
    kinds.set(u32(number), u64(interest.always[kind as EventKind] ?? 0n));
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
