/**
 * Regular expressions that match in time linear in the text (RE2's guarantee), since rules are written by many people
 * and values by attackers. The price is RE2's syntax: no lookaround and no backreferences, which no SigmaHQ rule uses.
 */
import { RE2JS } from 're2js';

export interface LinearRegex {
  readonly source: string;
  readonly flags: RegexFlags;
  /** True when the expression matches anywhere in the text. */
  test(text: string): boolean;
}

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** Far above the longest expression of any known rule (about 600); bounds the compiled program. */
export const regexCharsMax = 8_192;

/** The compiled expression, or the reason why it is refused. */
export function compileRegex(source: string, flags: RegexFlags): LinearRegex | { readonly refused: string } {
  if (source.length > regexCharsMax) return { refused: `it is longer than ${regexCharsMax} characters` };
  const bits =
    (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.multiline ? RE2JS.MULTILINE : 0) |
    (flags.dotAll ? RE2JS.DOTALL : 0);
  try {
    const program = RE2JS.compile(source, bits);
    return { source, flags, test: (text) => program.test(text) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
