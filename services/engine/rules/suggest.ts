/** "Did you mean": the nearest known name by edit distance, when it is near enough to be a slip of the fingers. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.min(3, Math.floor(name.length / 2)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** The hint itself, or undefined when nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const nearest = suggest(name, known);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

/** Names longer than this are not compared: the table is quadratic. */
const comparedLengthMax = 64;

/**
 * Optimal string alignment distance (insert, delete, replace, swap neighbours); `limit` when it is at least that.
 */
function editDistance(a: string, b: string, limit: number): number {
  if (a.length > comparedLengthMax || b.length > comparedLengthMax) return limit;
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(beforeLast, j - 2) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(limit, at(last, b.length));
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
