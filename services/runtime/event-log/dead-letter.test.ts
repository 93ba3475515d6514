import { describe, expect, test } from 'vitest';
import { deadLetter } from './dead-letter.ts';
import type { ReceivedRecord } from './event-log.ts';
import { checkRecords, keyBytesMax, valueBytesMax } from './limits.ts';

const record: ReceivedRecord = { topic: 'in', key: 'node', value: Buffer.from('garbage'), headers: { a: 'b' }, partition: 2, offset: 7, appendedMs: 0 };

describe('a dead letter', () => {
  test('is the record as it came, with its place and the reason', () => {
    expect(deadLetter(record, 'in.dlq', 'BODY_INVALID')).toEqual({
      topic: 'in.dlq',
      key: 'node',
      value: record.value,
      headers: { topic: 'in', partition: '2', offset: '7', reason: 'BODY_INVALID' },
    });
  });

  test('fits the log even when a broker has accepted a larger record, and says what was cut', () => {
    const large = deadLetter({ ...record, key: 'ü'.repeat(keyBytesMax), value: Buffer.alloc(valueBytesMax + 1) }, 'in.dlq', 'TOO_LARGE');
    expect(() => checkRecords([large])).not.toThrow();
    expect(large.key).toBe('ü'.repeat(keyBytesMax / 2));
    expect(large.headers).toMatchObject({ size: String(valueBytesMax + 1), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
