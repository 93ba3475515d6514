/**
 * The test run: checks of the sources, then the suites. Prints one closing line, `N passed, N failed, N skipped`, last
 * on stdout, whatever happened; a check counts as one test. Ends with 1 when anything failed or nothing ran.
 *
 *   npm test                           everything
 *   npm test -- unit contract          these suites only (`checks` is one too)
 *   npm test -- unit services/engine   of these suites, the files whose path contains the text
 *   npm test -- vm 6.12 process-exec   the kernel matrix, here one kernel and one file
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { runMatrix } from './kernel/vm/matrix.ts';
import { CountingReporter } from './support/reporter.ts';
import type { Counts } from './support/reporter.ts';
import { suites } from './support/suites.ts';

const root = join(import.meta.dirname, '..');

/** Each in a process of its own, as it is run by hand. */
const checks = [
  { title: 'what is generated is up to date', args: ['schemas/generator/main.ts', '--check'] },
  { title: 'the types hold', args: ['node_modules/typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.json'] },
];

const suiteNames = suites.map((suite) => suite.name);

const total: Counts = { passed: 0, failed: 0, skipped: 0 };

let reason = 'the reason stands above';

process.once('exit', conclude);
// At once: the same Ctrl-C comes again through npm and the launcher. Servers and workers notice that this process is gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
// Stopping a server may await a child that does not keep this process alive; only process.exit below ends the run.
setInterval(() => {}, 60_000);
await main(process.argv.slice(2));
process.exit();

async function main(args: readonly string[]): Promise<void> {
  const chosen = args.filter((arg) => ['checks', 'vm', ...suiteNames].includes(arg));
  const filters = args.filter((arg) => !chosen.includes(arg));
  if (args.length === 0 || chosen.includes('checks')) runChecks();
  const projects = chosen.length === 0 ? suiteNames : suiteNames.filter((name) => chosen.includes(name));
  if (projects.length > 0) await runSuites(projects, filters);
  if (chosen.length === 0 || chosen.includes('vm')) await runMatrix(total, filters);
}

/** The last words, also when something below ended the process: vitest has then set the exit code. */
function conclude(code: number): void {
  if (code !== 0 && total.failed === 0) {
    total.failed += 1;
    process.stdout.write(`✗ FAILED: the run itself; ${reason}\n`);
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function stop(signal: NodeJS.Signals): never {
  reason = `it was interrupted (${signal}), so what ran before is not counted`;
  process.exit(1);
}

function runChecks(): void {
  for (const { title, args } of checks) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    total[status === 0 ? 'passed' : 'failed'] += 1;
    process.stdout.write(`${status === 0 ? '✓' : '✗ FAILED:'} checks       ${title}\n`);
    if (status !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  }
}

async function runSuites(projects: readonly string[], filters: readonly string[]): Promise<void> {
  try {
    await startVitest([...filters], {
      root,
      config: join(root, 'test/vitest.config.ts'),
      project: [...projects],
      reporters: [new CountingReporter(total)],
      // A forgotten `.only` would skip the rest; a suite without files is judged below, by what ran in all.
      allowOnly: false,
      passWithNoTests: true,
    });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
