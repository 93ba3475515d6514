/**
 * The kernel matrix: boots each kernel in a virtual machine of its own, where guest.ts runs the tests of the kernel, and
 * adds what the guests said to the counts of the run. A kernel that can't be had counts as one skip, with its reason.
 * `npm test` runs it last; `npm run test:kernel` runs it alone.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { join, resolve } from 'node:path';
import type { Counts } from '../../support/reporter.ts';
import type { TestLine } from './guest.ts';
import { buildInitramfs } from './initramfs.ts';
import { fetchKernel, kernelSeries, type CachedKernel } from './kernels.ts';
import { boot, machineBytes, whyNoMachine, type Boot } from './machine.ts';
import { guestTestFiles } from './test-files.ts';

/** Of a machine that broke off; what is above is the start of its kernel. */
const tailLines = 30;

const home = process.env['RINGFENCE_HOME'] ?? join(import.meta.dirname, '../../../.ringfence');
const folder = resolve(home, 'kernels');

/** Filters: names of kernel series (`6.12`) choose kernels, anything else is part of a test file's path. */
export async function runMatrix(counts: Counts, filters: readonly string[]): Promise<void> {
  const chosen = kernelSeries.filter(({ name }) => filters.includes(name));
  const files = guestTestFiles(filters.filter((filter) => !kernelSeries.some(({ name }) => name === filter)));
  if (files.length === 0) return;
  const matrix = new Matrix(counts);
  try {
    await matrix.run(chosen.length > 0 ? chosen : kernelSeries, files);
  } catch (error) {
    matrix.fail('the kernel matrix itself', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

class Matrix {
  readonly #counts: Counts;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  async run(series: typeof kernelSeries, files: readonly string[]): Promise<void> {
    const hindrance = whyNoMachine();
    if (hindrance !== null) return series.forEach(({ name }) => this.#skip(`kernel ${name}`, hindrance));
    mkdirSync(folder, { recursive: true });
    const kernels = series.flatMap((each) => {
      const kernel = fetchKernel(each, folder);
      if (!('reason' in kernel)) return [kernel];
      this.#skip(`kernel ${each.name}`, kernel.reason);
      return [];
    });
    if (kernels.length > 0) await this.#runOnEach(kernels, files);
  }

  /** Side by side where there is a processor and the memory for each: a machine keeps one processor busy. */
  async #runOnEach(kernels: readonly CachedKernel[], files: readonly string[]): Promise<void> {
    const initramfs = buildInitramfs(folder, kernels, files);
    const remove = () => rmSync(initramfs, { force: true });
    process.once('exit', remove);
    try {
      if (availableParallelism() >= kernels.length && freemem() > kernels.length * machineBytes) {
        await Promise.all(kernels.map((kernel) => this.#runOn(kernel, initramfs)));
      } else {
        for (const kernel of kernels) await this.#runOn(kernel, initramfs);
      }
    } finally {
      process.off('exit', remove);
      remove();
    }
  }

  async #runOn({ package: name, image }: CachedKernel, initramfs: string): Promise<void> {
    const started = performance.now();
    const ended = await boot(image, initramfs);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const lines = resultsOf(ended);
    const of = (outcome: TestLine['outcome']) => lines.filter((line) => line.outcome === outcome);
    const broken = breakOf(ended, lines);
    const [failed, skipped] = [of('failed'), of('skipped')];
    const numbers = [
      `${lines.length - skipped.length} ran`,
      ...(failed.length > 0 ? [`${failed.length} FAILED`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ].join(', ');
    const uname = ended.lines.find((line) => line.startsWith('uname: '))?.slice('uname: '.length) ?? name;
    print(`${failed.length > 0 || broken !== null ? '✗' : '✓'} vm           ${uname}  ${numbers}  ${seconds} s`);
    this.#counts.passed += of('passed').length;
    for (const { test, detail } of skipped) this.#skip(`${name} > ${test.replace(` (${detail})`, '')}`, detail ?? 'no reason given');
    for (const { test, detail } of failed) this.fail(`${name} > ${test}`, detail ?? '');
    if (broken !== null) this.fail(`${name}: ${broken}`, ended.lines.slice(-tailLines).join('\n'));
  }

  #skip(title: string, reason: string): void {
    this.#counts.skipped += 1;
    print(`- skipped: vm           ${title}: ${reason}`);
  }

  fail(title: string, detail: string): void {
    this.#counts.failed += 1;
    print(`\n✗ FAILED: vm           ${title}\n${detail.replace(/^/gm, '    ')}`);
  }
}

/** A console line is whatever the machine wrote: only what reads as a test counts as one. */
function resultsOf({ lines }: Boot): TestLine[] {
  return lines.filter((line) => line.startsWith('{"test":')).flatMap((line) => {
    try {
      return [JSON.parse(line) as TestLine];
    } catch {
      return [];
    }
  });
}

/** What kept the guest from saying all it had to say; null when nothing did. */
function breakOf({ lines, failure }: Boot, results: readonly TestLine[]): string | null {
  if (failure !== null) return failure;
  const count = (outcome: TestLine['outcome']) => results.filter((line) => line.outcome === outcome).length;
  const closing = lines.find((line) => line.startsWith('guest: '));
  if (closing === undefined) return 'the guest did not come to its end';
  const expected = `guest: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  return closing === expected ? null : `the guest said "${closing}", and the console shows "${expected}"`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
