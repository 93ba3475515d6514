/**
 * What a test run prints: one line a file, every failure in full, every skip with its reason. It only counts; the
 * closing line is the runner's, which adds what vitest does not know of.
 */
import type {
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestRunEndReason,
  TestSuite,
  Vitest,
} from 'vitest/node';
import type { UserConsoleLog } from 'vitest';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export class CountingReporter implements Reporter {
  readonly #counts: Counts;
  #vitest: Vitest | undefined;

  /** Adds to `counts` at the end of the run. */
  constructor(counts: Counts) {
    this.#counts = counts;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onUserConsoleLog(log: UserConsoleLog): void {
    process.stdout.write(log.content);
  }

  onTestModuleEnd(module: TestModule): void {
    const tests = [...module.children.allTests()];
    const failed = tests.filter(isFailure).length + faultsOutsideTests(module).length;
    const skipped = tests.filter((test) => test.result().state === 'skipped').length;
    const numbers = [
      `${tests.length - skipped} ran`,
      ...(failed > 0 ? [`${failed} FAILED`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ].join(', ');
    const seconds = (module.diagnostic().duration / 1000).toFixed(1);
    print(`${failed > 0 ? '✗' : '✓'} ${suiteOf(module)}  ${module.relativeModuleId}  ${numbers}  ${seconds} s`);
  }

  onTestRunEnd(modules: readonly TestModule[], outsideErrors: readonly SerializedError[], reason: TestRunEndReason): void {
    for (const module of modules) this.#nameSkips(module);
    for (const module of modules) this.#nameFailures(module);
    for (const error of outsideErrors) this.#fail('an error outside any test', [error]);
    if (reason === 'interrupted') this.#fail('the run was interrupted', []);
  }

  #nameSkips(module: TestModule): void {
    for (const test of module.children.allTests('skipped')) {
      const result = test.result();
      this.#counts.skipped += 1;
      const reason = (result.state === 'skipped' ? result.note : undefined) ?? reasonOf(test);
      print(`- skipped: ${titleOf(test).replace(` (${reason})`, '')}: ${reason}`);
    }
  }

  #nameFailures(module: TestModule): void {
    this.#counts.passed += [...module.children.allTests('passed')].length;
    for (const fault of faultsOutsideTests(module)) this.#fail(titleOf(fault), fault.errors());
    for (const test of module.children.allTests()) {
      if (isFailure(test)) this.#fail(titleOf(test), test.result().errors ?? []);
    }
  }

  /** With the diff, the place and the lines around it. */
  #render(error: SerializedError): string {
    if (this.#vitest === undefined) return error.stack ?? error.message;
    return this.#vitest.logger.formatError(error, { project: this.#vitest.getRootProject() }).output.trimEnd();
  }

  #fail(title: string, errors: readonly SerializedError[]): void {
    this.#counts.failed += 1;
    print(`\n✗ FAILED: ${title}`);
    for (const error of errors) print(this.#render(error));
  }
}

/** A test that never came to an end (its process died) has failed. */
function isFailure(test: TestCase): boolean {
  const { state } = test.result();
  return state === 'failed' || state === 'pending';
}

/** The file itself and its describes, where loading or a hook failed: their tests did not run, and none says so. */
function faultsOutsideTests(module: TestModule): (TestModule | TestSuite)[] {
  return [module, ...module.children.allSuites()].filter((each) => each.errors().length > 0);
}

/** A skip by flag carries its reason in the name of the test or of a describe around it, in parentheses. */
function reasonOf(test: TestCase): string {
  if (suitesAround(test).some((suite) => suite.errors().length > 0)) return 'a hook of its suite failed';
  return /\(([^()]*)\)[^()]*$/.exec(test.fullName)?.[1] ?? 'no reason given';
}

function suitesAround(test: TestCase): (TestSuite | TestModule)[] {
  const around: (TestSuite | TestModule)[] = [test.parent];
  for (let each = test.parent; each.type === 'suite'; each = each.parent) around.push(each.parent);
  return around;
}

function titleOf(entity: TestCase | TestSuite | TestModule): string {
  if (entity.type === 'module') return `${suiteOf(entity)}  ${entity.relativeModuleId}`;
  return `${suiteOf(entity.module)}  ${entity.module.relativeModuleId} > ${entity.fullName}`;
}

function suiteOf(module: TestModule): string {
  return module.project.name.padEnd(11);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
