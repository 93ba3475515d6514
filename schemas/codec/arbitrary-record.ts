/** For tests: any value of a self-contained schema, as a fast-check arbitrary. */
import fc from 'fast-check';

interface Complex {
  type: unknown;
  name?: string;
  namespace?: string;
  logicalType?: string;
  symbols?: string[];
  items?: unknown;
  values?: unknown;
  fields?: { name: string; type: unknown }[];
}

type Named = Map<string, fc.Arbitrary<unknown>>;

export function arbitraryRecord(schema: unknown, named: Named = new Map(), namespace = ''): fc.Arbitrary<unknown> {
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => arbitraryRecord(branch, named, namespace)));
  if (typeof schema === 'string') return primitives[schema] ?? named.get(schema) ?? named.get(`${namespace}.${schema}`)!;
  const complex = schema as Complex;
  if (complex.logicalType === 'u64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  if (complex.logicalType === 'timestamp-nanos') return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const inner = complex.namespace ?? namespace;
  const made = compose(complex, named, inner);
  if (complex.name !== undefined) named.set(`${inner}.${complex.name}`, made);
  return made;
}

const primitives: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  // Exact to here: see body-check.ts.
  long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
  string: fc.string({ unit: 'grapheme' }),
};

function compose(schema: Complex, named: Named, namespace: string): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'record':
      return fc.record(Object.fromEntries(schema.fields!.map((field) => [field.name, arbitraryRecord(field.type, named, namespace)])));
    case 'enum':
      return fc.constantFrom(...schema.symbols!);
    case 'array':
      return fc.array(arbitraryRecord(schema.items, named, namespace), { maxLength: 4 });
    case 'map':
      // Not __proto__, which no object of JavaScript can hold as a key of its own.
      return fc.dictionary(fc.string().filter((key) => key !== '__proto__'), arbitraryRecord(schema.values, named, namespace), { maxKeys: 4, noNullPrototype: true });
    default:
      return arbitraryRecord(schema.type, named, namespace);
  }
}
