/**
 * `npm test`: brings the clone up to date with all that tests need, then runs the suites; arguments go to test/run.ts.
 * `npm run test:kernel` is the kernel matrix alone, for which less is set up.
 */
import { join } from 'node:path';
import { launch } from './launch.mjs';
import { root } from './project.mjs';
import { setUp } from './run-steps.mjs';
import { nodePath } from './steps/node.mjs';
import { stepsToTest, stepsToTestKernels } from './steps.mjs';

const args = process.argv.slice(2);
await setUp(args[0] === 'vm' ? stepsToTestKernels : stepsToTest);
process.exitCode = await launch(nodePath(), join(root, 'test/run.ts'), args);
