/** Seeded numbers (mulberry32): a bench sees the same events in every run. */
export interface Random {
  /** From 0 to below `end`. */
  below(end: number): number;
  /** One of them. */
  of<T>(choices: readonly T[]): T;
  /** One of them, by weight. */
  weighted<T extends { readonly weight: number }>(choices: readonly T[]): T;
  /** A word of lower-case letters. */
  word(letters: number): string;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    of: (choices) => choices[below(choices.length)]!,
    weighted(choices) {
      let left = next() * choices.reduce((sum, { weight }) => sum + weight, 0);
      return choices.find(({ weight }) => (left -= weight) < 0) ?? choices[0]!;
    },
    word: (letters) => String.fromCharCode(...Array.from({ length: letters }, () => 97 + below(26))),
  };
}
