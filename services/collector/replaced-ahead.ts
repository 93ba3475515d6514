/**
 * The snapshot is of now, and what the rings hold is of before: after a collector that died, perhaps of long before. Of which
 * processes the snapshot says what they became only in between, the execs tell that are still to be read.
 */
import { kernelKinds, kernelLayout, type KernelRecord } from '#schemas/generated/decode.gen.ts';
import { processPart } from '#schemas/generated/transcode.gen.ts';
import { frames, type RawRecords } from './kernel/kernel.ts';

/** In rf_header. */
const kindOffset = 20;
const timeOffset = 8;

/** Those of the snapshot that had another program when the first of these lives was reported. */
export function replacedAhead(snapshot: readonly KernelRecord[], lives: Iterable<RawRecords>): Set<KernelRecord> {
  const byPid = new Map(snapshot.map((record) => [record.process.pid, record]));
  const replaced = new Set<KernelRecord>();
  for (const { bytes } of lives) {
    for (const { start, size } of frames(bytes)) {
      if (!isExec(bytes, start, size)) continue;
      const found = byPid.get(bytes.readUInt32LE(start + processPart.at + processPart.pid));
      if (found !== undefined && isOf(found, bytes, start)) replaced.add(found);
    }
  }
  return replaced;
}

/** Not one that is cut, as it may be in a damaged capture. */
function isExec(bytes: Buffer, start: number, size: number): boolean {
  return size >= kernelLayout.rf_exec.size && start + size <= bytes.length && bytes.readUInt16LE(start + kindOffset) === kernelKinds.process_exec;
}

/** Does the exec belong to the past of that entry? Later ones do in a capture, which holds all that was recorded. */
function isOf({ process, bootNs }: KernelRecord, bytes: Buffer, start: number): boolean {
  return bytes.readBigUInt64LE(start + processPart.at + processPart.startNs) === process.start_ns && bytes.readBigUInt64LE(start + timeOffset) <= bootNs;
}
