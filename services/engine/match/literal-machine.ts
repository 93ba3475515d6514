/** What finds literals in texts: anchored-table.ts and contained-machine.ts. */

/** Takes the owners of the literals that are found; the same ones may come several times. */
export interface Finds {
  add(owners: Int32Array): void;
}

export interface LiteralMachine {
  /**
   * Of bytes[start, end), where ASCII may stand in either case. Other characters have to be in the index's form (fold.ts),
   * or such that folding makes no ASCII of them. `words` are of the memory in which the bytes stand, where they are at hand.
   */
  scan(bytes: Uint8Array, start: number, end: number, finds: Finds, words: Int32Array | undefined): void;
  readonly tableBytes: number;
}

/** UTF-8 of a literal in the index's form, as a string of a character for each byte (Buffer's latin1), and who asks for it. */
export type OwnedLiterals = ReadonlyMap<string, readonly number[]>;
