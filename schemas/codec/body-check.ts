/**
 * Walks an Avro body by its schema and builds nothing, before avsc may read it: avsc takes the item count of an array or
 * a map on trust and goes on past the end of the buffer, so that ten bytes which claim 2^40 items would fill the memory.
 * After this walk every count is backed by bytes that are there, and the body ends where the buffer does.
 *
 *   int, long, enum, union branch   zigzag varint          string, bytes   long length, then so many bytes
 *   array, map                      blocks until count 0   block           long count (negative: then a long size), items
 *
 * Avro specification 1.12, "Binary Encoding".
 */
import { DecodeError } from './decode-error.ts';

/** Throws DecodeError BODY_INVALID when the bytes can't be one value of the schema. */
export type BodyCheck = (body: Uint8Array) => void;

/** Of a self-contained schema: named types are written out where they first occur. */
export function bodyCheck(schema: unknown): BodyCheck {
  const walk = compile(schema, '', new Map());
  return (body) => {
    const cursor = new Cursor(body);
    walk(cursor);
    if (cursor.at !== body.length) refuse(`${body.length - cursor.at} bytes after its end`);
  };
}

type Walk = (cursor: Cursor) => void;

/** Ten groups of 7 bits hold 64. */
const varintBytesMax = 10;

class Cursor {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): void {
    if (!(count >= 0 && count <= this.left)) refuse(`${count} bytes where ${this.left} are left`);
    this.at += count;
  }

  /** A zigzag varint; beyond 2^53 only near its value, which no length or count can have. */
  long(): number {
    const first = this.bytes[this.at];
    if (first === undefined || first >= 0x80) return this.longerLong();
    this.at++;
    return first & 1 ? -(first + 1) / 2 : first >> 1;
  }

  /** Of any 64 bits. */
  skipLong(): void {
    for (let count = 1; count < varintBytesMax; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) refuse('a number reaches past its end');
      if (byte < 0x80) return;
    }
    if (!(this.bytes[this.at++]! <= 1)) refuse('a number of more than 64 bits');
  }

  private longerLong(): number {
    let sum = 0;
    let scale = 1;
    for (let count = 1; count <= varintBytesMax; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) refuse('a number reaches past its end');
      sum += (byte & 0x7f) * scale;
      if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
      scale *= 128;
    }
    return refuse(`a number of more than ${varintBytesMax} bytes`);
  }
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

/** avsc takes any long for an int. */
const int: Walk = (cursor) => {
  const value = cursor.long();
  if (value < -0x80000000 || value > 0x7fffffff) refuse(`${value}, which is no int`);
};
/** avsc's arithmetic on a plain long is exact to here (zigzag doubles it), and wrong without a word beyond. */
const exactMax = 2 ** 52;
const long: Walk = (cursor) => {
  const value = cursor.long();
  if (Math.abs(value) > exactMax) refuse(`${value}, which does not stay exact`);
};
/** A long that is a bigint here: all 64 bits are good. */
const wideLong: Walk = (cursor) => cursor.skipLong();
const string: Walk = (cursor) => cursor.skip(cursor.long());

const primitives: Readonly<Record<string, Walk>> = {
  null: () => {},
  boolean: (cursor) => cursor.skip(1),
  int,
  long,
  float: (cursor) => cursor.skip(4),
  double: (cursor) => cursor.skip(8),
  bytes: string,
  string,
};

function compile(schema: unknown, namespace: string, named: Map<string, Walk>): Walk {
  if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, namespace, named)));
  if (typeof schema === 'string') return primitives[schema] ?? reference(schema, namespace, named);
  return compileComplex(schema as Complex, namespace, named);
}

function compileComplex(schema: Complex, namespace: string, named: Map<string, Walk>): Walk {
  switch (schema.type) {
    case 'record': {
      const inner = schema.namespace ?? namespace;
      // Named only when complete: none of our types contains itself, and a cycle would have no bound on depth.
      const fields = schema.fields!.map((field) => compile(field.type, inner, named));
      return name(schema, inner, named, record(fields));
    }
    case 'enum':
      return name(schema, schema.namespace ?? namespace, named, index(schema.symbols!.length));
    case 'fixed':
      return name(schema, schema.namespace ?? namespace, named, (cursor) => cursor.skip(schema.size!));
    case 'array':
      return blocks(compile(schema.items, namespace, named));
    case 'map': {
      const value = compile(schema.values, namespace, named);
      return blocks((cursor) => {
        string(cursor);
        value(cursor);
      });
    }
    case 'long':
      return schema.logicalType === undefined ? long : wideLong;
    default:
      return compile(schema.type, namespace, named);
  }
}

function reference(type: string, namespace: string, named: Map<string, Walk>): Walk {
  const found = named.get(type) ?? named.get(`${namespace}.${type}`);
  if (found === undefined) throw new Error(`the schema uses ${type} before it defines it`);
  return found;
}

function name(schema: Complex, namespace: string, named: Map<string, Walk>, walk: Walk): Walk {
  named.set(schema.name!.includes('.') || namespace === '' ? schema.name! : `${namespace}.${schema.name!}`, walk);
  return walk;
}

function record(fields: readonly Walk[]): Walk {
  return (cursor) => {
    for (const field of fields) field(cursor);
  };
}

function index(length: number): Walk {
  return (cursor) => {
    const value = cursor.long();
    if (!(value >= 0 && value < length)) refuse(`choice ${value} of ${length}`);
  };
}

function union(branches: readonly Walk[]): Walk {
  return (cursor) => {
    const branch = branches[cursor.long()];
    if (branch === undefined) return refuse(`a branch that is none of ${branches.length}`);
    branch(cursor);
  };
}

function blocks(item: Walk): Walk {
  return (cursor) => {
    for (let count = cursor.long(); count !== 0; count = cursor.long()) {
      if (count < 0) sizedBlock(cursor, -count, item);
      else items(cursor, count, item);
    }
  };
}

/** The size is for readers that skip the block, as avsc does with fields that today's schema does not have. */
function sizedBlock(cursor: Cursor, count: number, item: Walk): void {
  const size = cursor.long();
  const start = cursor.at;
  items(cursor, count, item);
  if (cursor.at - start !== size) refuse(`a block of ${cursor.at - start} bytes that claims ${size}`);
}

function items(cursor: Cursor, count: number, item: Walk): void {
  // No item of ours is empty.
  if (count > cursor.left) refuse(`${count} items in ${cursor.left} bytes`);
  for (let index = 0; index < count; index++) item(cursor);
}

function refuse(why: string): never {
  throw new DecodeError('BODY_INVALID', why);
}
