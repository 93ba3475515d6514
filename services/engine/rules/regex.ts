/**
 * Regular expressions that match in time linear in the text (RE2's guarantee), since rules are written by many people
 * and values by attackers. The price is RE2's syntax: no lookaround and no backreferences, which no SigmaHQ rule uses.
 */
import { RE2JS } from 're2js';
import { regexSize } from './regex-size.ts';

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

/** Far above the longest expression of any known rule (about 600). */
export const regexCharsMax = 8_192;

/**
 * Steps of one program: each character of a value may cost as much as all of them. Known rules need 1,000 (`.{1000,}`).
 */
export const regexSizeMax = 4_000;

/** Steps of all programs of one load, at about 70 bytes each. SigmaHQ's rules need 10,000. */
export const regexesSizeMax = 500_000;

/** The compiled expression, or the reason why it is refused. */
export function compileRegex(source: string, flags: RegexFlags): LinearRegex | { readonly refused: string } {
  if (source.length > regexCharsMax) return { refused: `it is longer than ${regexCharsMax} characters` };
  // Between \Q and \E nothing is an operator, which what counts and wraps expressions does not know. No known rule has it.
  if (/(?<!\\)(?:\\\\)*\\Q/.test(source)) return { refused: 'quoting with \\Q is not supported' };
  if (regexSize(source) > regexSizeMax) return { refused: `written out, its repetitions have more than ${regexSizeMax} steps` };
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

/** The expressions of one load: equal ones are compiled once, and all of them together are bounded. */
export class RegexCompiler {
  private readonly known = new Map<string, ReturnType<typeof compileRegex>>();
  private size = 0;

  /** `before` and `after` are put around the expression, which has to be one by itself: `a)|(b` is none. */
  compileWithin(before: string, source: string, after: string, flags: RegexFlags): ReturnType<typeof compileRegex> {
    const own = this.compile(source, flags);
    return 'test' in own ? this.compile(`${before}(?:${source})${after}`, flags) : own;
  }

  compile(source: string, flags: RegexFlags): ReturnType<typeof compileRegex> {
    const key = JSON.stringify([source, flags.ignoreCase, flags.multiline, flags.dotAll]);
    return this.known.getOrInsertComputed(key, () => {
      this.size += regexSize(source);
      if (this.size > regexesSizeMax) return { refused: `the rules loaded before it and it have more than ${regexesSizeMax} steps` };
      return compileRegex(source, flags);
    });
  }
}
