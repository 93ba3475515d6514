/** For tests: a process as the kernel side describes it, with the fields that matter given. */
import { decodeKernelRecord, kernelLayout } from '#schemas/generated/decode.gen.ts';
import type { Event, Process } from '#schemas/generated/types.gen.ts';

export function sampleProcess(given: Partial<Process>): Process {
  const bytes = Buffer.alloc(kernelLayout.rf_snapshot.size);
  bytes.writeUInt32LE(bytes.length, 16);
  return { ...decodeKernelRecord(bytes, 0, bytes.length).process, ...given };
}

export function sampleFork(seq: number, process: Process): Event {
  const body = { kind: 'process_fork', forker_pid: process.ppid, forker_start_ns: process.parent_start_ns } as const;
  return { ring: 0, seq, time: BigInt(seq), process, parent: null, ancestors: [], container: null, truncated: [], body };
}
