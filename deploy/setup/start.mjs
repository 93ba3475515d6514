/** `npm start`: brings the clone up to date, then runs the whole pipeline on this host; arguments go to `ringfence up`. */
import { join } from 'node:path';
import { launch } from './launch.mjs';
import { root } from './project.mjs';
import { setUp } from './run-steps.mjs';
import { nodePath } from './steps/node.mjs';
import { stepsToReplay, stepsToRun } from './steps.mjs';

const args = process.argv.slice(2);
const replays = args.some((arg) => arg === '--replay' || arg.startsWith('--replay='));

await setUp(replays ? stepsToReplay : stepsToRun);
process.exitCode = await launch(nodePath(), join(root, 'services/cli/main.ts'), ['up', ...args]);
