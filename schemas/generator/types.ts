/** Emits schemas/generated/types.gen.ts: an interface a record, a union of literals an enum. */
import type { ComplexSchema, Model, Schema } from './schema.ts';

export function emitTypes(model: Model): string {
  const parts = ['/** Generated from schemas/ by `npm run generate`. Do not edit. */'];
  for (const schema of model.enums.values()) {
    parts.push(`/** ${schema.doc} */\nexport type ${schema.name} = ${schema.symbols!.map((symbol) => `'${symbol}'`).join(' | ')};`);
  }
  for (const schema of model.records.values()) {
    const fields = schema.fields.map((field) => `  /** ${field.doc} */\n  ${field.name}: ${tsType(model, field.type)};`);
    parts.push(`/** ${schema.doc} */\nexport interface ${schema.name} {\n${fields.join('\n')}\n}`);
  }
  return `${parts.join('\n\n')}\n`;
}

const primitives: Record<string, string> = { null: 'null', boolean: 'boolean', int: 'number', long: 'number', float: 'number', double: 'number', string: 'string', bytes: 'Buffer' };

export function tsType(model: Model, schema: Schema): string {
  if (typeof schema === 'string') return primitives[schema] ?? schema.slice(schema.lastIndexOf('.') + 1);
  if (Array.isArray(schema)) return schema.map((branch) => tsType(model, branch)).sort((a, b) => Number(a === 'null') - Number(b === 'null')).join(' | ');
  return tsComplexType(model, schema);
}

function tsComplexType(model: Model, schema: ComplexSchema): string {
  switch (schema.type) {
    case 'record':
    case 'enum':
      return schema.name!;
    case 'array': {
      const items = tsType(model, schema.items!);
      return items.includes('|') ? `(${items})[]` : `${items}[]`;
    }
    case 'map':
      return `Record<string, ${tsType(model, schema.values!)}>`;
    case 'long':
      return schema.logicalType === 'u64' || schema.logicalType === 'timestamp-nanos' ? 'bigint' : 'number';
    default:
      return tsType(model, schema.type);
  }
}
