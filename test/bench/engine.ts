/**
 * The engine on one core: encoded batches through the worker (scan, match, claim, detection) with other people's rules,
 * where a copy of them stands beside the project, and our own. Each run is a process of its own, bound to one core.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeGeneratedRules } from './engine/generated-rules.ts';
import { figure, type Bench, type BenchOptions, type BenchResult, type Figure } from './report.ts';

const run = promisify(execFile);
const judge = join(import.meta.dirname, 'engine/judge.ts');
const shipped = resolve(import.meta.dirname, '../../rules/detections');
const corpora = resolve(import.meta.dirname, '../../../shared/corpora');
const sigmaLinux = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'].map((folder) => join(corpora, 'sigma/linux', folder));
const sigmaWindows = [join(corpora, 'sigma/windows_process_creation')];
const falco = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map((file) => join(corpora, 'falco', file));

type Mix = 'linux' | 'windows';

export const engineSigmaLinux = engineBench("SigmaHQ's 248 Linux rules", 'linux', sigmaLinux);
export const engineSigmaWindows = engineBench("SigmaHQ's 1,416 Windows process rules, over external events", 'windows', sigmaWindows);
export const engineFalco = engineBench("Falco's 93 stock rules", 'linux', falco);
export const engineAll = engineBench("SigmaHQ's Linux rules, Falco's and our own together", 'linux', [...sigmaLinux, ...falco, shipped]);

/** The rules of few and of many, in turns, so that both see the same machine. */
const few = 100;
const many = 5_000;

export const engineScaling: Bench = {
  about: `${few} and ${many} generated rules over the same events: what an event costs with many, as a multiple of what it costs with few`,
  async run({ seconds, runs }) {
    const folder = mkdtempSync(join(tmpdir(), 'ringfence-rules-'));
    try {
      const paths = [few, many].map((count) => writeGeneratedRules(folder, count));
      const pairs: [Judged, Judged][] = [];
      for (let index = 0; index < runs; index++) pairs.push([await judged('linux', [paths[0]!], seconds, index), await judged('linux', [paths[1]!], seconds, index)]);
      const of = (metric: string, unit: string, pick: (pair: [Judged, Judged]) => number): Figure => figure(metric, unit, pairs.map(pick));
      return {
        figures: [
          of('cost_ratio_5000_over_100', 'ratio', ([one, other]) => one.eventsPerS / other.eventsPerS),
          of('events_per_s', 'events/s', ([, other]) => other.eventsPerS),
          of('load_ms', 'ms', ([, other]) => other.loadMs),
          of('rss_mib', 'MiB', ([, other]) => other.rssMib),
          of('matches_per_1000_events', 'matches', ([, other]) => other.matchesPer1000),
        ],
        drops: { dead_letters: pairs.flat().reduce((sum, { deadLetters }) => sum + deadLetters, 0) },
        compare: [],
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function engineBench(what: string, mix: Mix, paths: readonly string[]): Bench {
  return {
    about: `${what}: a seeded mix of events from encoded batch to verdict and detection, on one core; :unique repeats no command line, path or address`,
    defaults: { seconds: 3, runs: 5 },
    run: (options) => measure(mix, paths, options),
  };
}

async function measure(mix: Mix, paths: readonly string[], { seconds, runs }: BenchOptions): Promise<BenchResult> {
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length > 0) throw new Error(`no copy of the rules at ${absent.join(', ')}`);
  const pooled: Judged[] = [];
  const unique: Judged[] = [];
  const plain: Judged[] = [];
  for (let index = 0; index < runs; index++) {
    pooled.push(await judged(mix, paths, seconds, index));
    unique.push(await judged(mix, paths, seconds, index, ['--unique']));
    plain.push(await judged(mix, paths, seconds, index, ['--plain']));
  }
  const median = (runsOf: readonly Judged[]): number => figure('', '', runsOf.map(({ eventsPerS }) => eventsPerS)).median;
  return {
    figures: [
      figure('events_per_s', 'events/s', pooled.map(({ eventsPerS }) => eventsPerS)),
      figure('events_per_s:unique', 'events/s', unique.map(({ eventsPerS }) => eventsPerS)),
      figure('load_ms', 'ms', pooled.map(({ loadMs }) => loadMs)),
      figure('rss_mib', 'MiB', unique.map(({ rssMib }) => rssMib)),
      figure('matches_per_1000_events', 'matches', pooled.map(({ matchesPer1000 }) => matchesPer1000)),
      figure('rules', 'rules', [pooled[0]!.rules.ok]),
      figure('rules_unsatisfiable', 'rules', [pooled[0]!.rules.unsatisfiable]),
      figure('rules_rejected', 'rules', [pooled[0]!.rules.rejected]),
    ],
    drops: { dead_letters: [...pooled, ...unique].reduce((sum, { deadLetters }) => sum + deadLetters, 0) },
    compare: [{ against: 'every rule judged for every event (index off)', metric: 'events_per_s', ratio: Number((median(pooled) / median(plain)).toPrecision(3)) }],
  };
}

interface Judged {
  readonly eventsPerS: number;
  readonly matchesPer1000: number;
  readonly loadMs: number;
  readonly rssMib: number;
  readonly rules: { readonly ok: number; readonly unsatisfiable: number; readonly rejected: number };
  readonly deadLetters: number;
}

async function judged(mix: Mix, paths: readonly string[], seconds: number, seed: number, more: readonly string[] = []): Promise<Judged> {
  const core = String(availableParallelism() - 1);
  const args = ['-c', core, process.execPath, judge, `--mix=${mix}`, `--seconds=${seconds}`, `--seed=${seed + 1}`, ...more, ...paths];
  const { stdout } = await run('taskset', args, { maxBuffer: 2 ** 20 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Judged;
}
