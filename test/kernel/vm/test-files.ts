/** Which test files run in the virtual machines, beside their run on this host: all that ask something of the kernel. */
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

const included = ['test/kernel/**/*.test.ts', 'bpf/libbpf-ts/test/**/*.test.ts'];

/** What says nothing of a kernel, or takes minutes where every instruction is emulated. */
const excluded: ReadonlySet<string> = new Set([
  'bpf/libbpf-ts/test/leaks.test.ts', // Thousands of loads.
  'bpf/libbpf-ts/test/ring-copy.test.ts', // C code under sanitizers.
  'test/kernel/bpffs.test.ts', // Dozens of processes that lock a directory.
  'test/kernel/container.test.ts', // The host's container runtimes.
  'test/kernel/layout.test.ts', // Reads the object only.
  'test/kernel/process-flood.test.ts', // Tens of thousands of processes.
]);

/** Paths from the root of the repository, sorted; with filters, those that contain one of them. */
export function guestTestFiles(filters: readonly string[] = []): string[] {
  const files = globSync(included, { cwd: root }).filter((path) => !excluded.has(path));
  return files.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter))).sort();
}
