/** Where the project lies. Everything in deploy/setup runs before `npm ci`, under any Node from 20 on: built-ins only. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the clone; symlinks are resolved, so that a launcher linked from elsewhere finds it too. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** What set-up remembers between runs: one stamp for each thing built. Git ignores every `build` folder. */
export const stampFolder = join(root, 'deploy/setup/build');

/** Exit codes of every command of Ringfence: 1 it failed, 3 this host can't. */
export const exitFailed = 1;
export const exitHostCannot = 3;
