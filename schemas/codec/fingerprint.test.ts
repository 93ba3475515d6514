import { describe, expect, test } from 'vitest';
import { crc64, fingerprint } from './fingerprint.ts';

/** From the Avro project's own vectors, share/test/data/schema-tests.txt. */
const published: readonly [schema: unknown, fingerprint: bigint][] = [
  ['null', 7195948357588979594n],
  ['boolean', -6970731678124411036n],
  ['int', 8247732601305521295n],
  ['long', -3434872931120570953n],
  ['float', 5583340709985441680n],
  ['double', -8181574048448539266n],
  ['bytes', 5746618253357095269n],
  ['string', -8142146995180207161n],
  [['int'], -5232228896498058493n],
  [['int', { type: 'boolean' }], 5392556393470105090n],
  [{ fields: [], type: 'record', name: 'a.b.foo', namespace: 'x.y' }, -4616218487480524110n],
  [{ fields: [], type: 'record', name: 'foo', doc: 'foo', aliases: ['foo', 'bar'] }, -4824392279771201922n],
  [{ fields: [{ type: { type: 'boolean' }, name: 'f1' }], type: 'record', name: 'foo' }, 7843277075252814651n],
  [{ type: 'enum', name: 'foo', symbols: ['A1'] }, -6342190197741309591n],
  [{ namespace: 'x.y.z', type: 'enum', name: 'foo', doc: 'foo bar', symbols: ['A1', 'A2'] }, -4448647247586288245n],
  [{ namespace: 'x.y.z', type: 'fixed', name: 'foo', doc: 'foo bar', size: 32 }, -3064184465700546786n],
  [{ items: { type: 'null' }, type: 'array' }, -589620603366471059n],
  [{ values: 'string', type: 'map' }, -8732877298790414990n],
  [{ name: 'PigValue', type: 'record', fields: [{ name: 'value', type: ['null', 'int', 'long', 'PigValue'] }] }, -1759257747318642341n],
];

describe('the fingerprint of a schema', () => {
  test.each(published)('is the published one for %j', (schema, expected) => {
    expect(fingerprint(schema).readBigInt64LE()).toBe(expected);
  });

  test('stands in a header with its lowest byte first', () => {
    expect(fingerprint('null').toString('hex')).toBe('8a8f25cce724dd63');
    expect(crc64(Buffer.from('"null"'))).toBe(0x63dd24e7cc258f8an);
  });

  test('ignores what does not change the encoding, such as our own attributes', () => {
    const plain = { type: 'record', name: 'r', namespace: 'n', fields: [{ name: 'f', type: 'long' }] };
    const rich = { ...plain, doc: 'd', kernel: 'rf_r', fields: [{ name: 'f', type: 'long', doc: 'd', kernel: 'u64' }] };
    expect(fingerprint(rich)).toEqual(fingerprint(plain));
  });
});
