/** Emits schemas/generated/decode.gen.ts: kernel record → event, at fixed offsets. */
import type { EventLayout, Layout, Member, Struct } from './layout.ts';
import type { ComplexSchema, Field, Model, Schema } from './schema.ts';
import { record } from './schema.ts';

export function emitDecoder(model: Model, layout: Layout): string {
  const imports = ['Process', ...layout.events.map((event) => event.body.name), ...importedEnums(model, layout)];
  return `/** Generated from schemas/ by \`npm run generate\`. Do not edit. */
import { DecodeError } from '../codec/decode-error.ts';
import { RecordReader } from '../codec/record-reader.ts';
import { syscallName } from '../codec/syscalls.ts';
import type { ${imports.sort().join(', ')} } from './types.gen.ts';

/** What the kernel side said, before the collector adds what only it knows (fields of Process without a kernel source are null). */
export interface KernelRecord {
  seq: bigint;
  /** ns since boot (CLOCK_BOOTTIME). */
  bootNs: bigint;
  process: Process;
  /** Null for an entry of the snapshot. */
  body: ${layout.events.map((event) => event.body.name).join(' | ')} | null;
  /** Fields that were cut, as in Event.truncated. */
  truncated: string[];
}

/** A number that stays exact as a plain long, and a time that stays a signed long when the time of boot is added. */
const seqMax = 2n ** 52n;
const bootNsMax = 2n ** 62n;

/** Layout of each struct as the decoder reads it; a test holds it against the BTF of the built object. */
export const kernelLayout = {
${[layout.header, layout.process, ...layout.events.map((event) => event.struct), layout.snapshot].map(emitLayout).join('\n')}
} as const;

/** The number of each kind of record. */
export const kernelKinds = {
${layout.events.map((event) => `  ${kindSymbol(event.body.fields[0]!)}: ${event.kind},`).join('\n')}
} as const;

${emitEnumArrays(model, layout)}
/**
 * Decodes the record of \`size\` bytes at \`start\`. Throws DecodeError when the bytes can't be such a record.
 */
export function decodeKernelRecord(bytes: Buffer, start: number, size: number): KernelRecord {
  const reader = new RecordReader(bytes, start, size);
  const body = decodeBody(reader, size);
  return {
    seq: reader.u64UpTo(${offset(layout.header, 'seq')}, seqMax, 'seq'),
    bootNs: reader.u64UpTo(${offset(layout.header, 'time_ns')}, bootNsMax, 'time'),
    process: decodeProcess(reader),
    body,
    truncated: reader.truncated,
  };
}

/** The body alone, for who knows the rest; null of a record of which something was cut. Throws as decodeKernelRecord. */
export function decodeKernelBody(bytes: Buffer, start: number, size: number): KernelRecord['body'] {
  const reader = new RecordReader(bytes, start, size);
  const body = decodeBody(reader, size);
  return reader.truncated.length === 0 ? body : null;
}

function decodeBody(reader: RecordReader, size: number): KernelRecord['body'] {
  if (size < ${layout.snapshot.size} || reader.u32(${offset(layout.header, 'size')}) !== size) throw new DecodeError('HEADER_INVALID', \`kernel record of \${size} bytes is cut\`);
  switch (reader.u16(${offset(layout.header, 'kind')})) {
    case 0:
      reader.begin(${layout.snapshot.size});
      return null;
${layout.events.map((event) => `    case ${event.kind}:\n      return decode${event.body.name}(reader);`).join('\n')}
    default:
      throw new DecodeError('SCHEMA_UNKNOWN', \`kernel record of unknown kind \${reader.u16(${offset(layout.header, 'kind')})}\`);
  }
}

${layout.events.map((event) => emitEvent(model, event)).join('\n\n')}

function decodeProcess(reader: RecordReader): Process {
  return {
${record(model, 'ringfence.event.Process').fields.map((field) => emitField(model, field, layout.process, offset(layout.snapshot, 'process'), 'process')).join('\n')}
  };
}
`;
}

function emitEvent(model: Model, event: EventLayout): string {
  return `function decode${event.body.name}(reader: RecordReader): ${event.body.name} {
  reader.begin(${event.struct.size});
  return {
${event.body.fields.map((field) => (field.name === 'kind' ? `    kind: '${kindSymbol(field)}',` : emitField(model, field, event.struct, 0, 'body'))).join('\n')}
  };
}`;
}

function emitField(model: Model, field: Field, struct: Struct, base: number, prefix: string): string {
  const member = struct.members.find((each) => each.name === field.name);
  const value = member === undefined ? absentValue(field) : readMember(model, field, member, base, `${prefix}.${field.name}`);
  return `    ${field.name}: ${value},`;
}

function readMember(model: Model, field: Field, member: Member, base: number, path: string): string {
  const at = base + member.offset;
  const nullable = Array.isArray(field.type) && field.type.includes('null');
  switch (field.kernel) {
    case 'str':
      return nullable ? `reader.string(${at}, '${path}')` : `reader.string(${at}, '${path}') ?? ''`;
    case 'strv':
      return `reader.strings(${at}, '${path}')`;
    case 'bytes':
      return `reader.data(${at}, '${path}')`;
    case 'ip':
      return `reader.ip(${at})`;
    case 'syscall':
      return `syscallName(reader.u16(${at}))`;
    case 'u64':
      return `reader.u64(${at})`;
  }
  if (member.arrayLength !== null) return nullable ? `reader.chars(${at}, ${member.arrayLength}) || null` : `reader.chars(${at}, ${member.arrayLength})`;
  if (field.type === 'int' && field.kernel === 'u32') return `reader.i31(${at}, '${path}')`;
  const scalar = `reader.${field.kernel}(${at})`;
  if (field.type === 'boolean') return `${scalar} !== 0`;
  if (enumOf(model, field.type) !== undefined) return `${symbolsName(enumOf(model, field.type)!)}[${scalar}] ?? '${enumOf(model, field.type)!.symbols![0]}'`;
  return field.absent === undefined ? scalar : `nullIf(${scalar}, ${field.absent})`;
}

function absentValue(field: Field): string {
  if (Array.isArray(field.type)) return 'null';
  if (field.type === 'boolean') return 'false';
  if (typeof field.type === 'object' && field.type.type === 'array') return '[]';
  throw new Error(`${field.name}: has no kernel source and has no empty value`);
}

function emitLayout(struct: Struct): string {
  const members = struct.members.map((each) => `{ name: '${each.name}', offset: ${each.offset}, size: ${each.size} }`);
  return `  ${struct.name}: { size: ${struct.size}, members: [\n    ${members.join(',\n    ')},\n  ] },`;
}

function emitEnumArrays(model: Model, layout: Layout): string {
  const arrays = usedEnums(model, layout).map((each) => `export const ${symbolsName(each)}: readonly ${each.name}[] = [${each.symbols!.map((symbol) => `'${symbol}'`).join(', ')}];`);
  return `${arrays.join('\n')}

function nullIf(value: number, absent: number): number | null {
  return value === absent ? null : value;
}
`;
}

function importedEnums(model: Model, layout: Layout): string[] {
  return usedEnums(model, layout).map((each) => each.name!);
}

function usedEnums(model: Model, layout: Layout): ComplexSchema[] {
  const fields = layout.events.flatMap((event) => event.body.fields.filter((field) => field.kernel !== undefined));
  return [...new Set(fields.map((field) => enumOf(model, field.type)).filter((each) => each !== undefined))];
}

function enumOf(model: Model, type: Schema): ComplexSchema | undefined {
  if (typeof type === 'string') return model.enums.get(type);
  return !Array.isArray(type) && type.type === 'enum' ? type : undefined;
}

function symbolsName(schema: ComplexSchema): string {
  return `${schema.name![0]!.toLowerCase()}${schema.name!.slice(1)}Symbols`;
}

function kindSymbol(field: Field): string {
  return (field.type as ComplexSchema).symbols![0]!;
}

function offset(struct: Struct, name: string): number {
  return struct.members.find((member) => member.name === name)!.offset;
}
