/**
 * What test files get as `vitest` inside a virtual machine, where every instruction is emulated: vitest itself starts for
 * half a minute there. `expect` and `vi` are vitest's own; the rest is as much of its API as tests of the kernel use:
 * describe and test (`skip`, `skipIf`, `runIf`, `each`; a time limit last; `context.skip`) and hooks. What is missing fails
 * the file, by name.
 */
import { format } from 'node:util';
export { expect, vi } from '../../../node_modules/vitest/dist/index.js';

type Act = (...args: never[]) => unknown;

interface Suite {
  readonly name: string;
  readonly skipped: boolean;
  readonly parent: Suite | undefined;
  readonly entries: (Suite | Test)[];
  readonly hooks: Record<HookKind, Act[]>;
}

interface Test {
  readonly name: string;
  readonly act: Act;
  readonly args: readonly unknown[];
  readonly skipped: boolean;
  /** As the file has it, for the host. */
  readonly timeoutMs: number;
}

type HookKind = 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach';

export type Outcome = { readonly kind: 'passed' } | { readonly kind: 'skipped'; readonly reason: string } | { readonly kind: 'failed'; readonly error: unknown };

export type Report = (name: string, outcome: Outcome) => void;

let current = suiteOf('', false, undefined);

class Skip extends Error {}

function suiteOf(name: string, skipped: boolean, parent: Suite | undefined): Suite {
  return { name, skipped, parent, entries: [], hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } };
}

function addSuite(skipped: boolean) {
  return (name: string, declare: () => void): void => {
    const suite = suiteOf(name, skipped || current.skipped, current);
    current.entries.push(suite);
    current = suite;
    try {
      declare();
    } finally {
      current = suite.parent!;
    }
  };
}

function addTest(skipped: boolean) {
  return (name: string, act: Act, timeoutMs?: number): void => {
    current.entries.push({ name, act, args: [], skipped: skipped || current.skipped, timeoutMs: timeoutMs ?? 0 });
  };
}

/** A row that is no array is the one argument, as vitest has it. */
function addTestEach(skipped: boolean) {
  return (rows: readonly unknown[]) =>
    (name: string, act: Act, timeoutMs?: number): void => {
      for (const row of rows) {
        const args = Array.isArray(row) ? (row as unknown[]) : [row];
        current.entries.push({ name: titled(name, args), act, args, skipped: skipped || current.skipped, timeoutMs: timeoutMs ?? 0 });
      }
    };
}

/** util.format appends the arguments that no placeholder takes. */
function titled(name: string, args: readonly unknown[]): string {
  const placeholders = name.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(name, ...args.slice(0, placeholders));
}

const addHook = (kind: HookKind) => (act: Act): void => void current.hooks[kind].push(act);

const testWith = (skipped: boolean) => Object.assign(addTest(skipped), { each: addTestEach(skipped) });

/** What is skipped is still declared, and so counted. */
const conditional = <With>(make: (skipped: boolean) => With) =>
  Object.assign(make(false) as With & object, {
    skip: make(true),
    skipIf: (condition: unknown) => make(Boolean(condition)),
    runIf: (condition: unknown) => make(!condition),
  });

export const describe = conditional(addSuite);
export const test = conditional(testWith);
export { test as it };
export const beforeAll = addHook('beforeAll');
export const afterAll = addHook('afterAll');
export const beforeEach = addHook('beforeEach');
export const afterEach = addHook('afterEach');

/** Imports a file and runs its tests in order, each for at most `timeoutMs` or what the file grants it. */
export async function runFile(url: string, name: string, timeoutMs: number, report: Report): Promise<void> {
  current = suiteOf(name, false, undefined);
  const root = current;
  try {
    await import(url);
  } catch (error) {
    return report(name, { kind: 'failed', error });
  }
  await runSuite(root, timeoutMs, report);
}

async function runSuite(suite: Suite, timeoutMs: number, report: Report): Promise<void> {
  const fault = suite.skipped ? null : await failureOf(() => runHooks(suite, 'beforeAll', timeoutMs));
  for (const entry of suite.entries) {
    if ('entries' in entry) {
      if (fault === null) await runSuite(entry, timeoutMs, report);
      continue;
    }
    const name = [...pathOf(suite), entry.name].join(' > ');
    report(name, fault === null ? await runTest(suite, entry, name, Math.max(entry.timeoutMs, timeoutMs)) : { kind: 'failed', error: fault.error });
  }
  const end = suite.skipped ? null : await failureOf(() => runHooks(suite, 'afterAll', timeoutMs));
  for (const each of [fault, end]) if (each !== null) report(`${pathOf(suite).join(' > ')}: a hook`, { kind: 'failed', error: each.error });
}

async function runTest(suite: Suite, test: Test, name: string, timeoutMs: number): Promise<Outcome> {
  if (test.skipped) return { kind: 'skipped', reason: /\(([^()]*)\)[^()]*$/.exec(name)?.[1] ?? 'no reason given' };
  const failed = await failureOf(async () => {
    for (const each of lineage(suite)) await runHooks(each, 'beforeEach', timeoutMs);
    await bounded(() => test.act(...([...test.args, context] as never[])), timeoutMs);
  });
  const after = await failureOf(async () => {
    for (const each of lineage(suite).reverse()) await runHooks(each, 'afterEach', timeoutMs);
  });
  const error = (failed ?? after)?.error;
  if (error instanceof Skip) return { kind: 'skipped', reason: error.message };
  return failed === null && after === null ? { kind: 'passed' } : { kind: 'failed', error };
}

const context = {
  skip(reason = 'no reason given'): never {
    throw new Skip(reason);
  },
};

async function runHooks(suite: Suite, kind: HookKind, timeoutMs: number): Promise<void> {
  for (const act of suite.hooks[kind]) await bounded(() => act(), timeoutMs);
}

async function failureOf(act: () => Promise<void>): Promise<{ error: unknown } | null> {
  try {
    await act();
    return null;
  } catch (error) {
    return { error };
  }
}

async function bounded(act: () => unknown, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([act(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** From the file's own suite down. */
function lineage(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [...lineage(suite.parent), suite];
}

function pathOf(suite: Suite): string[] {
  return lineage(suite).map((each) => each.name);
}
