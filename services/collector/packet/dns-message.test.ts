import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersMax, readDnsMessage } from './dns-message.ts';

const u16 = (...values: number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));

function name(text: string): Buffer {
  const labels = text.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])), Buffer.from([0])]);
}

const toQuestion = Buffer.from([0xc0, 12]);

function answer(type: number, data: Buffer, owner = toQuestion, ttl = 300): Buffer {
  return Buffer.concat([owner, u16(type, 1, ttl >>> 16, ttl & 0xffff, data.length), data]);
}

function message(question: Buffer, type: number, answers: readonly Buffer[], flags = 0x8180): Buffer {
  return Buffer.concat([u16(0x1234, flags, 1, answers.length, 0, 0), question, u16(type, 1), ...answers]);
}

describe('a DNS message', () => {
  test('says what it asks', () => {
    expect(readDnsMessage(message(name('WWW.Example.com'), 28, [], 0x0100))).toEqual({
      id: 0x1234, isAnswer: false, name: 'www.example.com', recordType: 'AAAA', status: 'NOERROR', answers: [], addresses: [],
    });
  });

  test('says what it answers, aliases first, with lifetimes of addresses', () => {
    const alias = answer(5, name('real.example.net'), toQuestion);
    const bytes = message(name('a.example'), 1, [alias, answer(1, Buffer.from([192, 0, 2, 7])), answer(28, Buffer.from('20010db8000000000000000000000001', 'hex'), toQuestion, 5)]);
    expect(readDnsMessage(bytes)).toMatchObject({
      isAnswer: true,
      answers: ['real.example.net', '192.0.2.7', '2001:db8::1'],
      addresses: [{ ip: '192.0.2.7', ttlSeconds: 300 }, { ip: '2001:db8::1', ttlSeconds: 5 }],
    });
  });

  test.each([
    ['TXT, its strings joined', 16, Buffer.from('\x03abc\x02de', 'latin1'), 'abcde'],
    ['SRV, as host and port', 33, Buffer.concat([u16(1, 2, 443), name('h.example')]), 'h.example:443'],
    ['MX, as host', 15, Buffer.concat([u16(10), name('mx.example')]), 'mx.example'],
    ['PTR', 12, name('host.example'), 'host.example'],
  ])('shows %s', (_what, type, data, shown) => {
    expect(readDnsMessage(message(name('x'), type, [answer(type, data)]))!.answers).toEqual([shown]);
  });

  test('tells a failure by its name', () => {
    expect(readDnsMessage(message(name('x'), 1, [], 0x8183))).toMatchObject({ isAnswer: true, status: 'NXDOMAIN', name: 'x' });
    expect(readDnsMessage(message(name('x'), 65280, [], 0x818f))).toMatchObject({ status: 'RCODE15', recordType: 'TYPE65280' });
  });

  test('asks for the root by a dot', () => {
    expect(readDnsMessage(message(name(''), 2, []))).toMatchObject({ name: '.', recordType: 'NS' });
  });

  test('shows bytes that are no host name as zone files do', () => {
    expect(readDnsMessage(message(name('a\x00\xff\\ b'), 1, []))!.name).toBe('a\\000\\255\\092\\032b');
    const dotted = Buffer.concat([Buffer.from([3]), Buffer.from('a.b'), Buffer.from([0])]);
    expect(readDnsMessage(message(dotted, 1, []))!.name).toBe('a\\046b');
  });

  describe('that lies', () => {
    test.each([
      ['a pointer to itself', Buffer.from([0xc0, 12])],
      ['a pointer forward', Buffer.from([0xc0, 14, 1, 0x61, 0])],
      ['a pointer to the end', Buffer.from([0xff, 0xff])],
      ['half a pointer', Buffer.from([0xc0])],
      ['a label of the reserved kind', Buffer.from([0x41, 0x61])],
    ])('by %s in its question has no name', (_what, question) => {
      expect(readDnsMessage(Buffer.concat([u16(1, 0x0100, 1, 0, 0, 0), question]))).toMatchObject({ name: null, recordType: null });
    });

    test('by two pointers in a circle gives up that answer and all after it', () => {
      const question = name('q');
      const at = 12 + question.length + 4;
      const circle = Buffer.concat([Buffer.from([1, 0x61, 0xc0, at])]);
      expect(readDnsMessage(message(question, 1, [answer(1, Buffer.from([1, 2, 3, 4]), circle)]))!.answers).toEqual([]);
    });

    test('by a name that is too long has no name', () => {
      expect(readDnsMessage(message(name(Array<string>(5).fill('a'.repeat(60)).join('.')), 1, []))!.name).toBeNull();
    });

    test('by lengths: an address has its own', () => {
      const bytes = message(name('x'), 1, [answer(1, Buffer.from([1, 2, 3])), answer(28, Buffer.from([1, 2, 3, 4])), answer(1, Buffer.from([1, 2, 3, 4]))]);
      expect(readDnsMessage(bytes)!.answers).toEqual(['1.2.3.4']);
    });

    test('by thousands of answers is read in part', () => {
      const bytes = message(name('x'), 1, Array<Buffer>(1000).fill(answer(1, Buffer.from([1, 2, 3, 4]))));
      expect(readDnsMessage(bytes)!.answers).toHaveLength(answersMax);
    });
  });

  test('that is cut anywhere is read up to there', () => {
    const whole = message(name('www.example'), 1, [answer(1, Buffer.from([1, 2, 3, 4])), answer(16, Buffer.from('\x03abc', 'latin1'))]);
    expect(readDnsMessage(whole.subarray(0, 11))).toBeNull();
    for (let end = 12; end < whole.length; end++) expect(readDnsMessage(whole.subarray(0, end))!.answers.length).toBeLessThan(2);
    expect(readDnsMessage(whole.subarray(0, whole.length - 1))!.answers).toEqual(['1.2.3.4']);
  });

  test('of any bytes is read to an end, within bounds', () => {
    const pieces = fc.oneof(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), fc.nat(80).map((to) => Buffer.from([0xc0, to])), fc.constantFrom(name('a.b'), answer(1, Buffer.from([1, 2, 3, 4])), answer(16, Buffer.from([255]))));
    const header = fc.tuple(fc.nat(0xffff), fc.nat(3), fc.nat(0xffff)).map(([flags, questions, answers]) => u16(7, flags, questions, answers, 0, 0));
    fc.assert(fc.property(header, fc.array(pieces, { maxLength: 12 }), (start, rest) => {
      const read = readDnsMessage(Buffer.concat([start, ...rest]))!;
      expect(read.answers.length).toBeLessThanOrEqual(answersMax);
      for (const text of [read.name ?? '', ...read.answers]) expect(text.length).toBeLessThanOrEqual(1024);
    }));
  });
});
