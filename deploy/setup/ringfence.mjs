#!/usr/bin/env node
/**
 * The `ringfence` command under any Node: finds the Node that set-up chose and runs the command line there, in the
 * folder it was called from. It checks only that set-up has been run, since every call pays for what stands here.
 * `--run <file> …` runs another TypeScript file of the project instead (`npm run generate`).
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { launch } from './launch.mjs';
import { nodeOptionsOf } from './node-options.mjs';
import { exitHostCannot, root } from './project.mjs';
import { installedLockPath } from './steps/modules.mjs';
import { nodeIsThere, nodePath } from './steps/node.mjs';

if (nodeIsThere() && existsSync(installedLockPath)) {
  const { file, args } = programOf(process.argv.slice(2));
  process.exitCode = await launch(nodePath(), resolve(root, file), args, nodeOptionsOf(process.argv[2]));
} else {
  process.stderr.write(`ringfence: this clone is not set up yet. Run:\n  cd ${root} && npm run build\n`);
  process.exitCode = exitHostCannot;
}

function programOf(args) {
  if (args[0] === '--run' && args[1] !== undefined) return { file: args[1], args: args.slice(2) };
  return { file: 'services/cli/main.ts', args };
}
