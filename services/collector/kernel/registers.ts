/** Where the kernel side finds the system call that a task is in, from hooks that are not told: bpf/include/caller.bpf.h. */
import { join } from 'node:path';
import { openObject } from 'libbpf-ts';

/** Bytes from the bottom of a task's stack to its user registers; the same for all tasks of a kernel. Throws BpfError. */
export function measureRegistersOffset(objectDirectory: string): number {
  using spec = openObject(join(objectDirectory, 'registers.bpf.o'));
  using object = spec.load();
  const context = Buffer.alloc(16);
  object.program('registers__measure').testRun({ context });
  return Number(context.readBigUInt64LE(0) - context.readBigUInt64LE(8));
}
