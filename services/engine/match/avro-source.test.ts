/** An encoded event is to rules what the decoded one is: every field, every log source. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRecord } from '#schemas/codec/arbitrary-record.ts';
import { codec, currentSchema } from '#schemas/codec/codec.ts';
import { EventBatchScan, ExternalBatchScan } from '#schemas/codec/event-scan.ts';
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import type { Event, EventBatch, ExternalBatch } from '#schemas/generated/types.gen.ts';
import { engineFields } from '../engine-fields.ts';
import { eventFields, fieldAt, type JudgedEvent } from '../event-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import { ExternalLogSources } from '../external/external-log-sources.ts';
import type { FieldRef, FieldValue, LogSource } from '../rules/fields.ts';
import { encodedLogSources } from './avro-log-sources.ts';
import { AvroSource } from './avro-source.ts';
import type { Slot } from './field-source.ts';
import { fold } from './fold.ts';

const kinds = Object.keys(eventKinds) as EventKind[];
const falcoNames = ['evt.type', 'evt.args', 'evt.res', 'evt.rawres', 'evt.is_open_write', 'evt.is_open_read', 'proc.name', 'proc.cmdline', 'proc.args', 'proc.pname', 'proc.aname', 'proc.aname[2]', 'proc.apid[2]', 'proc.tty', 'fd.name', 'fd.sip', 'fd.sport', 'fd.directory', 'fd.typechar', 'user.name', 'user.loginuid', 'container.id', 'container.image.repository', 'container.privileged', 'proc.exepath', 'proc.is_exe_upper_layer', 'evt.time', 'thread.cap_permitted'];
const auditNames = ['type', 'syscall', 'exe', 'name', 'nametype', 'a0', 'a1', 'a2', 'argc', 'proctitle', 'comm', 'uid', 'auid', 'UID', 'cwd', 'tty', 'ses'];
const open = [{ product: 'windows' }, { category: 'dns' }, { service: 'sshd' }];

/** Every field that a rule can name, for every log source that our events answer. */
function everyField(): FieldRef[] {
  const sources: LogSource[] = [{}, { product: 'linux' }, { product: 'linux', service: 'auditd' }, { product: 'falco' }, { category: 'dns' }, ...kinds.flatMap((kind) => [{ category: kind, product: 'ringfence' }, ...eventKinds[kind].sigma])];
  const refs = [eventFields(), engineFields(open)].flatMap((table) => {
    return sources.flatMap((source) => {
      const names = [...table.names(source), ...kinds.flatMap((kind) => eventKinds[kind].fields.map(({ path }) => path)), ...falcoNames, ...auditNames, 'node', 'hostname', 'body.kind', 'unheard.of'];
      return [table.everyValue(source), ...names.map((name) => table.resolve(source, name))];
    });
  });
  return [...new Set(refs.filter((ref) => ref !== undefined)), ...specialFields];
}

/** Places that our own tables may come to use. */
const specialFields: FieldRef[] = [
  fieldAt('ancestors', () => ({ paths: ['ancestors.comm'], derive: ([names]) => (Array.isArray(names) ? names.filter((name) => typeof name === 'string') : undefined) })),
  fieldAt('ancestor arguments', () => ({ paths: ['ancestors.args'], derive: (lists) => JSON.stringify(lists) })),
  fieldAt('mounts', () => ({ paths: ['container.mounts.source', 'container.mounts.read_only'], derive: (columns) => JSON.stringify(columns) })),
  fieldAt('a record as such', () => ({ paths: ['container'], derive: ([container]) => (container === null ? 'null' : container === undefined ? 'undefined' : 'record') })),
  fieldAt('several', () => ({ paths: ['body.new_path', 'body.path', 'process.exe', 'process.pid'] })),
  fieldAt('of the batch', () => ({ paths: ['node', 'hostname'], derive: (names) => names.join('/') })),
];

const anyBatches = arbitraryRecord(currentSchema('event_batch')) as fc.Arbitrary<EventBatch>;

const paths = fc.constantFrom('', '/', '//', '/etc', '/etc/', '/etc/passwd', 'relative', 'a/b', '/ä/é', null);

/** With paths and addresses that look like some. */
const batches = fc.tuple(anyBatches, fc.infiniteStream(paths)).map(([batch, stream]) => {
  const path = (): string | null => stream.next().value as string | null;
  const events = batch.events.map((event) => ({
    ...event,
    process: { ...event.process, cwd: path(), exe: path() },
    body: 'path' in event.body ? { ...event.body, path: path() } : event.body,
  }));
  return { ...batch, events } as EventBatch;
});

describe('an encoded event of ours', () => {
  test('has in every field the value that the decoded one has, as text and folded', () => {
    const source = new AvroSource();
    const slots = everyField().map((field) => source.slotOf(field));
    expect(slots.length).toBeGreaterThan(400);
    let located = 0;
    const agrees = (batch: EventBatch, order: boolean) => {
      const record = codec('event_batch').encode(batch);
      const scan = new EventBatchScan(record);
      for (const event of codec('event_batch').decode(record).events) {
        expect(scan.walk.next()).toBe(true);
        source.begin(scan);
        const judged: JudgedEvent = Object.assign(event, { node: batch.node, hostname: batch.hostname });
        for (const slot of order ? slots : slots.toReversed()) {
          const value = slot.field.read(judged);
          if (source.locate(slot)) {
            located++;
            expectSame(slot, textOf(source), String(value));
          }
          expectSame(slot, source.value(slot), value);
          expectEach(source, slot, value);
          expectSame(slot, source.folded(slot), isSingle(value) ? fold(String(value)) : undefined);
        }
      }
    };
    fc.assert(fc.property(batches, fc.boolean(), agrees), { numRuns: 25 });
    expect(located).toBeGreaterThan(1_000);
  });

  test('answers the log sources that the decoded one answers', () => {
    const agrees = (batch: EventBatch) => {
      const scan = new EventBatchScan(codec('event_batch').encode(batch));
      for (const event of batch.events) {
        scan.walk.next();
        expect(encodedLogSources(scan)).toBe(logSourcesOf(event));
      }
    };
    fc.assert(fc.property(batches, agrees), { numRuns: 200 });
  });

  test('has a command line as one text, whatever the lengths of its arguments', () => {
    const field = eventFields().resolve({ category: 'process_creation', product: 'linux' }, 'CommandLine')!;
    const source = new AvroSource();
    const slot = source.slotOf(field);
    const [base] = fc.sample(batches.filter(({ events }) => events.some(isExec)), { numRuns: 1, seed: 5 });
    const exec = base!.events.find(isExec)!;
    for (const args of [[], [''], ['', ''], ['a'], ['a', '', 'b'], ['x'.repeat(63), 'y'.repeat(64), 'z'.repeat(8192)], ['é', '日本語', 'ς'], ['w'.repeat(200_000), 'v'.repeat(80_000)]]) {
      const scan = new EventBatchScan(codec('event_batch').encode({ ...base!, events: [{ ...exec, process: { ...exec.process, args } }] }));
      scan.walk.next();
      source.begin(scan);
      expect(source.value(slot)).toBe(args.length === 0 ? undefined : args.join(' '));
      const fits = args.join(' ').length < 256 * 1024 && args.length > 0;
      expect(source.locate(slot)).toBe(fits);
      if (fits) expect(textOf(source)).toBe(args.join(' '));
    }
  });
});

describe('an encoded event of another sensor', () => {
  const names = ['Image', 'CommandLine', 'ParentImage', 'winlog.event_id', 'EventID', 'constructor', '__proto__', '', 'ÄÖ', 'a.b'];
  const fields = fc.dictionary(fc.oneof(fc.constantFrom(...names.filter((name) => name !== '__proto__')), fc.string().filter((name) => name !== '__proto__')), fc.string({ unit: 'grapheme' }), { maxKeys: 12, noNullPrototype: true });
  const parts = fc.option(fc.constantFrom('process_creation', 'windows', 'Sysmon', 'dns'));
  const externals: fc.Arbitrary<ExternalBatch> = fc.record({
    source: fc.string(),
    stream: fc.string(),
    events: fc.array(fc.record({ seq: fc.nat(), time: fc.bigInt({ min: 0n, max: 2n ** 62n }), category: parts, product: parts, service: parts, fields }), { maxLength: 6 }),
  });

  test('has in every field the text that its map has', () => {
    const table = engineFields([{}]);
    const source = new AvroSource();
    const refs = [table.everyValue({ product: 'windows' })!, ...names.flatMap((name) => [table.resolve({ product: 'windows' }, name)!, table.resolve({ category: 'process_creation' }, name)!])];
    const slots = refs.map((field) => source.slotOf(field));
    const agrees = (batch: ExternalBatch) => {
      const scan = new ExternalBatchScan(codec('external_batch').encode(batch));
      for (const event of batch.events) {
        scan.walk.next();
        source.beginExternal(scan);
        for (const slot of slots) {
          const value = slot.field.read(event.fields);
          expectSame(slot, source.value(slot), value);
          expect(source.locate(slot)).toBe(typeof value === 'string');
          if (typeof value === 'string') expect(textOf(source)).toBe(value);
          expectEach(source, slot, value);
        }
      }
    };
    fc.assert(fc.property(externals, agrees), { numRuns: 500 });
  });

  test('names one log source, the same list for the same names', () => {
    const sources = new ExternalLogSources();
    const lists = new Map<string, readonly LogSource[]>();
    const agrees = (batch: ExternalBatch) => {
      const scan = new ExternalBatchScan(codec('external_batch').encode(batch));
      for (const { category, product, service } of batch.events) {
        scan.walk.next();
        const list = sources.of(scan.walk);
        const named = Object.entries({ category, product, service }).filter(([, value]) => value !== null).map(([part, value]) => [part, value!.toLowerCase()]);
        expect(list).toEqual([Object.fromEntries(named)]);
        expect(list).toBe(lists.getOrInsert(JSON.stringify([category, product, service]), list));
      }
    };
    fc.assert(fc.property(externals, agrees), { numRuns: 200 });
  });

  test('has no value in a field that only events of ours have', () => {
    const source = new AvroSource();
    const slots = everyFieldOfOurs().map((field) => source.slotOf(field));
    const scan = new ExternalBatchScan(codec('external_batch').encode({ source: 's', stream: 't', events: [{ seq: 1, time: 1n, category: 'process_creation', product: 'linux', service: null, fields: { Image: '/bin/sh', 'process.exe': '/bin/sh', kind: 'x' } }] }));
    scan.walk.next();
    source.beginExternal(scan);
    for (const slot of slots) expect([slot.field.name, source.value(slot), source.locate(slot)]).toEqual([slot.field.name, undefined, false]);
  });

  test('takes turns with events of ours', () => {
    const table = engineFields([{}]);
    const field = table.resolve({ category: 'process_creation' }, 'Image')!;
    const source = new AvroSource();
    const slot = source.slotOf(field);
    const agrees = (ours: EventBatch, theirs: ExternalBatch) => {
      const scan = new EventBatchScan(codec('event_batch').encode(ours));
      const external = new ExternalBatchScan(codec('external_batch').encode(theirs));
      for (let index = 0; index < Math.min(ours.events.length, theirs.events.length); index++) {
        scan.walk.next();
        source.begin(scan);
        expect(source.value(slot)).toBe(ours.events[index]!.process.exe);
        external.walk.next();
        source.beginExternal(external);
        expect(source.value(slot)).toBe(Object.hasOwn(theirs.events[index]!.fields, 'Image') ? theirs.events[index]!.fields['Image'] : undefined);
      }
    };
    fc.assert(fc.property(batches, externals, agrees), { numRuns: 100 });
  });
});

function everyFieldOfOurs(): FieldRef[] {
  const table = eventFields();
  const source = { category: 'process_creation', product: 'linux' };
  return [table.everyValue(source)!, ...table.names(source).map((name) => table.resolve(source, name)!), ...specialFields];
}

function textOf({ bytes, start, end }: AvroSource): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start, end);
}

/** Millions of comparisons: only the one that fails is worth an assertion. */
function expectSame(slot: Slot, found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) expect([slot.field.name, found]).toEqual([slot.field.name, wanted]);
}

/** Of several values, each text where it stands. */
function expectEach(source: AvroSource, slot: Slot, value: FieldValue): void {
  const texts: string[] = [];
  const visited = source.locateEach(slot, (bytes, start, end) => texts.push(Buffer.from(bytes.subarray(start, end)).toString()));
  if (visited) expectSame(slot, texts.toSorted(), [...((value ?? []) as string[])].toSorted());
  if (source.lacks(slot)) expectSame(slot, value, undefined);
}

function isSingle(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'object';
}

function isExec({ body }: Event): boolean {
  return body.kind === 'process_exec';
}
