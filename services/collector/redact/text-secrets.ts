/**
 * Secrets in a text of any form: name=value, "name": "value", headers, credentials in URLs, and tokens that can be told by
 * their shape. Each scan is linear in the text.
 */
import { isHarmless, isSecretName } from './secret-names.ts';

/** From `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What decides where the value of name=value ends: a variable's at the end of the text, a script's at the end of the word. */
export type TextKind = 'argument' | 'variable' | 'script';

export function textSecrets(text: string, kind: TextKind): Span[] {
  const found: Span[] = [];
  const scan: Scan = {
    text,
    kind,
    value: new NextOf(text, endOfValue),
    word: new NextOf(text, blankOrQuote),
    line: new NextOf(text, lineEndOrQuote),
    authority: new NextOf(text, endOfAuthority),
    at: new NextOf(text, new Set('@')),
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== equals && code !== colon) continue;
    const span = code === equals ? assigned(scan, at) : afterColon(scan, at);
    if (span === null || span.end <= span.start || isHarmless(text.slice(span.start, span.end))) continue;
    found.push(span);
    // What is in a secret is no second one; and without this a text of nothing but names would be read n times.
    at = span.end - 1;
  }
  for (const { index, 0: whole, 1: inner } of text.matchAll(tokens)) {
    const start = inner === undefined ? index : index + whole.length - inner.length;
    found.push({ start, end: index + whole.length });
  }
  return found;
}

interface Scan {
  readonly text: string;
  readonly kind: TextKind;
  readonly value: NextOf;
  readonly word: NextOf;
  readonly line: NextOf;
  readonly authority: NextOf;
  readonly at: NextOf;
}

/** The next of some characters from a place on. Asked in ascending order, it reads the text once. */
class NextOf {
  private readonly text: string;
  private readonly chars: ReadonlySet<string>;
  private from = 0;
  private found = -1;

  constructor(text: string, chars: ReadonlySet<string>) {
    this.text = text;
    this.chars = chars;
  }

  /** The text's length when there is none. */
  after(start: number): number {
    if (start >= this.from && start <= this.found) return this.found;
    this.from = start;
    this.found = indexOfAny(this.text, start, this.chars);
    return this.found;
  }
}

const equals = 0x3d;
const colon = 0x3a;

/**
 * AWS, GitHub, GitLab, Slack, JWT, Stripe, OpenAI and Anthropic, Google, npm, PyPI, DigitalOcean, Vault, SendGrid, private keys in
 * PEM, bearer tokens. A shape begins at the beginning of a word, so that no text is tried from each of its places (n²).
 */
const tokens = new RegExp(
  [
    '(?<![\\w-])(?:' +
      [
        '(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])',
        'gh[pousr]_[A-Za-z0-9]{20,}',
        'github_pat_\\w{20,}',
        'glpat-[\\w-]{16,}',
        'xox[abeoprs]-[\\w-]{10,}',
        'xapp-[\\w-]{10,}',
        'eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*',
        '[sr]k_(?:live|test)_[A-Za-z0-9]{16,}',
        'sk-(?:[A-Za-z0-9]{32,}|(?:ant|proj|svcacct)-[\\w-]{20,})',
        'AIza[\\w-]{35}',
        'ya29\\.[\\w-]{20,}',
        'npm_[A-Za-z0-9]{36}',
        'pypi-[\\w-]{40,}',
        'dop_v1_[0-9a-f]{64}',
        'hvs\\.[\\w-]{20,}',
        'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
      ].join('|') +
      ')',
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)',
    '(?<![\\w-])[Bb]earer {1,4}([\\w+/=.~-]{16,})',
  ].join('|'),
  'g',
);

/** name=value. At the beginning of a text that is no script the value goes to the end, blanks and all. */
function assigned(scan: Scan, at: number): Span | null {
  const { text, kind } = scan;
  const nameStart = startOfName(text, at);
  if (nameStart === at || !isSecretName(text.slice(nameStart, at))) return null;
  const toEnd = nameStart === 0 && (kind === 'variable' || (kind === 'argument' && isOneValue(text)));
  return toEnd ? unquoted(text, at + 1, text.length) : valueAt(scan, at + 1, '');
}

/**
 * Were it only for the name, an attacker could write TOKEN= before a command line to have all of it hidden. In a text that has
 * been redacted before, what made it a command line may be gone.
 */
function isOneValue(text: string): boolean {
  return !text.includes('<redacted:') && !(/\s/.test(text) && /[;|&\n`]|\$\(/.test(text));
}

/** name: value, "name":"value", scheme://user:password@host. */
function afterColon(scan: Scan, at: number): Span | null {
  const { text } = scan;
  if (text.startsWith('//', at + 1)) return inUrl(scan, at + 3);
  const quote = quoteBefore(text, at);
  const nameEnd = at - quote.length;
  const nameStart = startOfName(text, nameEnd);
  if (quote === '' && !/\s/.test(text[at + 1] ?? 'x')) return null;
  if (nameStart === nameEnd || '/@'.includes(text[nameStart - 1] ?? ' ')) return null;
  const name = text.slice(nameStart, nameEnd);
  if (!isSecretName(name)) return null;
  const start = skipBlanks(text, at + 1);
  const isHeader = quote === '' && /^(?:proxy-)?authorization$|cookie$/i.test(name);
  return isHeader ? headerAt(scan, start, text[nameStart - 1]) : valueAt(scan, start, quote);
}

/** RFC 3986: userinfo is before the @ of the authority. A password with a slash in it, which it may not have, is met too. */
function inUrl({ text, word, authority, at }: Scan, start: number): Span | null {
  const end = word.after(start);
  if (at.after(start) >= end) return null;
  const authorityEnd = Math.min(end, authority.after(start));
  const host = text.slice(start, authorityEnd);
  const separator = host.indexOf(':');
  const badlyEscaped = !host.includes('@') && separator >= 0 && !/^\d*$/.test(host.slice(separator + 1));
  const sign = text.lastIndexOf('@', (badlyEscaped ? end : authorityEnd) - 1);
  if (sign < start) return null;
  if (separator >= 0 && start + separator < sign) return { start: start + separator + 1, end: sign };
  return separator < 0 && sign - start >= bareTokenCharsMin ? { start, end: sign } : null;
}

/** https://<token>@host: user names are shorter. */
const bareTokenCharsMin = 20;

const lineEndOrQuote = new Set('\r\n"\'');
const blankOrQuote = new Set(' \t\r\n"\'`');
const endOfAuthority = new Set('/?#');
const endOfValue = new Set(' \t\r\n"\'`&;,|)}]<>\\');

function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && isNameCode(text.charCodeAt(start - 1))) start--;
  return start;
}

/** Letters, digits, '_', '-', '.'. */
function isNameCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === 0x2d || code === 0x2e;
}

/** The quote that ends just before, with the backslash that it has in a quoted text; '' for none. */
function quoteBefore(text: string, at: number): string {
  const quote = text[at - 1];
  if (quote !== '"' && quote !== "'") return '';
  return text[at - 2] === '\\' ? `\\${quote}` : quote;
}

/** A quoted value without its quotes, or up to what ends one. `quote`: the one that the name has. */
function valueAt({ text, value }: Scan, start: number, quote: string): Span {
  const opening = quote !== '' && text.startsWith(quote, start) ? quote : openingQuote(text, start);
  if (opening === '') return { start, end: value.after(start) };
  const from = start + opening.length;
  return { start: from, end: endOfQuoted(text, from, opening) };
}

function openingQuote(text: string, start: number): string {
  const first = text[start];
  if (first === '\\' && (text[start + 1] === '"' || text[start + 1] === "'")) return text.slice(start, start + 2);
  return first === '"' || first === "'" ? first : '';
}

/** Within double quotes a backslash keeps the next character; a quote with its own backslash ends at the next of that form. */
function endOfQuoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(quote, at)) return at;
    if (quote === '"' && text[at] === '\\') at++;
  }
  return text.length;
}

/** "Bearer abc" keeps its scheme; the rest of the line, or of the quoted header, is the secret. */
function headerAt({ text, line }: Scan, start: number, before: string | undefined): Span {
  const quoted = before === '"' || before === "'";
  const end = quoted ? endOfQuoted(text, start, before) : line.after(start);
  const scheme = /^(?:Bearer|Basic|Digest|Token|Negotiate|NTLM|ApiKey|AWS4-HMAC-SHA256)\s+/i.exec(text.slice(start, Math.min(end, start + 40)));
  return { start: start + (scheme?.[0].length ?? 0), end };
}

/** The whole of [start, end) without the quotes around it. */
function unquoted(text: string, start: number, end: number): Span {
  const quote = openingQuote(text, start);
  return quote !== '' && end - start >= 2 * quote.length && text.endsWith(quote) ? { start: start + quote.length, end: end - quote.length } : { start, end };
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function indexOfAny(text: string, start: number, ends: ReadonlySet<string>): number {
  for (let at = start; at < text.length; at++) {
    if (ends.has(text[at]!)) return at;
  }
  return text.length;
}
