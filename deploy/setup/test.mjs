/** `npm test`: brings the clone up to date with all that tests need, then runs the suites; arguments go to test/run.ts. */
import { join } from 'node:path';
import { launch } from './launch.mjs';
import { root } from './project.mjs';
import { setUp } from './run-steps.mjs';
import { nodePath } from './steps/node.mjs';
import { stepsToTest } from './steps.mjs';

await setUp(stepsToTest);
process.exitCode = await launch(nodePath(), join(root, 'test/run.ts'), process.argv.slice(2));
