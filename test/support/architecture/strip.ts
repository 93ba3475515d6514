/**
 * Removes comments, or also the contents of literals, from TypeScript. A scanner of tokens, not a parser: it tells a
 * regular expression from a division by what stands before, and takes a template as one literal.
 */
const tokens = [
  { kind: 'comment', pattern: /\/\/[^\n]*|\/\*[\s\S]*?\*\//y },
  { kind: 'literal', pattern: /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/y },
  { kind: 'regex', pattern: /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y },
] as const;

export function stripComments(text: string): string {
  return replaceTokens(text, (kind, token) => (kind === 'comment' ? ' ' : token));
}

export function stripStrings(text: string): string {
  return replaceTokens(text, (kind) => (kind === 'comment' ? ' ' : "''"));
}

function replaceTokens(text: string, replace: (kind: string, token: string) => string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const found = tokenAt(text, at, out);
    out += found === undefined ? text[at] : replace(found.kind, found.token);
    at += found === undefined ? 1 : found.token.length;
  }
  return out;
}

function tokenAt(text: string, at: number, before: string): { kind: string; token: string } | undefined {
  if (!'/\'"`'.includes(text[at] ?? ' ')) return undefined;
  for (const { kind, pattern } of tokens) {
    if (kind === 'regex' && !regexMayFollow(before)) continue;
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) return { kind, token };
  }
  return undefined;
}

/** After a value a slash divides. */
function regexMayFollow(before: string): boolean {
  return /(?:^|[([{,;:=!&|?+>]|\breturn|\bcase)\s*$/.test(before.slice(-40));
}
