/**
 * What runs inside the virtual machine: the test files of the kernel, the same that vitest runs on the host. One line of
 * JSON a test on the console, then `guest: N passed, N failed, N skipped`.
 *
 * To add a check, write a test under test/kernel: it runs on this host and on every kernel of the matrix (test-files.ts
 * says what does not). A hook that a host may refuse (fentry, LSM) is asked for with `describe.skipIf(…)`, the reason in
 * parentheses at the end of the name. In the machine there are busybox, Node and the few programs that initramfs.ts
 * borrows; actors and BPF objects come ready built, and vitest's API is that of vitest-in-guest.ts.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { release, version } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Outcome } from './vitest-in-guest.ts';

/** Of one test, as matrix.ts reads it from the console. */
export interface TestLine {
  readonly test: string;
  readonly outcome: Outcome['kind'];
  /** How it failed, or why it was skipped. */
  readonly detail?: string;
  readonly ms: number;
}

/** A console line must stay a line that a terminal, and a log, can take; each side of a difference gets a third of it. */
const detailCharsMax = 3000;

/** Twice what vitest grants on the host: emulation is some ten times slower, and few tests need a tenth of it there. */
const testMsMax = 120_000;

const root = join(import.meta.dirname, '../../..');
const api = pathToFileURL(join(import.meta.dirname, 'vitest-in-guest.ts')).href;
const counts = { passed: 0, failed: 0, skipped: 0 };
let began = performance.now();

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'vitest' ? { url: api, shortCircuit: true } : next(specifier, context)),
});

process.stdout.write(`uname: ${release()} ${version()}\n`);
const { runFile } = await import('./vitest-in-guest.ts');
const files = JSON.parse(readFileSync(join(root, 'test-files.json'), 'utf8')) as string[];
for (const file of files) await runFile(pathToFileURL(join(root, file)).href, file, testMsMax, report);
process.stdout.write(`guest: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
// What a test left behind, a timer or a handle, would keep the machine running.
process.exit(counts.failed === 0 ? 0 : 1);

function report(test: string, outcome: Outcome): void {
  const ms = Math.round(performance.now() - began);
  began = performance.now();
  counts[outcome.kind] += 1;
  const line: TestLine = { test, outcome: outcome.kind, ms, ...detailOf(outcome) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function detailOf(outcome: Outcome): { detail?: string } {
  if (outcome.kind === 'passed') return {};
  if (outcome.kind === 'skipped') return { detail: outcome.reason };
  return { detail: describe(outcome.error).slice(0, detailCharsMax) };
}

/** The message, what differed, and where in a test file it was. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  const differed = actual === undefined && expected === undefined ? [] : [`actual ${text(actual)}`, `expected ${text(expected)}`];
  const places = (error.stack ?? '').split('\n').filter((line) => /^ +at .*\/ringfence\//.test(line) && !/node_modules|kernel\/vm\//.test(line));
  return [`${error.name}: ${error.message}`, ...differed, ...places].join('\n');
}

function text(value: unknown): string {
  return (typeof value === 'string' ? value : inspect(value, { depth: 4 })).slice(0, detailCharsMax / 3);
}
