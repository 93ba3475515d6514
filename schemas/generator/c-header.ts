/** Emits bpf/include/events.gen.h: the structs that the kernel side fills, with their layout asserted. */
import type { Layout, Struct } from './layout.ts';
import type { Model, RecordSchema } from './schema.ts';
import { record } from './schema.ts';

export function emitCHeader(model: Model, layout: Layout): string {
  const structs = [layout.header, layout.process, ...layout.events.map((event) => event.struct), layout.snapshot];
  return `/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Generated from schemas/ by \`npm run generate\`. Do not edit. */
#ifndef RINGFENCE_EVENTS_GEN_H
#define RINGFENCE_EVENTS_GEN_H

/* A string in the data that follows the fixed part: len bytes from off. */
struct rf_str {
	__u16 off;
	__u16 len; /* RF_TRUNCATED is set when it was cut */
};

#define RF_TRUNCATED 0x8000

enum rf_kind {
	RF_SNAPSHOT = 0,
${layout.events.map((event) => `\t${kindName(event.body)} = ${event.kind},`).join('\n')}
};

${emitEnums(model)}
${emitBounds(model, layout)}

${structs.map(emitStruct).join('\n\n')}

#endif
`;
}

export function kindName(body: RecordSchema): string {
  return body.kernel!.replace(/^rf_/, 'RF_KIND_').toUpperCase();
}

function emitEnums(model: Model): string {
  const lines: string[] = [];
  for (const [name, schema] of model.enums) {
    if (schema.symbols!.length < 2 || !name.startsWith('ringfence.event.')) continue;
    const prefix = `RF_${screaming(schema.name!)}_`;
    lines.push(`enum rf_${screaming(schema.name!).toLowerCase()} {`);
    schema.symbols!.forEach((symbol, index) => lines.push(`\t${prefix}${symbol.toUpperCase()} = ${index},`));
    lines.push('};', '');
  }
  return lines.join('\n');
}

function emitBounds(model: Model, layout: Layout): string {
  const records = [record(model, 'ringfence.event.Process'), ...layout.events.map((event) => event.body)];
  return records
    .flatMap((each) => each.fields.filter((field) => field.max !== undefined).map((field) => `#define ${screaming(each.name)}_${field.name.toUpperCase()}_MAX ${field.max}`))
    .join('\n');
}

function emitStruct(struct: Struct): string {
  const members = struct.members.map((each) => `\t${each.cType} ${each.name}${each.arrayLength === null ? '' : `[${each.arrayLength}]`};`);
  const asserts = struct.members.map((each) => `_Static_assert(__builtin_offsetof(struct ${struct.name}, ${each.name}) == ${each.offset}, "${struct.name}.${each.name}");`);
  return `/* ${struct.doc} */
struct ${struct.name} {
${members.join('\n')}
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct ${struct.name}) == ${struct.size}, "${struct.name}");
${asserts.join('\n')}`;
}

function screaming(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}
