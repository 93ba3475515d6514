/**
 * Starts the servers when the first suite that needs them begins, for all of the run. vitest calls a project's global
 * setup for each project, in a module graph of its own, and the root's always, even when only unit tests run; so the
 * projects that need servers name this file, and what has been started is remembered outside the module.
 */
import type { TestProject } from 'vitest/node';
import startServers from './servers/global-setup.ts';

const started: unique symbol = Symbol.for('ringfence.test.servers');

export default async function startOnce(project: TestProject): Promise<(() => Promise<void> | void) | undefined> {
  const run: typeof globalThis & { [started]?: boolean } = globalThis;
  if (run[started] === true) return undefined;
  run[started] = true;
  // What the root project provides is seen by all.
  return startServers(project.vitest.getRootProject());
}
