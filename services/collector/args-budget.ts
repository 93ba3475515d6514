/**
 * Bounds what the arguments in the process cache take: 8 KiB each is allowed, so a few thousand hostile processes could
 * fill a collector's memory. Forked processes share their creator's arguments, which then count once.
 */

/** Some 300,000 processes with arguments of usual length, or 8,000 with the longest. In UTF-16 units. */
export const argsCharsMax = 64 << 20;

/** An array costs about this much beside its strings' characters, and each string too. */
const objectChars = 32;

export interface SharedArgs {
  readonly chars: number;
  holders: number;
}

export class ArgsBudget {
  private chars = 0;

  /** The cache holds too much; entries have to go. */
  get exceeded(): boolean {
    return this.chars > argsCharsMax;
  }

  take(args: readonly string[]): SharedArgs {
    let chars = objectChars;
    for (const arg of args) chars += arg.length + objectChars;
    this.chars += chars;
    return { chars, holders: 1 };
  }

  share(args: SharedArgs): SharedArgs {
    args.holders++;
    return args;
  }

  release(args: SharedArgs): void {
    if (--args.holders === 0) this.chars -= args.chars;
  }
}
