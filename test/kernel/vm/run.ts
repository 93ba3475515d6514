/**
 * The kernel matrix, `npm run test:kernel`: boots each kernel in a virtual machine of its own, where guest.ts checks the
 * sensor, and reports what the guests said. Prints one closing line, `N passed, N failed, N skipped`, last on stdout; a
 * kernel that can't be had counts as one skip. Ends with 1 when anything failed.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CheckResult } from './guest.ts';
import { provideHostTools } from './host-tools.ts';
import { buildInitramfs } from './initramfs.ts';
import { fetchKernel, kernelSeries, type CachedKernel } from './kernels.ts';
import { boot, type Boot } from './machine.ts';

/** Of a machine that broke off; what is above is the start of its kernel. */
const tailLines = 30;

const home = process.env['RINGFENCE_HOME'] ?? join(import.meta.dirname, '../../../.ringfence');
const folder = resolve(home, 'kernels');
const total = { passed: 0, failed: 0, skipped: 0 };
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

try {
  await main();
} catch (error) {
  fail('the run itself', error instanceof Error ? (error.stack ?? error.message) : String(error));
}
print(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function main(): Promise<void> {
  const hindrance = provideHostTools();
  if (hindrance !== null) return kernelSeries.forEach((series) => skip(series.name, hindrance));
  mkdirSync(folder, { recursive: true });
  const kernels = kernelSeries.flatMap((series) => {
    const kernel = fetchKernel(series, folder);
    if (!('reason' in kernel)) return [kernel];
    skip(series.name, kernel.reason);
    return [];
  });
  if (kernels.length > 0) await runOnEach(kernels);
}

async function runOnEach(kernels: readonly CachedKernel[]): Promise<void> {
  const initramfs = buildInitramfs(folder);
  try {
    for (const kernel of kernels) {
      await runOn(kernel, initramfs);
      if (interruption.signal.aborted) return fail('the run was interrupted', '');
    }
  } finally {
    rmSync(initramfs);
  }
}

async function runOn({ package: name, image }: CachedKernel, initramfs: string): Promise<void> {
  const started = performance.now();
  const ended = await boot(image, initramfs, interruption.signal);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const results = resultsOf(ended);
  const failed = results.filter((result) => !result.passed);
  const broken = breakOf(ended, results);
  const uname = ended.lines.find((line) => line.startsWith('uname: '))?.slice('uname: '.length) ?? name;
  const numbers = `${results.length} ran${failed.length > 0 ? `, ${failed.length} FAILED` : ''}`;
  print(`${failed.length > 0 || broken !== null ? '✗' : '✓'} kernel vm   ${uname}  ${numbers}  ${seconds} s`);
  for (const hook of hooksOff(ended)) print(`  no hook ${hook}`);
  total.passed += results.length - failed.length;
  for (const { check, detail } of failed) fail(`${name} > ${check}`, detail ?? '');
  if (broken !== null) fail(`${name}: ${broken}`, ended.lines.slice(-tailLines).join('\n'));
}

/** A console line is whatever the machine wrote: only what reads as a check counts as one. */
function resultsOf({ lines }: Boot): CheckResult[] {
  return lines.filter((line) => line.startsWith('{"check":')).flatMap((line) => {
    try {
      return [JSON.parse(line) as CheckResult];
    } catch {
      return [];
    }
  });
}

/** What kept the guest from saying all it had to say; null when nothing did. */
function breakOf({ lines, failure }: Boot, results: readonly CheckResult[]): string | null {
  if (failure !== null) return failure;
  const passed = results.filter((result) => result.passed).length;
  const closing = lines.find((line) => line.startsWith('guest: '));
  if (closing === undefined) return 'the guest did not come to its end';
  const expected = `guest: ${passed} passed, ${results.length - passed} failed`;
  return closing === expected ? null : `the guest said "${closing}", and the console shows "${expected}"`;
}

function hooksOff({ lines }: Boot): string[] {
  return lines.filter((line) => line.startsWith('hook: ') && !/^hook: \S+ ok/.test(line)).map((line) => line.slice('hook: '.length));
}

function skip(series: string, reason: string): void {
  total.skipped += 1;
  print(`- skipped: kernel ${series}: ${reason}`);
}

function fail(title: string, detail: string): void {
  total.failed += 1;
  print(`\n✗ FAILED: ${title}\n${detail.replace(/^/gm, '    ')}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
