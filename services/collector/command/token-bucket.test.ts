import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

/** How many of `times` (ms) find a token. */
function taken(bucket: TokenBucket, times: readonly number[]): number[] {
  return times.filter((time) => bucket.take(time));
}

it('lets a burst through, then one for each interval', () => {
  const bucket = new TokenBucket(60, 3, 0);
  expect(taken(bucket, [0, 0, 0, 0, 999, 1_000, 1_001, 1_999, 2_000])).toEqual([0, 0, 0, 1_000, 2_000]);
});

it('saves up no more than a burst', () => {
  const bucket = new TokenBucket(60, 2, 0);
  expect(taken(bucket, Array(5).fill(3_600_000))).toHaveLength(2);
});

it('keeps to its average however often it is asked', () => {
  const bucket = new TokenBucket(6, 1, 0);
  const asked = Array.from({ length: 60_000 }, (_, index) => index);
  expect(taken(bucket, asked)).toHaveLength(6);
});

it('with a rate of 0 has its burst and nothing more', () => {
  const bucket = new TokenBucket(0, 1, 0);
  expect(taken(bucket, [0, 1, 1e9])).toEqual([0]);
});
