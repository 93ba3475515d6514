/**
 * The suites of the test run, in the order in which they run: what is quick and narrow fails first. A test file of no
 * other suite is a unit test, so that none is left out.
 */
export interface Suite {
  readonly name: string;
  readonly include: readonly string[];
  /** Real Kafka and Redis, started once for the whole run. */
  readonly servers: boolean;
  /** One file at a time: two files that attach programs or stop a broker would see each other. */
  readonly alone: boolean;
  readonly timeoutMs: number;
}

const special: readonly Suite[] = [
  { name: 'libbpf-ts', include: ['bpf/libbpf-ts/**/*.test.ts'], servers: false, alone: true, timeoutMs: 30_000 },
  { name: 'contract', include: ['**/*.contract.test.ts'], servers: true, alone: true, timeoutMs: 60_000 },
  { name: 'kernel', include: ['test/kernel/**/*.test.ts'], servers: false, alone: true, timeoutMs: 60_000 },
  { name: 'integration', include: ['test/integration/**/*.test.ts'], servers: true, alone: true, timeoutMs: 60_000 },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], servers: true, alone: true, timeoutMs: 120_000 },
];

const unit: Suite = { name: 'unit', include: ['**/*.test.ts'], servers: false, alone: false, timeoutMs: 10_000 };

export const suites: readonly Suite[] = [unit, ...special];

/** Globs that are not of the suite although it includes them. */
export function excludedFrom(suite: Suite): string[] {
  const never = ['**/node_modules/**', '**/build/**', '.ringfence/**'];
  return suite === unit ? [...never, ...special.flatMap((each) => each.include)] : never;
}
