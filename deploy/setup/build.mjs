/** `npm run build`: set-up alone, so that `ringfence` can be used; nothing is started. */
import { setUp } from './run-steps.mjs';
import { stepsToRun } from './steps.mjs';

await setUp(stepsToRun);
