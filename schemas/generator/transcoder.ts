/**
 * Emits schemas/generated/transcode.gen.ts: a kernel record's parts → Avro, byte for byte. Of the process, all that the
 * kernel says in numbers; its texts come from the collector, which completes them. The body, of the kinds that come from
 * the kernel alone; where the collector adds to a body, that goes as an object.
 */
import type { EventLayout, Layout, Member } from './layout.ts';
import type { ComplexSchema, Field, Model, Schema } from './schema.ts';
import { record, unionRecords } from './schema.ts';

export function emitTranscoder(model: Model, layout: Layout): string {
  const body = record(model, 'ringfence.event.Event').fields.find((field) => field.name === 'body')!;
  const branches = unionRecords(model, body);
  const events = layout.events.filter((event) => branches.includes(event.body) && isKernels(event));
  const layoutOfProcess = layout.snapshot.members.find((member) => member.name === 'process')!;
  const functions = [emitProcess(model, layout), ...events.map((event) => emitEvent(model, event, branches.indexOf(event.body)))].join('\n\n');
  const used = [...new Set(functions.match(/\bput(?:Boolean|Chars|Choice|Ip|Optional|OptionalChars|S32|Strings|Syscall|Text|U32|Words)\b/g))].sort();
  return `/** Generated from schemas/ by \`npm run generate\`. Do not edit. */
import { ${used.join(', ')} } from '../codec/avro-put.ts';
import type { Process } from './types.gen.ts';

/** Where rf_process lies in every record, and what differs between the threads of a process. */
export const processPart = { at: ${layoutOfProcess.offset}, size: ${layoutOfProcess.size}, pid: ${processMember(layout, 'pid').offset}, startNs: ${processMember(layout, 'start_ns').offset}, tid: ${processMember(layout, 'tid').offset}, comm: ${processMember(layout, 'comm').offset}, commSize: ${processMember(layout, 'comm').size}, strings: [${processStrings(layout).join(', ')}] } as const;

/**
 * Writes the body (union branch and record) of the kernel record of \`size\` bytes at \`start\` to \`out\` at \`at\`, and returns where it ends.
 * -1: not one for this way, because it was cut, the collector has to add to it, or it is damaged; decodeKernelRecord then says which.
 * \`words\` are the same bytes as 32-bit numbers, so \`start\` is a multiple of 4. \`out\` has room for three times the record and 1 kB.
 */
export type Transcode = (out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, size: number) => number;

/** By kind of record; undefined for those that need the object. */
export const transcoders: readonly (Transcode | undefined)[] = [${byKind(layout, events).join(', ')}];

${functions}
`;
}

/** Lists of strings are for the redactor to read. */
function isKernels(event: EventLayout): boolean {
  return event.body.fields.every((field) => field.name === 'kind' || (field.kernel !== undefined && field.kernel !== 'strv' && field.kernel !== 'bytes'));
}

function byKind(layout: Layout, events: readonly EventLayout[]): string[] {
  const names = ['undefined'];
  for (const event of layout.events) names[event.kind] = events.includes(event) ? functionName(event) : 'undefined';
  return names;
}

function processMember(layout: Layout, name: string): Member {
  return layout.process.members.find((member) => member.name === name)!;
}

function processStrings(layout: Layout): number[] {
  return layout.process.members.filter((member) => member.cType === 'struct rf_str').map((member) => member.offset);
}

function functionName(event: EventLayout): string {
  return `put${event.body.name}`;
}

function emitEvent(model: Model, event: EventLayout, branch: number): string {
  const strings = event.body.fields.filter((field) => field.kernel === 'str');
  const lines = [
    `  if (size < ${event.struct.size}) return -1;`,
    ...(strings.length === 0 ? [] : [`  const data = start + ${event.struct.size};`, '  const room = start + size - data;']),
    ...strings.map((field) => stringBounds(event, field)),
    ...strings.flatMap((field) => pathRule(event, field)),
    '  const word = start >> 2;',
    `  out[at++] = ${branch << 1};`,
    ...event.body.fields.map((field) => (field.name === 'kind' ? '  out[at++] = 0;' : `  ${emitField(model, field, memberOf(event, field))}`)),
    '  return at;',
  ];
  const bytes = lines.some((line) => /\bbytes\b/.test(line)) ? 'bytes' : '_bytes';
  return `function ${functionName(event)}(out: Buffer, at: number, ${bytes}: Uint8Array, words: Int32Array, start: number, size: number): number {\n${lines.join('\n')}\n}`;
}

/** Texts are the object's: a record need not have them, and the collector may have replaced them. */
function emitProcess(model: Model, layout: Layout): string {
  const { fields } = record(model, 'ringfence.event.Process');
  const lines = fields.map((field) => {
    const member = layout.process.members.find((each) => each.name === field.name);
    const cut = field.name === 'tid' || field.name === 'comm' ? [`cuts.${field.name} = at;`] : [];
    const end = cut.length > 0 ? [`cuts.${field.name}End = at;`] : [];
    return [...cut, member === undefined || field.kernel === 'str' || field.kernel === 'strv' ? emitText(field) : emitField(model, field, member), ...end].map((line) => `  ${line}`).join('\n');
  });
  return `/** Where the thread's own fields lie in what putProcess wrote. */
export interface ProcessCuts {
  tid: number;
  tidEnd: number;
  comm: number;
  commEnd: number;
}

/**
 * Writes a process: what the rf_process at \`start\` says in numbers, and the texts of \`process\`, which was decoded from it. \`out\` has room.
 */
export function putProcess(out: Buffer, at: number, bytes: Uint8Array, words: Int32Array, start: number, process: Process, cuts: ProcessCuts): number {
  const word = start >> 2;
${lines.join('\n')}
  return at;
}`;
}

function emitText(field: Field): string {
  if (isNullable(field)) return `at = putOptional(out, at, process.${field.name});`;
  if (typeof field.type === 'object' && !Array.isArray(field.type) && field.type.items === 'string') return `at = putStrings(out, at, process.${field.name});`;
  throw new Error(`Process.${field.name}: no transcoder`);
}

function memberOf(event: EventLayout, field: Field): Member {
  return event.struct.members.find((member) => member.name === field.name)!;
}

/** A length with the bit for "cut" is too large for any record. */
function stringBounds(event: EventLayout, field: Field): string {
  const { offset } = memberOf(event, field);
  const u16 = (at: number) => `bytes[start + ${at}]! | (bytes[start + ${at + 1}]! << 8)`;
  const name = camel(field.name);
  return `  const ${name}Off = ${u16(offset)};\n  const ${name}Len = ${u16(offset + 2)};\n  if (${name}Off + ${name}Len > room || ${name}Len > 0x7fff) return -1;`;
}

/** The collector makes a path of a name where the kernel had none. */
function pathRule(event: EventLayout, filename: Field): string[] {
  const path = filename.name.replace(/filename$/, 'path');
  if (path === filename.name || !event.body.fields.some((field) => field.name === path)) return [];
  return [`  if (${camel(path)}Len === 0 && ${camel(filename.name)}Len !== 0) return -1;`];
}

function emitField(model: Model, field: Field, member: Member): string {
  const at = member.offset;
  const byte = `bytes[start + ${at}]!`;
  switch (field.kernel) {
    case 'str': {
      const [off, length] = [`${camel(field.name)}Off`, `${camel(field.name)}Len`];
      const text = `at = putText(out, at, bytes, data + ${off}, ${length});`;
      return isNullable(field) ? `if (${length} === 0) out[at++] = 0;\n  else {\n    out[at++] = 2;\n    ${text}\n  }` : text;
    }
    case 'u64':
      return `at = putWords(out, at, words[word + ${at >> 2}]!, words[word + ${(at >> 2) + 1}]!);`;
    case 'ip':
      return `at = putIp(out, at, bytes, start + ${at});`;
    case 'syscall':
      return `at = putSyscall(out, at, ${byte} | (bytes[start + ${at + 1}]! << 8));`;
    case 'u8':
      return emitByte(model, field, byte);
    case 's32':
      return emitWord(field, `words[word + ${at >> 2}]!`, 'putS32');
    case 'u32':
      // The decoder has refused a process whose numbers are no ints.
      return field.type === 'int' ? `if (words[word + ${at >> 2}]! < 0) return -1;\n  at = putS32(out, at, words[word + ${at >> 2}]!);` : emitWord(field, `words[word + ${at >> 2}]! >>> 0`, 'putU32');
    default:
      if (member.arrayLength !== null) return `at = ${isNullable(field) ? 'putOptionalChars' : 'putChars'}(out, at, bytes, start + ${at}, ${member.arrayLength});`;
      throw new Error(`${field.name}: no transcoder for ${field.kernel}`);
  }
}

function emitByte(model: Model, field: Field, byte: string): string {
  if (field.type === 'boolean') return `at = putBoolean(out, at, ${byte});`;
  const symbols = enumOf(model, field.type)?.symbols;
  return symbols === undefined ? `at = putU32(out, at, ${byte});` : `at = putChoice(out, at, ${byte}, ${symbols.length});`;
}

function emitWord(field: Field, word: string, put: string): string {
  if (!isNullable(field)) return `at = ${put}(out, at, ${word});`;
  const name = camel(field.name);
  const absent = field.absent === undefined ? '' : `if (${name} === ${field.absent}) out[at++] = 0;\n  else `;
  return `const ${name} = ${word};\n  ${absent}{\n    out[at++] = 2;\n    at = ${put}(out, at, ${name});\n  }`;
}

function isNullable(field: Field): boolean {
  return Array.isArray(field.type) && field.type[0] === 'null';
}

function enumOf(model: Model, type: Schema): ComplexSchema | undefined {
  if (typeof type === 'string') return model.enums.get(type);
  return !Array.isArray(type) && type.type === 'enum' ? type : undefined;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
