/** The form of every bench's result: contracts of `ringfence bench --json`, and the same for people. */
import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';

export interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export interface BenchResult {
  readonly figures: readonly Figure[];
  /** What was lost, by reason; zero is said too. */
  readonly drops: Readonly<Record<string, number>>;
  readonly compare: readonly { against: string; metric: string; ratio: number }[];
}

export interface Bench {
  /** One sentence: what is measured, from where to where, under what load. */
  readonly about: string;
  /** Where it wants others than the usual ones. */
  readonly defaults?: Partial<BenchOptions>;
  run(options: BenchOptions): Promise<BenchResult>;
}

export interface BenchOptions {
  readonly seconds: number;
  readonly runs: number;
  /** Programs started a second, where the bench has a rate. */
  readonly rate: number;
}

export function figure(metric: string, unit: string, values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value: number) => Number(value.toPrecision(4));
  return { metric, unit, median: round(percentile(sorted, 50)), min: round(sorted[0] ?? NaN), max: round(sorted.at(-1) ?? NaN), runs: values.length };
}

/** Of ascending values, by the nearest rank. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

export function resultJson(name: string, result: BenchResult): string {
  return JSON.stringify({ name, commit: commit(), machine: { cpu: cpus()[0]?.model ?? '?', cores: cpus().length, kernel: release() }, ...result });
}

export function resultText(name: string, bench: Bench, result: BenchResult): string {
  const rows = result.figures.map(({ metric, unit, median, min, max, runs }) => `  ${metric.padEnd(48)}${String(median).padStart(12)} ${unit.padEnd(10)} min ${min}  max ${max}  (${runs} runs)`);
  const drops = Object.entries(result.drops).map(([reason, count]) => `  ${reason.padEnd(36)}${String(count).padStart(12)}`);
  const compare = result.compare.map(({ against, metric, ratio }) => `  ${metric} against ${against}: ${ratio}`);
  return [`${name}: ${bench.about}`, `commit ${commit()}, ${cpus().length} × ${cpus()[0]?.model}, kernel ${release()}`, ...rows, 'drops:', ...drops, ...compare].join('\n');
}

function commit(): string {
  try {
    const run = (args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return run(['rev-parse', '--short', 'HEAD']) + (run(['status', '--porcelain', '--untracked-files=no']) === '' ? '' : '+changes');
  } catch {
    return 'unknown';
  }
}
