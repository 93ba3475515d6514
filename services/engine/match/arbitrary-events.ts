/**
 * For tests: batches of our events and of other people's, with texts in them that rules ask for: few for many fields, so
 * that they come again; beyond ASCII; empty; longer than what is looked at in one way or another. Events of a batch differ
 * in some fields and are the same in others.
 */
import fc from 'fast-check';
import { arbitraryRecord } from '#schemas/codec/arbitrary-record.ts';
import { currentSchema } from '#schemas/codec/codec.ts';
import type { Leaf, Leaves } from '#schemas/codec/leaf.ts';
import { bodyLeaves, commonLeaves } from '#schemas/generated/scan.gen.ts';
import type { Event, EventBatch, ExternalBatch } from '#schemas/generated/types.gen.ts';
import { operationsOfCall } from '../interest/calls.ts';
import type { BatchCase } from './event-case.ts';

const words = [
  ...['/usr/bin/bash', 'bash', '-c', '/tmp/x', 'nc -l -p 80', 'a b', '', 'Sudo', '--option=value', 'halt', '/var/log/syslog', '/etc/../etc/passwd', '/', '/usr/bin/', 'relative/path', '@abstract'],
  ...['C:\\Windows\\System32\\cmd.exe', 'powershell -enc AAAA', 'true', '0', '22', '-1', '10.1.2.3', '192.168.0.7', '2001:db8::1', '::ffff:10.0.0.1', '2024-02-29T10:05:00Z'],
  ...['\u212aill', 'ba\u017fh', '\u0130nit', 'é É', '–enc', '日本', 'stra\u00dfe', '\u1e9e', 'σς\u03a3', 'x\ud801\udc00y\ud801\udc28', '\u0000\u0080\ufffd'],
];

/** About the bounds of lengths of one byte and two, of what is known and of what is searched at once. The longest are slow to judge. */
const lengths = [63, 64, 70, 256, 257, 300, 63, 64, 70, 256, 257, 300, 1_000, 8_190, 8_200, 8_300, 70_000];
const long = fc.tuple(fc.constantFrom(...words), fc.constantFrom(...lengths), fc.constantFrom(...words)).map(([head, length, tail]) => head + 'long '.repeat(length / 5).slice(0, Math.max(0, length - head.length - tail.length)) + tail);

const text = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...words) },
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: long },
);

/** As long as another text, and with another character somewhere, mostly near its end. */
const twin = fc.record({ of: fc.nat(), at: fc.oneof(fc.nat(3), fc.nat()), as: fc.constantFrom('a', 'Z', '/', '\0') });

/** What all events of a batch are made of, twins beside each other. `stream` chooses. */
const pool = fc
  .record({ texts: fc.array(text, { minLength: 2, maxLength: 16, size: 'max' }), twins: fc.array(twin, { maxLength: 6, size: 'max' }), stream: fc.infiniteStream(fc.nat()) })
  .map(({ texts, twins, stream }) => ({ stream, texts: texts.flatMap((each, index) => [each, ...twins.filter(({ of }) => of % texts.length === index).map((other) => twinOf(each, other))]) }));

function twinOf(text: string, { at, as }: { readonly at: number; readonly as: string }): string {
  if (text === '') return text;
  const place = text.length - 1 - (at % text.length);
  return text.slice(0, place) + as + text.slice(place + 1);
}

/** Of one batch; when they are spent, texts come without what goes beyond the shorter lengths. */
const longBytesMax = 200_000;
const shortUnitsMax = 300;

class Choices {
  private longBytes = 0;
  private readonly texts: readonly string[];
  private readonly stream: Iterator<number>;

  constructor({ texts, stream }: { readonly texts: readonly string[]; readonly stream: Iterator<number> }) {
    this.texts = texts;
    this.stream = stream;
  }

  below(count: number): number {
    return (this.stream.next().value as number) % count;
  }

  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Of a field: mostly one of a few, which come there again and again. */
  text(field: string): string {
    const text = this.oneIn(4) ? this.of(this.texts) : this.texts[(field.length + this.below(ofOneField)) % this.texts.length]!;
    if (text.length <= shortUnitsMax) return text;
    this.longBytes += Buffer.byteLength(text);
    return this.longBytes < longBytesMax ? text : text.slice(0, shortUnitsMax);
  }

  several(field: string, countMax: number): string[] {
    return Array.from({ length: this.below(countMax + 1) }, () => this.text(field));
  }
}

const ofOneField = 4;

const wildBatches = (arbitraryRecord(currentSchema('event_batch')) as fc.Arbitrary<EventBatch>).filter(({ events }) => events.length > 0);

/** Each stands for an event of the batch, in another form: mostly the first, as only events of one kind have values in common. */
const further = fc.array(fc.oneof(fc.constant(0), fc.nat()), { maxLength: 8, size: 'max' });

export const ownBatch: fc.Arbitrary<BatchCase> = fc.tuple(wildBatches, pool, further).map(([wild, pooled, copied]) => {
  const choices = new Choices(pooled);
  const events = [...wild.events, ...copied.map((each) => wild.events[each % wild.events.length]!)].map((event) => changed(event, choices));
  return { kind: 'own', batch: { ...wild, node: choices.text('node'), hostname: choices.text('hostname'), losses: [], events } };
});

function changed(wild: Event, choices: Choices): Event {
  const event = structuredClone(wild);
  const { kind } = event.body;
  change(event, commonLeaves, choices);
  change(event, bodyLeaves[kind], choices);
  const body = event.body as { kind: typeof kind; operation?: string; syscall?: string | null; initiated?: boolean };
  // What the collector sees to, and the rules' interest builds on.
  if (typeof body.syscall === 'string') body.syscall = choices.of(calls.filter((call) => operationsOfCall(kind, call)?.includes(body.operation!) !== false));
  if (kind === 'network') body.initiated = body.operation === 'connect' || body.operation === 'send';
  return event;
}

/** One of each kind of events, and one that none has. */
const calls = ['other', 'openat', 'renameat', 'unlinkat', 'mount', 'connect', 'sendto', 'setuid', 'setns', 'bpf', 'dup2'];

function change(record: object, leaves: Leaves, choices: Choices): void {
  for (const [path, leaf] of Object.entries(leaves)) {
    const steps = path.split('.');
    const name = steps.pop()!;
    let holder: unknown = record;
    for (const step of steps) holder = (holder as Record<string, unknown> | null)?.[step];
    if (typeof holder !== 'object' || holder === null) continue;
    const values = holder as Record<string, unknown>;
    if (values[name] !== null || choices.oneIn(2)) values[name] = other(values[name], { path, leaf }, choices);
  }
}

const numbers = [0, 1, 2, 22, 80, 443, 1_000, 65_535];

/** In place of the value, null perhaps, that a leaf has. Numbers, enums and booleans mostly stay. */
function other(was: unknown, { path, leaf }: { readonly path: string; readonly leaf: Leaf }, choices: Choices): unknown {
  const stays = was !== null && !choices.oneIn(3);
  switch (leaf.type) {
    case 'string':
      return choices.text(path);
    case 'strings':
      return choices.several(path, choices.oneIn(8) ? 24 : 5);
    case 'enum':
      return stays ? was : choices.of(leaf.symbols);
    case 'boolean':
      return stays ? was : choices.oneIn(2);
    case 'int':
    case 'long':
      return stays ? was : choices.of(numbers);
    case 'u64':
      return stays ? was : BigInt(choices.of(numbers));
    case 'records': {
      const { item } = leaf;
      for (const each of (was ?? []) as object[]) change(each, item.leaves, choices);
      return was ?? [];
    }
    case 'timestamp':
    case 'map':
      return was;
  }
}

/** Of other people's events; some that rules on ours name too. */
export const externalNames = ['Image', 'CommandLine', 'ParentImage', 'ParentCommandLine', 'User', 'Hashes', 'OriginalFileName', 'TargetFilename', 'EventID', 'winlog.event_id', 'process.exe', 'constructor', 'ÄÖ'];

const externalSources = [
  { category: 'process_creation', product: 'windows', service: null },
  { category: 'process_creation', product: 'windows', service: 'Sysmon' },
  { category: null, product: 'Windows', service: 'security' },
  { category: 'dns', product: null, service: null },
  { category: 'process_creation', product: 'linux', service: null },
  { category: null, product: null, service: null },
];

export const externalBatch: fc.Arbitrary<BatchCase> = fc.tuple(pool, fc.integer({ min: 1, max: 8 })).map(([pooled, count]) => {
  const choices = new Choices(pooled);
  const events = Array.from({ length: count }, (_, seq): ExternalBatch['events'][number] => {
    // More than places are remembered of.
    const names = [...externalNames, ...Array.from({ length: choices.oneIn(16) ? 70 : 2 }, (__, number) => `other ${number}`)];
    const fields = Object.fromEntries(names.filter(() => !choices.oneIn(4)).map((name) => [name, choices.text(name)]));
    return { seq, time: BigInt(seq), ...choices.of(choices.oneIn(2) ? externalSources : externalSources.slice(0, 1)), fields };
  });
  return { kind: 'external', batch: { source: 's', stream: 't', events } };
});
