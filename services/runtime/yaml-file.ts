/** A YAML file that a zod schema describes: the value, or every fault with its place. For configuration, not for rules. */
import { LineCounter, parseDocument } from 'yaml';
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

export function parseYamlFile<S extends z.ZodType>(file: string, text: string, schema: S): YamlResult<z.infer<S>> {
  if (text.length > yamlBytesMax) return { ok: false, faults: [{ file, line: 1, column: 1, message: `larger than ${yamlBytesMax} bytes` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = (offset: number, message: string): YamlFault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), message };
  };
  if (document.errors.length > 0) return { ok: false, faults: document.errors.map((error) => fault(error.pos[0], error.message)) };
  const parsed = schema.safeParse(toValue(document));
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    faults: parsed.error.issues.map((issue) => fault(offsetOf(document, issue.path), `${issue.path.join('.') || 'document'}: ${issue.message}`)),
  };
}

/** Aliases can multiply: the package refuses more than maxAliasCount of them. */
function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** Where the value of that path stands, or the nearest one around it that exists. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range) return node.range[0]!;
  }
  return document.contents?.range?.[0] ?? 0;
}
