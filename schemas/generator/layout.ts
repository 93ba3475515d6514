/**
 * The kernel's record layout, computed from the schema. A record is
 *
 *   struct <name> { struct rf_header header; struct rf_process process; <body> }   fixed part
 *   char data[]                                                                    strings, referred to by rf_str
 *
 * Members are sorted by alignment, largest first, so that there is no padding between them.
 */
import type { Field, Model, RecordSchema } from './schema.ts';
import { record, unionRecords } from './schema.ts';

export interface Member {
  readonly name: string;
  /** C type as declared, without an array bound. */
  readonly cType: string;
  readonly arrayLength: number | null;
  readonly size: number;
  readonly align: number;
  readonly offset: number;
  readonly field: Field | null;
}

export interface Struct {
  readonly name: string;
  readonly doc: string;
  readonly size: number;
  readonly align: number;
  readonly members: readonly Member[];
}

export interface EventLayout {
  readonly struct: Struct;
  /** Value of header.kind. */
  readonly kind: number;
  readonly body: RecordSchema;
}

export interface Layout {
  readonly header: Struct;
  readonly process: Struct;
  readonly events: readonly EventLayout[];
  /** Header and process only: an entry of the start-up snapshot. Its kind is 0. */
  readonly snapshot: Struct;
}

type Unplaced = Omit<Member, 'offset'>;

const scalars: Record<string, { cType: string; size: number }> = {
  u8: { cType: '__u8', size: 1 },
  u16: { cType: '__u16', size: 2 },
  u32: { cType: '__u32', size: 4 },
  u64: { cType: '__u64', size: 8 },
  s32: { cType: '__s32', size: 4 },
  // A system call's number, of the architecture that the object is built for.
  syscall: { cType: '__u16', size: 2 },
};

export function layoutOf(model: Model): Layout {
  const header = place('rf_header', 'What every record begins with.', [
    scalar('seq', 'u64'),
    scalar('time_ns', 'u64'),
    scalar('size', 'u32'),
    scalar('kind', 'u16'),
    scalar('reserved', 'u16'),
  ]);
  const processRecord = record(model, 'ringfence.event.Process');
  const process = place('rf_process', processRecord.doc, sorted(processRecord.fields));
  const events = kernelBodies(model).map((bodyRecord, index) => ({
    kind: index + 1,
    body: bodyRecord,
    struct: place(bodyRecord.kernel!, bodyRecord.doc, [nested('header', header), nested('process', process), ...sorted(bodyRecord.fields)]),
  }));
  const snapshot = place('rf_snapshot', 'A process that was there before the sensor.', [nested('header', header), nested('process', process)]);
  return { header, process, events, snapshot };
}

/** Kinds keep their numbers: captures hold them. New ones come after those that are there, transient ones last. */
function kernelBodies(model: Model): RecordSchema[] {
  const body = record(model, 'ringfence.event.Event').fields.find((field) => field.name === 'body')!;
  const transient = [...model.records.values()].filter((each) => each.transient === true);
  return [...unionRecords(model, body).filter((each) => each.kernel !== undefined), ...transient];
}

function sorted(fields: readonly Field[]): Unplaced[] {
  return fields.filter((field) => field.kernel !== undefined).map(member).sort((a, b) => b.align - a.align);
}

function member(field: Field): Unplaced {
  const kernel = field.kernel!;
  if (kernel === 'str' || kernel === 'strv' || kernel === 'bytes') return { name: field.name, cType: 'struct rf_str', arrayLength: null, size: 4, align: 2, field };
  // Network byte order; IPv4 as ::ffff:a.b.c.d.
  if (kernel === 'ip') return { name: field.name, cType: '__u8', arrayLength: 16, size: 16, align: 1, field };
  const array = /^char\[(\d+)\]$/.exec(kernel);
  if (array !== null) return { name: field.name, cType: 'char', arrayLength: Number(array[1]), size: Number(array[1]), align: 1, field };
  return { ...scalar(field.name, kernel), field };
}

function scalar(name: string, type: string): Unplaced {
  const found = scalars[type];
  if (found === undefined) throw new Error(`${name}: no kernel type ${type}`);
  return { name, cType: found.cType, arrayLength: null, size: found.size, align: found.size, field: null };
}

function nested(name: string, struct: Struct): Unplaced {
  return { name, cType: `struct ${struct.name}`, arrayLength: null, size: struct.size, align: struct.align, field: null };
}

function place(name: string, doc: string, members: readonly Unplaced[]): Struct {
  let offset = 0;
  const placed = members.map((each) => {
    offset = roundUp(offset, each.align);
    const at = { ...each, offset };
    offset += each.size;
    return at;
  });
  const align = 8;
  return { name, doc, size: roundUp(offset, align), align, members: placed };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
