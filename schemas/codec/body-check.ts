/**
 * Walks an Avro body by its schema and builds nothing, before avsc may read it: avsc takes the item count of an array or
 * a map on trust and goes on past the end of the buffer, so that ten bytes which claim 2^40 items would fill the memory.
 * After this walk every count is backed by bytes that are there, and the body ends where the buffer does.
 */
import { blocksEnd, bytesEnd, checkEnd, choiceAt, choiceEnd, exactLongEnd, intEnd, longEnd, stringEnd, wideLongEnd, type End } from './avro-take.ts';

/** Throws DecodeError BODY_INVALID when the bytes can't be one value of the schema. */
export type BodyCheck = (body: Uint8Array) => void;

/** Of a self-contained schema: named types are written out where they first occur. */
export function bodyCheck(schema: unknown): BodyCheck {
  const end = compile(schema, '', new Map());
  return (body) => checkEnd(body, end(body, 0));
}

interface Complex {
  type: unknown;
  name?: string;
  namespace?: string;
  logicalType?: string;
  symbols?: string[];
  items?: unknown;
  values?: unknown;
  size?: number;
  fields?: { type: unknown }[];
}

const primitives: Readonly<Record<string, End>> = {
  null: (_bytes, at) => at,
  boolean: fixed(1),
  int: intEnd,
  long: exactLongEnd,
  float: fixed(4),
  double: fixed(8),
  bytes: stringEnd,
  string: stringEnd,
};

function compile(schema: unknown, namespace: string, named: Map<string, End>): End {
  if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, namespace, named)));
  if (typeof schema === 'string') return primitives[schema] ?? reference(schema, namespace, named);
  return compileComplex(schema as Complex, namespace, named);
}

function compileComplex(schema: Complex, namespace: string, named: Map<string, End>): End {
  switch (schema.type) {
    case 'record': {
      const inner = schema.namespace ?? namespace;
      // Named only when complete: none of our types contains itself, and a cycle would have no bound on depth.
      const fields = schema.fields!.map((field) => compile(field.type, inner, named));
      return name(schema, inner, named, record(fields));
    }
    case 'enum': {
      const count = schema.symbols!.length;
      return name(schema, schema.namespace ?? namespace, named, (bytes, at) => choiceEnd(bytes, at, count));
    }
    case 'fixed':
      return name(schema, schema.namespace ?? namespace, named, fixed(schema.size!));
    case 'array':
      return blocks(compile(schema.items, namespace, named));
    case 'map': {
      const value = compile(schema.values, namespace, named);
      return blocks((bytes, at) => value(bytes, stringEnd(bytes, at)));
    }
    case 'long':
      return schema.logicalType === undefined ? exactLongEnd : wideLongEnd;
    default:
      return compile(schema.type, namespace, named);
  }
}

function reference(type: string, namespace: string, named: Map<string, End>): End {
  const found = named.get(type) ?? named.get(`${namespace}.${type}`);
  if (found === undefined) throw new Error(`the schema uses ${type} before it defines it`);
  return found;
}

function name(schema: Complex, namespace: string, named: Map<string, End>, end: End): End {
  named.set(schema.name!.includes('.') || namespace === '' ? schema.name! : `${namespace}.${schema.name!}`, end);
  return end;
}

function fixed(size: number): End {
  return (bytes, at) => bytesEnd(bytes, at, size);
}

function record(fields: readonly End[]): End {
  return (bytes, at) => {
    for (const end of fields) at = end(bytes, at);
    return at;
  };
}

function union(branches: readonly End[]): End {
  return (bytes, at) => branches[choiceAt(bytes, at, branches.length)]!(bytes, longEnd(bytes, at));
}

function blocks(item: End): End {
  return (bytes, at) => blocksEnd(bytes, at, item);
}
