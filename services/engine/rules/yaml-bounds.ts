/**
 * A look at a file's YAML tokens before it is parsed: the parser recurses over nesting and builds about 500 bytes for
 * each token, so hostile text of 10 MB could end the process. Nothing here is about what the document means.
 */
import { Lexer } from 'yaml';
import type { FaultCode } from './diagnostics.ts';

export interface TokenExcess {
  readonly code: Extract<FaultCode, 'YAML_TOO_DEEP' | 'YAML_TOO_LARGE' | 'YAML_INVALID'>;
  readonly message: string;
  /** Into the text. */
  readonly offset: number;
}

/** SigmaHQ's rules have 6 bytes a token and at most 10,000 tokens: a file of 10 MB stays below, whatever it holds. */
export const fileTokensMax = 2_000_000;

/** Twice the nodes that a document may have: a scalar and its mark. */
export const documentTokensMax = 400_000;

/** As many as one load accepts. */
export const fileDocumentsMax = 20_000;

/** Deeper than any rule needs; bounds recursion everywhere behind. */
export const nodeDepthMax = 40;

/** Brackets, or dashes of one line, within each other. */
export const tokenDepthMax = 100;

/** The first bound that the text breaks, or undefined. */
export function findTokenExcess(text: string): TokenExcess | undefined {
  const counts = { offset: 0, file: 0, documents: 0, document: 0, brackets: 0, dashes: 0, scalar: false };
  try {
    for (const token of new Lexer().lex(text)) {
      counts.file += 1;
      counts.document += 1;
      const excess = excessOf(counts);
      if (excess !== undefined) return { ...excess, offset: counts.offset };
      advance(counts, token);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : 'the text has no YAML tokens';
    return { code: 'YAML_INVALID', message, offset: counts.offset };
  }
  return undefined;
}

interface Counts {
  offset: number;
  file: number;
  documents: number;
  document: number;
  brackets: number;
  dashes: number;
  /** The next token is the text of a plain scalar. */
  scalar: boolean;
}

function excessOf(counts: Counts): Omit<TokenExcess, 'offset'> | undefined {
  if (counts.brackets > tokenDepthMax || counts.dashes > tokenDepthMax) {
    return { code: 'YAML_TOO_DEEP', message: `the document nests deeper than ${tokenDepthMax} levels` };
  }
  if (counts.document > documentTokensMax) {
    return { code: 'YAML_TOO_LARGE', message: `a document has more than ${documentTokensMax} tokens` };
  }
  if (counts.documents > fileDocumentsMax) {
    return { code: 'YAML_TOO_LARGE', message: `the file has more than ${fileDocumentsMax} documents` };
  }
  if (counts.file > fileTokensMax) {
    return { code: 'YAML_TOO_LARGE', message: `the file has more than ${fileTokensMax} tokens` };
  }
  return undefined;
}

/** Marks that the lexer puts between tokens; they stand for no text. */
const documentMark = '\u0002';
const flowErrorMark = '\u0018';
const scalarMark = '\u001f';

function advance(counts: Counts, token: string): void {
  if (token === scalarMark) {
    counts.scalar = true;
    return;
  }
  if (token === documentMark || token === flowErrorMark) return;
  counts.offset += token.length;
  if (counts.scalar) counts.scalar = false;
  else if (token === '[' || token === '{') counts.brackets += 1;
  else if (token === ']' || token === '}') counts.brackets = Math.max(0, counts.brackets - 1);
  else if (token === '-') counts.dashes += 1;
  else if (token.startsWith('\n') || token.startsWith('\r')) counts.dashes = 0;
  else if (token === '---') startDocument(counts);
}

function startDocument(counts: Counts): void {
  counts.documents += 1;
  counts.document = 0;
  counts.brackets = 0;
}
