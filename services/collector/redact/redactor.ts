/**
 * Takes secrets out of arguments and environments before they leave the node. In their place stands <redacted:HHHHHHHH>, the
 * beginning of a keyed hash: the same secret on this node is recognised wherever it is used, and can't be guessed from the text.
 *
 * Known names (--password x, API_KEY=x, Authorization: …), known programs (mysql -px), known shapes (AKIA…, ghp_…, private
 * keys, user:password@host) and the patterns of the configuration are found. A secret that looks like any other word, in a
 * place that says nothing, is not.
 */
import { createHmac } from 'node:crypto';
import { commandSecrets, programNames } from './command-secrets.ts';
import type { CustomPattern } from './custom-patterns.ts';
import { isHarmless } from './secret-names.ts';
import { textSecrets, type Span, type TextKind } from './text-secrets.ts';

/** Enough to tell a node's secrets apart, too few to try secrets against. */
const hashDigits = 8;

export class Redactor {
  /** Secrets taken out so far. */
  redacted = 0;
  private readonly key: Buffer;
  private readonly patterns: readonly CustomPattern[];

  /** `key`: see redaction-key.ts. */
  constructor(key: Buffer, patterns: readonly CustomPattern[] = []) {
    this.key = key;
    this.patterns = patterns;
  }

  /** The arguments of a program, its name first; the same array when there is nothing to take out. */
  args(args: string[]): string[] {
    if (!args.some((arg) => this.isSuspicious(arg))) return args;
    const spans: Span[][] = args.map(() => []);
    const scripts = new Set<number>();
    commandSecrets(args, {
      secret: (argument, start, end) => spans[argument]!.push({ start, end }),
      shell: (argument) => scripts.add(argument),
    });
    return this.all(args, (arg, index) => [...spans[index]!, ...this.inText(arg, scripts.has(index) ? 'script' : 'argument')]);
  }

  /** Variables, name=value each; the same array when there is nothing to take out. */
  env(variables: string[]): string[] {
    if (!variables.some((variable) => this.isSuspicious(variable))) return variables;
    return this.all(variables, (variable) => this.inText(variable, 'variable'));
  }

  /** One text of any other kind, such as a request line or a URL. */
  text(text: string): string {
    return this.isSuspicious(text) ? this.replace(text, this.inText(text, 'script')) : text;
  }

  private isSuspicious(text: string): boolean {
    return hasHint(text) || (this.patterns.length > 0 && this.patterns.some((pattern) => pattern.test(text)));
  }

  private inText(text: string, kind: TextKind): Span[] {
    const custom = this.patterns.flatMap((pattern) => pattern.find(text)).filter(({ start, end }) => !isHarmless(text.slice(start, end)));
    return hasHint(text) ? [...textSecrets(text, kind), ...custom] : custom;
  }

  private all(texts: string[], find: (text: string, index: number) => Span[]): string[] {
    const replaced = texts.map((text, index) => this.replace(text, find(text, index)));
    return replaced.some((text, index) => text !== texts[index]) ? replaced : texts;
  }

  private replace(text: string, spans: readonly Span[]): string {
    let result = '';
    let at = 0;
    for (const { start, end } of merged(beside(text, spans))) {
      result += text.slice(at, start) + this.tag(text.slice(start, end));
      at = end;
    }
    return at === 0 ? text : result + text.slice(at);
  }

  private tag(secret: string): string {
    this.redacted++;
    return `<redacted:${createHmac('sha256', this.key).update(secret).digest('hex').slice(0, hashDigits)}>`;
  }
}

/**
 * Whether anything stands in the text that every secret has near it. Most arguments have nothing of it, and this look is
 * all that they cost.
 */
function hasHint(text: string): boolean {
  return nameHint.test(text) || (text.length >= shapeCharsMin && shapeHint.test(text));
}

const nameHint = new RegExp(
  `pass|pw|secret|token|key|cred|auth|cookie|jwt|bearer|sas|string|://[^/\\s]*[:@]|(?:^|[/\\s'"])(?:${programNames.join('|')})(?:$|[\\s'"])`,
  'i',
);

const shapeHint = /AKIA|ASIA|gh[pousr]_|github_|glpat-|xox|xapp-|eyJ|[sr]k_|sk-|AIza|ya29|npm_|pypi-|dop_v1|hvs\.|SG\.|-----BEGIN/;

/** The shortest of the shapes, Slack's, has 15; most arguments are shorter. */
const shapeCharsMin = 15;

/** Those that touch nothing that has been redacted before: redacting twice is as redacting once. */
function beside(text: string, spans: readonly Span[]): readonly Span[] {
  if (spans.length === 0 || !text.includes('<redacted:')) return spans;
  const tags = [...text.matchAll(/<redacted:[0-9a-f]{8}>/g)].map(({ index, 0: tag }) => ({ start: index, end: index + tag.length }));
  return spans.filter((span) => !tags.some((tag) => span.start < tag.end && tag.start < span.end));
}

/** Overlapping finds are one secret. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last !== undefined && span.start < last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}
