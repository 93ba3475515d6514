/** A YAML file that a zod schema describes: the value, or every fault with its place, at most 20. For configuration, not for rules. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

export interface YamlFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type YamlResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** A file is configuration written by hand; one larger is a mistake. */
export const yamlBytesMax = 1 << 20;

/** One mistake can make the parser stumble at every line behind it. */
const faultsMax = 20;

/** An alias may stand for a whole tree: this many make a file at most as much larger. */
const aliasesMax = 100;

export function parseYamlFile<S extends z.ZodType>(file: string, text: string, schema: S): YamlResult<z.infer<S>> {
  const lines = new LineCounter();
  const faults = (found: readonly [offset: number, message: string][]): YamlResult<never> => {
    const places = found.slice(0, faultsMax).map(([offset, message]) => ({ ...lines.linePos(offset), message }));
    return { ok: false, faults: places.map(({ line, col, message }) => ({ file, line: Math.max(line, 1), column: Math.max(col, 1), message })) };
  };
  if (Buffer.byteLength(text) > yamlBytesMax) return faults([[0, `larger than ${yamlBytesMax} bytes`]]);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) return faults(document.errors.map((error) => [error.pos[0], error.message]));
  const value = toValue(document);
  if (value === null) return faults([[0, `its aliases stand for more than ${aliasesMax} values`]]);
  const parsed = schema.safeParse(value.value);
  return parsed.success ? { ok: true, value: parsed.data } : faults(parsed.error.issues.flatMap((issue) => describe(document, issue)));
}

/** The parser leaves one thing to throw here: more aliases than allowed. */
function toValue(document: Document.Parsed): { value: unknown } | null {
  try {
    return { value: document.toJS({ maxAliasCount: aliasesMax }) };
  } catch {
    return null;
  }
}

/** One fault for each unknown key, at the key; others at their value. */
function describe(document: Document.Parsed, issue: z.core.$ZodIssue): [number, string][] {
  const where = issue.path.join('.') || 'document';
  if (issue.code !== 'unrecognized_keys') return [[offsetOf(document, issue.path), `${where}: ${issue.message}`]];
  return issue.keys.map((key) => [keyOffset(document, issue.path, key), `${where}: there is no key ${JSON.stringify(key)}`]);
}

function keyOffset(document: Document.Parsed, path: readonly PropertyKey[], key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

/** Where the value of that path stands, or the nearest one around it that exists. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
