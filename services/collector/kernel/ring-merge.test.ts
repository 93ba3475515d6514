/** Rings in memory, which a test writes to step by step, as the kernel does. */
import fc from 'fast-check';
import type { RingRead } from 'libbpf-ts';
import { describe, expect, test } from 'vitest';
import { frameBytes, inOrder, type RawRecords } from './kernel.ts';
import { readAhead, readToEnd, RingMerge, writingMsMax, type RingSource } from './ring-merge.ts';

interface Place {
  readonly name: number;
  readonly time: number;
  readonly size: number;
  written: boolean;
}

/** Of rf_header, and the name behind it. */
const sizeMin = 32;

/** Records have a name. Positions in the ring count as the kernel's: a header of 8 bytes before each record. */
class Ring implements RingSource {
  cursor = 0n;
  beforeRead: () => unknown = () => null;
  private readonly places: Place[] = [];
  private next = 0;

  reserve(name: number, time: number, size = sizeMin): Place {
    const place = { name, time, size, written: false };
    this.places.push(place);
    return place;
  }

  write(name: number, time = name, size = sizeMin): void {
    this.reserve(name, time, size).written = true;
  }

  read(into: Uint8Array): RingRead {
    this.beforeRead();
    let [bytes, records] = [0, 0];
    for (; this.next < this.places.length; this.next++, records++) {
      const place = this.places[this.next]!;
      if (!place.written) return { bytes, records, discarded: 0, stop: 'busy' };
      if (frameBytes(place.size) > into.length - bytes) return { bytes, records, discarded: 0, stop: 'full' };
      into.set(frameOf(place), bytes);
      bytes += frameBytes(place.size);
      this.cursor += BigInt(frameBytes(place.size) + 4);
    }
    return { bytes, records, discarded: 0, stop: 'empty' };
  }
}

function frameOf({ name, time, size }: Place): Buffer {
  const frame = Buffer.alloc(frameBytes(size));
  frame.writeUInt32LE(size, 0);
  frame.writeBigUInt64LE(BigInt(time), 4 + 8);
  frame.writeUInt32LE(name, 4 + 24);
  return frame;
}

function namesOf(pieces: readonly RawRecords[]): number[] {
  return [...inOrder(pieces)].map(({ raw, start }) => raw.bytes.readUInt32LE(start + 24));
}

/** With room for one record of the largest size, and for one that is small. */
const bytesMax = 32_768 + 8 + frameBytes(sizeMin);

/** More than half of what is read at once. */
const large = 20_000;

function merged(bytes = bytesMax) {
  const [lives, events] = [new Ring(), new Ring()];
  let nowMs = 0;
  const merge = new RingMerge(lives, events, bytes, () => nowMs);
  return { lives, events, merge, read: () => namesOf(merge.read()), pass: (ms: number) => void (nowMs += ms) };
}

describe('a ring that is read ahead', () => {
  function ahead(lives: Ring, atPause: () => void = () => {}): { names: number[]; pauses: number } {
    let [nowMs, pauses] = [0, 0];
    const pause = () => {
      pauses++;
      nowMs++;
      atPause();
    };
    const names: number[] = [];
    for (const piece of readAhead(lives, bytesMax, () => nowMs, pause)) names.push(...namesOf([piece]));
    return { names, pauses };
  }

  test('gives all of it, in pieces', () => {
    const lives = new Ring();
    for (const name of [1, 2, 3]) lives.write(name, name, large);
    expect(ahead(lives)).toEqual({ names: [1, 2, 3], pauses: 0 });
  });

  test('waits for a record that is being written, behind which others lie', () => {
    const lives = new Ring();
    lives.write(1);
    const places = [2, 3].map((name) => lives.reserve(name, name));
    lives.write(4);
    expect(ahead(lives, () => (places.shift()!.written = true))).toEqual({ names: [1, 2, 3, 4], pauses: 2 });
  });

  test('ends within a bound, though a record is never written, or always another', () => {
    const lives = new Ring();
    lives.write(1);
    lives.reserve(2, 2);
    expect(ahead(lives)).toEqual({ names: [1], pauses: writingMsMax });
    const busy = new Ring();
    let last = busy.reserve(1, 1);
    const { names, pauses } = ahead(busy, () => {
      last.written = true;
      last = busy.reserve(last.name + 1, last.time + 1);
    });
    expect([names.length, pauses]).toEqual([writingMsMax, writingMsMax]);
  });
});

describe('two rings', () => {
  test('give what is there, by time', () => {
    const { lives, events, read } = merged();
    for (const name of [1, 4]) lives.write(name);
    for (const name of [2, 3, 5]) events.write(name);
    expect([read(), read()]).toEqual([[1, 2, 3, 4, 5], []]);
  });

  test('keep an exec back while an event that may come before it cannot be read yet', () => {
    const { lives, events, read } = merged();
    const before = events.reserve(1, 1);
    events.write(2);
    lives.write(3);
    expect(read()).toEqual([]);
    before.written = true;
    expect([read(), read()]).toEqual([[1, 2, 3], []]);
  });

  test('keep an event back while an exec that may come before it cannot be read yet', () => {
    const { lives, events, read } = merged();
    const before = lives.reserve(1, 1);
    lives.write(2);
    events.write(3);
    expect(read()).toEqual([]);
    before.written = true;
    expect([read(), read()]).toEqual([[1, 2, 3], []]);
  });

  test('do not keep back what is older than something that was read behind it', () => {
    const { lives, events, read } = merged();
    lives.write(1);
    events.write(2);
    lives.write(3);
    const busy = events.reserve(4, 4);
    lives.write(5);
    expect(read()).toEqual([1, 2]);
    busy.written = true;
    expect(read()).toEqual([3, 4, 5]);
  });

  test('give lives as far as a backlog of events has been read, and events as far as one of lives has', () => {
    for (const [behind, ahead] of [['events', 'lives'], ['lives', 'events']] as const) {
      const rings = merged();
      for (const name of [10, 20, 30, 40]) rings[behind].write(name, name, large);
      for (const name of [5, 15, 25, 35, 45]) rings[ahead].write(name);
      expect([rings.read(), rings.read(), rings.read(), rings.read(), rings.read()]).toEqual([[5, 10], [15, 20], [25, 30], [35, 40, 45], []]);
    }
  });

  test('give a backlog of one, though the other is empty', () => {
    const { lives, read } = merged();
    for (const name of [1, 2, 3]) lives.write(name, name, large);
    expect([read(), read(), read(), read()]).toEqual([[1], [2], [3], []]);
  });

  test('see what is written while they are read', () => {
    const { lives, events, read } = merged();
    // An event and then its process's exec come between the reads of the two.
    lives.beforeRead = () => {
      lives.beforeRead = () => null;
      events.write(1);
      lives.write(2);
    };
    expect(read()).toEqual([1, 2]);
  });

  test('wait for a record only so long, and count what they then give', () => {
    const { lives, events, merge, read, pass } = merged();
    const stuck = events.reserve(1, 1);
    lives.write(2);
    lives.write(3);
    expect(read()).toEqual([]);
    pass(writingMsMax - 1);
    expect([read(), merge.unsure]).toEqual([[], 0]);
    pass(1);
    expect([read(), merge.unsure]).toEqual([[2, 3], 2]);
    lives.write(4);
    expect([read(), merge.unsure]).toEqual([[4], 3]);
    stuck.written = true;
    lives.write(5);
    events.reserve(6, 6);
    lives.write(7);
    expect([read(), read(), merge.unsure]).toEqual([[1], [], 3]);
  });

  test('wait while something is kept back or may soon be written, and no longer', () => {
    const { lives, events, merge, read, pass } = merged();
    const after = () => [read(), merge.waits];
    expect([merge.waits, after()]).toEqual([false, [[], false]]);
    const kept = events.reserve(1, 1);
    lives.write(2);
    expect(after()).toEqual([[], true]);
    kept.written = true;
    expect(after()).toEqual([[1, 2], false]);
    events.reserve(3, 3);
    expect(after()).toEqual([[], true]);
    pass(writingMsMax - 1);
    expect(after()).toEqual([[], true]);
    pass(1);
    expect(after()).toEqual([[], false]);
    lives.write(4);
    expect(after()).toEqual([[4], false]);
  });

  test('are read to their end, also past a record that is being written', () => {
    const { lives, events, merge, pass } = merged();
    for (const name of [1, 4, 6]) lives.write(name, name, large);
    for (const name of [2, 3]) events.write(name, name, large);
    const last = events.reserve(5, 5);
    let pauses = 0;
    const reads = readToEnd(merge, () => {
      pauses++;
      pass(1);
      last.written = true;
    });
    expect(reads.flatMap(namesOf)).toEqual([1, 2, 3, 4, 5, 6]);
    expect([pauses, merge.unsure, merge.waits]).toEqual([1, 0, false]);
  });

  test('are read to their end within a bound, though a record is never written', () => {
    const { lives, events, merge, pass } = merged();
    events.reserve(1, 1);
    lives.write(2);
    let pauses = 0;
    const reads = readToEnd(merge, () => {
      pauses++;
      pass(1);
    });
    expect(reads.map(namesOf)).toEqual([[2]]);
    expect([pauses, merge.unsure, merge.waits]).toEqual([writingMsMax, 1, false]);
  });

  test('name for each piece the place in its ring behind it', () => {
    const { lives, events, merge } = merged(1 << 20);
    const cursors = () => merge.read().map(({ ring, count, cursor }) => [ring, count, cursor]);
    const behind = (...sizes: number[]) => BigInt(sizes.reduce((sum, size) => sum + frameBytes(size) + 4, 0));
    for (const name of [1, 3, 5, 7]) lives.write(name, name, sizeMin + name);
    for (const name of [2, 4]) events.write(name);
    const first = events.reserve(6, 6);
    const second = events.reserve(8, 8);
    expect(cursors()).toEqual([[0, 2, behind(33, 35)], [1, 2, behind(32, 32)]]);
    first.written = true;
    expect(cursors()).toEqual([[0, 1, behind(33, 35, 37)], [1, 1, behind(32, 32, 32)]]);
    second.written = true;
    expect(cursors()).toEqual([[0, 1, behind(33, 35, 37, 39)], [1, 1, behind(32, 32, 32, 32)]]);
  });

  test('give what each process did in its order, whoever is written when, and lose nothing', () => {
    fc.assert(fc.property(schedule, holds), { numRuns: 2000 });
  });
});

const tasks = 4;

interface Move {
  /** Of a task, or of the reader: a number more. */
  readonly who: number;
  /** What a task begins when it has ended the one before: a life or an event, small or large. */
  readonly isLife: boolean;
  readonly size: number;
}

const schedule = fc.array(fc.record({ who: fc.integer({ min: 0, max: tasks }), isLife: fc.boolean(), size: fc.constantFrom(sizeMin, sizeMin + 9, large) }), { maxLength: 300, size: 'max' });

/** A task takes the time of a record, then its place, then writes it; only then it begins the next. */
class Task {
  readonly made: number[] = [];
  private steps: (() => void)[] = [];

  /** False when there is nothing to end. */
  step(): boolean {
    const next = this.steps.shift();
    next?.();
    return next !== undefined;
  }

  begin(ring: Ring, name: number, size: number): void {
    let place: Place;
    this.made.push(name);
    this.steps = [() => void (place = ring.reserve(name, name, size)), () => void (place.written = true)];
  }
}

function holds(moves: readonly Move[]): void {
  const { lives, events, merge, read } = merged();
  const each = Array.from({ length: tasks }, () => new Task());
  const given: number[] = [];
  let now = 0;
  /** False when it is the reader's turn, or nobody's. */
  const taskMoves = (): boolean => {
    const { who, isLife, size } = moves[now] ?? { who: tasks, isLife: false, size: 0 };
    const task = each[who];
    if (task === undefined) return false;
    if (!task.step()) task.begin(isLife ? lives : events, now, size);
    now++;
    return true;
  };
  // Tasks go on while the reader goes from ring to ring.
  lives.beforeRead = events.beforeRead = taskMoves;
  while (now < moves.length) {
    while (taskMoves());
    now++;
    given.push(...read());
  }
  for (const task of each) while (task.step());
  for (let names = read(); names.length > 0; names = read()) given.push(...names);
  expect(each.map(({ made }) => given.filter((name) => made.includes(name)))).toEqual(each.map(({ made }) => made));
  expect([given.length, merge.unsure]).toEqual([each.flatMap(({ made }) => made).length, 0]);
}
