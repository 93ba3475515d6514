/** The loaders' fuzz targets for a moment: inputs of one seed, and every input that once failed. */
import { describe, expect, test } from 'vitest';
import { falcoLoader } from './falco-loader.ts';
import { Random } from './random.ts';
import { runKept } from './run.ts';
import { sigmaLoader } from './sigma-loader.ts';

/** Few enough for a second or two; a run of minutes is `node test/fuzz/<name>.ts --minutes 10`. */
const inputs = 60;

describe.each([sigmaLoader, falcoLoader])('$name', (target) => {
  test(`takes ${inputs} texts without a throw, and what it loads is whole`, { timeout: 60_000 }, () => {
    for (let number = 0; number < inputs; number += 1) {
      const text = target.generate(new Random(1, number));
      expect(() => target.check(target.parse(target.print(text))), `--seed 1 --only ${number}`).not.toThrow();
    }
  });

  test('takes every text that it once did not', { timeout: 60_000 }, () => {
    expect(runKept(target)).toBeGreaterThanOrEqual(0);
  });
});
