/** For tests: kernel records of every kind as they stand in a ring, with any content that their layout allows. */
import fc from 'fast-check';
import { join } from 'node:path';
import { layoutOf, type EventLayout, type Member } from '#schemas/generator/layout.ts';
import { loadModel } from '#schemas/generator/schema.ts';

export const layout = layoutOf(loadModel(join(import.meta.dirname, '../../../schemas')));

/** What a record's process is: records of one process repeat it. */
export interface SampleProcess {
  readonly pid: number;
  readonly noise: Uint8Array;
}

const processAt = layout.snapshot.members.find((member) => member.name === 'process')!.offset;
const headerMember = (name: string) => layout.header.members.find((member) => member.name === name)!.offset;
const isText = (member: Member) => member.cType === 'struct rf_str';

/** Mostly text; bytes that are no UTF-8, control characters and NULs too. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => Buffer.from(value)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value)) },
  { weight: 2, arbitrary: fc.constant(Buffer.alloc(0)) },
);

const number = fc.oneof(fc.nat(30), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff), fc.nat(0xffff_ffff));

/** Frames of records of up to three processes, in order; numbered from 1. */
export const frames = fc
  .tuple(
    fc.array(fc.record({ pid: fc.integer({ min: 1, max: 5 }), noise: fc.uint8Array({ minLength: layout.process.size, maxLength: layout.process.size }) }), { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...layout.events), fc.nat(2), fc.infiniteStream(number), fc.infiniteStream(text), fc.nat(9)), { minLength: 1, maxLength: 30 }),
  )
  .map(([processes, records]) =>
    Buffer.concat(records.map(([event, process, numbers, texts, oddity], index) => frame(record(event, processes[process % processes.length]!, index + 1, { numbers, texts, oddity })))),
  );

interface Content {
  readonly numbers: Iterator<number>;
  readonly texts: Iterator<Buffer>;
  /** One record in ten is cut, one has a text that reaches past its end. */
  readonly oddity: number;
}

function record(event: EventLayout, process: SampleProcess, seq: number, { numbers, texts, oddity }: Content): Buffer {
  const fixed = Buffer.alloc(event.struct.size);
  const data: Buffer[] = [];
  const put = (member: Member, at: number, withText: boolean) => {
    if (!isText(member)) return fill(fixed, member, at, numbers);
    const value = withText ? (texts.next().value as Buffer) : Buffer.alloc(0);
    const cut = oddity === 1 && value.length > 0 ? 0x8000 : 0;
    fixed.writeUInt16LE(Buffer.concat(data).length, at);
    fixed.writeUInt16LE(value.length | cut, at + 2);
    data.push(value);
  };
  for (const member of event.struct.members) if (member.field !== null) put(member, member.offset, true);
  Buffer.from(process.noise).copy(fixed, processAt);
  for (const member of layout.process.members) {
    const at = processAt + member.offset;
    if (isText(member)) put(member, at, event.kind === 1);
    else if (member.size === 4 && member.field?.type === 'int') fixed.writeUInt32LE(fixed.readUInt32LE(at) & 0x7fff_ffff, at);
    else if (member.name === 'comm') fixed.write('thread\0', at);
  }
  fixed.writeUInt32LE(process.pid, processAt + layout.process.members.find((member) => member.name === 'pid')!.offset);
  fixed.writeUInt32LE((numbers.next().value as number) & 0x7fff_ffff, processAt + layout.process.members.find((member) => member.name === 'tid')!.offset);
  const strings = Buffer.concat(data);
  const whole = Buffer.concat([fixed, oddity === 2 ? strings.subarray(1) : strings]);
  whole.writeBigUInt64LE(BigInt(seq), headerMember('seq'));
  whole.writeBigUInt64LE(BigInt(numbers.next().value as number) * 1_000_003n, headerMember('time_ns'));
  whole.writeUInt32LE(whole.length, headerMember('size'));
  whole.writeUInt16LE(event.kind, headerMember('kind'));
  return whole;
}

/** What becomes an Avro int stays one: a record that it does not is only refused. */
function fill(bytes: Buffer, member: Member, at: number, numbers: Iterator<number>): void {
  const isInt = member.field?.type === 'int' && member.field.kernel === 'u32';
  for (let done = 0; done < member.size; done += Math.min(4, member.size)) {
    const value = numbers.next().value as number;
    if (member.size === 1) bytes.writeUInt8(value & 0xff, at);
    else if (member.size === 2) bytes.writeUInt16LE(value & 0xffff, at);
    else bytes.writeUInt32LE(isInt && value % 7 !== 0 ? value & 0x7fff_ffff : value, at + done);
  }
}

function frame(bytes: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(bytes.length / 8) * 8);
  padded.writeUInt32LE(bytes.length);
  bytes.copy(padded, 4);
  return padded;
}
