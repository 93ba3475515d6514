/** Every act that `ringfence simulate` knows, done for real: `ringfence up` sees each, by the rule that it names. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Detection } from '../../schemas/generated/types.gen.ts';
import { simulations } from '../../services/cli/simulations/index.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { eventually } from '../support/eventually.ts';
import { removePins } from '../support/pipeline.ts';
import { ServiceProcess } from '../support/service-process.ts';

const node = 'test-simulate';
const cli = join(import.meta.dirname, '../../services/cli/main.ts');

/** The verifier looks at some hundred programs, on a machine that does other things too. */
const attachedMs = 90_000;

/** The acts are over by then: what was not seen within this is not seen. */
const seenMs = 15_000;

/** A line of `simulate all --json`. */
interface Ending {
  readonly simulation: string;
  readonly rule: string;
  readonly pids?: readonly number[];
  readonly done?: boolean;
  readonly outcome?: string;
  /** What this host lacks for it. */
  readonly lacks?: string;
}

describe.skipIf(cgroupHindrance !== null)(`the simulations (${cgroupHindrance ?? 'all'})`, () => {
  let cgroup: TestCgroup;
  let home: string;
  let up: ServiceProcess;
  let endings: ReadonlyMap<string, Ending>;
  const detections = () => up.output.map((line) => JSON.parse(line) as { readonly type: string } & Detection).filter(({ type }) => type === 'detection');

  beforeAll(async () => {
    cgroup = createTestCgroup('simulate');
    home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
    const environment = { RINGFENCE_HOME: home, RINGFENCE_NODE: node, RINGFENCE_SCOPE_CGROUP: cgroup.path, RINGFENCE_LOG_LEVEL: 'info' };
    up = await new ServiceProcess(['up', '--json'], environment, 'watching').start();
    // From then on every program that the rules need is in the kernel; before that, only the lives of processes are seen.
    await up.waitFor(({ msg, groups }) => msg === 'reports what the rules ask for' && Array.isArray(groups) && groups.length > 0, { timeoutMs: attachedMs });
    endings = await performAll(cgroup);
  }, attachedMs + 90_000);

  afterAll(async () => {
    await cgroup?.remove();
    await up?.stop();
    removePins(home, node);
    rmSync(home, { recursive: true, force: true });
  }, 30_000);

  test('more than half of them can be done on this host', () => {
    const done = [...endings.values()].filter((ending) => ending.done === true);
    expect(done.length).toBeGreaterThan(simulations.length / 2);
  });

  for (const { name, does, rule } of simulations) {
    test(`${name} is seen: ${does}`, async (context) => {
      const ending = endings.get(name);
      if (ending?.lacks !== undefined) return context.skip(ending.lacks);
      expect(ending).toMatchObject({ rule, done: true });
      const found = await eventually(() => detections().find((detection) => detection.rule.title === rule && actors(detection).some((pid) => ending!.pids!.includes(pid))), seenMs);
      expect(found.node).toBe(node);
    });
  }

  test('one that is interrupted ends at once, and leaves neither processes nor files', async () => {
    const child = spawn(process.execPath, [cli, 'simulate', 'reverse-shell', '--json', '--cgroup', cgroup.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const own = join(cgroup.path, `ringfence-simulate-${child.pid}`);
    const shell = await eventually(() => (existsSync(own) ? readFileSync(join(own, 'cgroup.procs'), 'utf8').split('\n').find((pid) => pid !== '') : undefined));
    const directory = /(?:^|\0)W=([^\0]+)/.exec(await eventually(() => environmentOf(shell)))![1]!;
    expect(existsSync(directory)).toBe(true);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ code, cgroup: existsSync(own), directory: existsSync(directory) }).toEqual({ code: 1, cgroup: false, directory: false });
  });
});

/** Undefined until the process has its own. */
function environmentOf(pid: string): string | undefined {
  const text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  return text.includes('W=/') ? text : undefined;
}

/** The process of a detection, and those it descends from: an act may be that of a program which the shell started. */
function actors({ trigger }: Detection): number[] {
  if (trigger === null) return [];
  return [trigger.process.pid, ...(trigger.parent === null ? [] : [trigger.parent.pid]), ...trigger.ancestors.map(({ pid }) => pid)];
}

async function performAll(cgroup: TestCgroup): Promise<ReadonlyMap<string, Ending>> {
  const child = spawn(process.execPath, [cli, 'simulate', 'all', '--json', '--cgroup', cgroup.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endings = new Map<string, Ending>();
  for await (const line of createInterface({ input: child.stdout })) {
    const ending = JSON.parse(line) as Ending;
    endings.set(ending.simulation, ending);
  }
  if (child.exitCode === null) await once(child, 'exit');
  return endings;
}
