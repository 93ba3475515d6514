/** What operators on texts ask for, as matches: globs, path prefixes, regular expressions, bytes. */
import { many, one, type Match, type Pattern, type PatternPart } from '../ir.ts';
import type { RegexCompiler } from '../regex.ts';

/** fnmatch(3) without flags: stars and question marks match any character, slashes too. */
export function globMatch(glob: string, cased: boolean, regexes: RegexCompiler): Match | { readonly refused: string } {
  if (glob.includes('[')) return wholeRegex(globRegex(glob), !cased, regexes);
  const pattern = patternOf(glob);
  const [only = ''] = pattern;
  if (pattern.length <= 1 && typeof only === 'string') return { kind: 'exact', text: only, cased };
  return { kind: 'wildcard', pattern, cased };
}

export function wholeRegex(source: string, ignoreCase: boolean, regexes: RegexCompiler): Match | { readonly refused: string } {
  const regex = regexes.compileWithin('^', source, '$', { ignoreCase, multiline: false, dotAll: false });
  return 'test' in regex ? { kind: 'regex', regex } : regex;
}

/** The path itself and all that lies below it, component by component; a component may be a glob. */
export function pathMatches(path: string, regexes: RegexCompiler): (Match | { readonly refused: string })[] {
  const trimmed = path.replace(/\/+$/, '');
  if (/[*?[]/.test(trimmed)) {
    const components = trimmed.split('/').map((component) => globRegex(component, '[^/]'));
    return [wholeRegex(`${components.join('/')}(?:/[^\\x00]*)?`, false, regexes)];
  }
  const below: Match = { kind: 'prefix', text: `${trimmed}/`, cased: true };
  return trimmed === '' ? [below] : [{ kind: 'exact', text: trimmed, cased: true }, below];
}

/** Holds for texts that `holds` says so of; `name` tells it apart from others, for versions and for people. */
export function predicate(name: string, holds: (text: string) => boolean): Match {
  return { kind: 'list', list: { name, has: holds } };
}

/** Holds for these texts as they are written. */
export function oneOf(texts: ReadonlySet<string>): Match {
  const constant = [...texts];
  return { kind: 'list', list: { name: `(${constant.map((text) => JSON.stringify(text)).join(', ')})`, has: (text) => texts.has(text), constant } };
}

/** Bytes are written as hex digits, and looked for in a buffer that is shown as text. */
export function bytesMatch(hex: string, where: 'anywhere' | 'start'): Match | undefined {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(hex)) return undefined;
  const wanted = Buffer.from(hex, 'hex');
  const found = (bytes: Buffer): boolean => (where === 'start' ? bytes.indexOf(wanted) === 0 : bytes.includes(wanted));
  return predicate(`${where} ${hex.toLowerCase()}`, (text) => found(Buffer.from(text, 'utf8')) || found(Buffer.from(text, 'latin1')));
}

function patternOf(glob: string): Pattern {
  const parts: PatternPart[] = [];
  for (let index = 0; index < glob.length; index += 1) {
    const character = glob[index]!;
    const last = parts.at(-1);
    if (character === '*') {
      if (last !== many) parts.push(many);
    } else if (character === '?') parts.push(one);
    else {
      const literal = character === '\\' && index + 1 < glob.length ? glob[(index += 1)]! : character;
      if (typeof last === 'string') parts[parts.length - 1] = last + literal;
      else parts.push(literal);
    }
  }
  return parts;
}

/** A backslash and what it quotes, a set of characters, or one character. */
const globParts = /\\([^])|\[([!^]?)(\]?(?:\[:[a-z]*:\]|\\[^]|[^\]\\])*)\]|[^]/g;

/** `any`: the characters that a star, a question mark and the complement of a set may stand for. */
function globRegex(glob: string, any = '[^\\x00]'): string {
  return glob.replaceAll(globParts, (whole, escaped?: string, negated?: string, set?: string) => {
    if (escaped !== undefined) return escape(escaped);
    if (set !== undefined) return negated === '' ? `[${setRegex(set)}]` : `${any.slice(0, -1)}${setRegex(set)}]`;
    if (whole === '*') return `${any}*`;
    return whole === '?' ? any : escape(whole);
  });
}

/** Between brackets. Classes such as [:alpha:] mean the same there; one that does not exist is refused with the expression. */
function setRegex(set: string): string {
  return set.replaceAll(/\[:[a-z]*:\]|\\([^])|[\]^[]|^-|-$/g, (whole, escaped?: string) => {
    const one = escaped ?? whole;
    return /^[\]^[\\-]$/.test(one) ? `\\${one}` : one;
  });
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}/]/g, '\\$&');
}
