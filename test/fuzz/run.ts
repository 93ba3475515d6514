/**
 * Runs a fuzz target: generated inputs, one after the other, for some minutes. Every input follows from (seed, number)
 * alone, so that a failure is named and repeated by these two. Inputs that failed are kept in corpus/<target>/ and run
 * first from then on, here and by `runKept` in the suites.
 *
 *     node test/fuzz/matcher.ts --minutes 10 --seed 7        many inputs
 *     node test/fuzz/matcher.ts --seed 7 --only 12345        the one that failed
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Random } from './random.ts';

export interface FuzzTarget<Input> {
  /** The name of its folder of kept inputs. */
  readonly name: string;
  generate(random: Random): Input;
  /** Throws when what is fuzzed did other than it should. */
  check(input: Input): void;
  /** For the kept file: `parse(print(input))` has to behave as `input` does. */
  print(input: Input): string;
  parse(text: string): Input;
  /** Inputs that are a little less: of one that failed the least that still fails is kept. */
  simpler?(input: Input): Iterable<Input>;
  /** An input that takes longer is a failure, as a hang is; 2 s when left out. */
  readonly inputMsMax?: number;
}

export interface FuzzReport {
  readonly target: string;
  readonly seed: number;
  readonly runs: number;
  readonly runsPerS: number;
  readonly slowest: { readonly number: number; readonly ms: number };
  /** Of the heap after collection, between the first tenth of the time and its end. */
  readonly growthMib: number;
  readonly failures: readonly FuzzFailure[];
}

export interface FuzzFailure {
  readonly number: number;
  readonly reason: string;
  readonly file: string;
}

/** What a script of a target calls: options from the command line, the report on stdout, exit code 1 on a failure. */
export function fuzzMain<Input>(target: FuzzTarget<Input>): void {
  const options = { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, only: { type: 'string' } } as const;
  const { minutes, seed = String(Date.now() % 2 ** 31), only } = parseArgs({ options }).values;
  if (only !== undefined) {
    const input = target.generate(new Random(Number(seed), Number(only)));
    process.stdout.write(`${target.print(input)}\n`);
    target.check(input);
    return;
  }
  process.stderr.write(`${target.name}: seed ${seed}, ${minutes} min, ${runKept(target)} kept inputs passed\n`);
  const report = fuzz(target, { ms: Number(minutes) * 60_000, seed: Number(seed) });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}

/** More failures than this say nothing new. */
const failuresMax = 10;

const inputMsDefault = 2_000;

export function fuzz<Input>(target: FuzzTarget<Input>, { ms, seed }: { ms: number; seed: number }): FuzzReport {
  const { inputMsMax = inputMsDefault } = target;
  using watchdog = new Watchdog(target.name, seed, inputMsMax);
  const failures: FuzzFailure[] = [];
  const start = performance.now();
  let slowest = { number: -1, ms: 0 };
  let heapEarly: number | undefined;
  let number = 0;
  for (; performance.now() - start < ms && failures.length < failuresMax; number += 1) {
    watchdog.begins(number);
    const input = target.generate(new Random(seed, number));
    const before = performance.now();
    const reason = failureOf(target, input);
    const took = performance.now() - before;
    if (took > slowest.ms) slowest = { number, ms: Math.round(took) };
    if (reason !== undefined) failures.push(keep(target, input, { seed, number, reason }));
    else if (took > inputMsMax) failures.push(keep(target, input, { seed, number, reason: `took ${Math.round(took)} ms` }));
    if (performance.now() - start > ms / 10) heapEarly ??= heapMib();
  }
  const growthMib = Math.round(heapMib() - (heapEarly ?? heapMib()));
  const runsPerS = Math.round(number / ((performance.now() - start) / 1000));
  return { target: target.name, seed, runs: number, runsPerS, slowest, growthMib, failures };
}

/** Checks the inputs that once failed; returns how many there are, and throws on the first that fails again. */
export function runKept<Input>(target: FuzzTarget<Input>): number {
  const folder = folderOf(target.name);
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) {
    try {
      target.check(target.parse(readFileSync(join(folder, name), 'utf8')));
    } catch (error) {
      throw new Error(`${join(folder, name)} fails again`, { cause: error });
    }
  }
  return files.length;
}

function failureOf<Input>(target: FuzzTarget<Input>, input: Input): string | undefined {
  try {
    target.check(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function keep<Input>(target: FuzzTarget<Input>, input: Input, { seed, number, reason }: { seed: number; number: number; reason: string }): FuzzFailure {
  const file = join(folderOf(target.name), `${seed}-${number}`);
  writeFileSync(file, target.print(leastOf(target, input)));
  process.stderr.write(`${target.name}: --seed ${seed} --only ${number}: ${reason}\nkept as ${file}\n`);
  return { number, reason, file };
}

/** Well below what the watchdog takes for a hang. */
const simplifyMsMax = 8_000;

/** Whatever the failure is: a simpler one is as good. */
function leastOf<Input>(target: FuzzTarget<Input>, failed: Input): Input {
  const start = performance.now();
  let least = failed;
  for (let next: Input | undefined = least; next !== undefined; ) {
    next = undefined;
    for (const each of target.simpler?.(least) ?? []) {
      if (performance.now() - start > simplifyMsMax) return least;
      if (failureOf(target, each) === undefined) continue;
      least = next = each;
      break;
    }
  }
  return least;
}

function folderOf(name: string): string {
  const folder = join(import.meta.dirname, 'corpus', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Collected first where node was started with --expose-gc; else with the noise of what is not collected yet. */
function heapMib(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/**
 * Ends the process when an input does not: the thread that is fuzzed cannot, as long as it hangs. Says first which input
 * it was.
 */
class Watchdog implements Disposable {
  private readonly worker: Worker;
  private readonly current = new BigInt64Array(new SharedArrayBuffer(8));

  constructor(name: string, seed: number, inputMsMax: number) {
    const workerData = { current: this.current, name, seed, periodMs: Math.max(10 * inputMsMax, 10_000), pid: process.pid };
    this.worker = new Worker(watch, { eval: true, workerData });
    this.worker.unref();
  }

  begins(number: number): void {
    Atomics.store(this.current, 0, BigInt(number));
  }

  [Symbol.dispose](): void {
    void this.worker.terminate();
  }
}

/** Synchronous writes: the other thread, which would carry asynchronous ones, is the one that hangs. */
const watch = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const { current, name, seed, periodMs, pid } = workerData;
  let last = -1n;
  setInterval(() => {
    const now = Atomics.load(current, 0);
    if (now === last) {
      writeSync(2, name + ': --seed ' + seed + ' --only ' + now + ': hangs for ' + periodMs + ' ms or longer\\n');
      process.kill(pid, 'SIGKILL');
    }
    last = now;
  }, periodMs);
`;
