import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteSetBuilder, entryHash, keyedHash } from './byte-set.ts';
import { listBuilder, type ListContents, type ListKind } from './list-contents.ts';

function listOf(kind: ListKind, ...entries: readonly string[]): ListContents {
  const builder = listBuilder(kind, 16);
  for (const entry of entries) expect(builder.add(entry)).toBe(true);
  return builder.build();
}

describe('a set of bytes', () => {
  test('holds what was added and nothing else', () => {
    const bytes = fc.uint8Array({ maxLength: 12, max: 3 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 200 }), fc.array(bytes, { maxLength: 50 }), (added, asked) => {
        const builder = new ByteSetBuilder(1);
        for (const entry of added) builder.add(entry, entry.length);
        const set = builder.build();
        const known = new Set(added.map(String));
        expect(set.size).toBe(known.size);
        for (const entry of [...added, ...asked]) expect(set.has(entry, 0, entry.length, entryHash(entry, 0, entry.length))).toBe(known.has(String(entry)));
      }),
    );
  });

  test('hashes as the kernel does with hsiphash on 32-bit machines', () => {
    // The first of the vectors in its lib/tests/siphash_kunit.c.
    const key = new Uint32Array([0x03020100, 0x07060504]);
    const bytes = Uint8Array.from({ length: 12 }, (_, index) => index);
    const expected = [0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6, 0x577999b1, 0xc839caed, 0xe4fa32cf, 0x959246ee];
    expect(expected.map((_, length) => keyedHash(key, bytes, 0, length))).toEqual(expected);
  });
});

describe('a list of addresses and networks', () => {
  const octet = fc.constantFrom(0, 1, 10, 127, 128, 255);
  const v4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
  const v6 = fc.array(fc.constantFrom('0', '1', 'ffff', '8000', 'db8'), { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'));
  const network = fc.oneof(fc.tuple(v4, fc.integer({ min: 0, max: 32 })), fc.tuple(v6, fc.integer({ min: 0, max: 128 })));

  const isMapped = (address: string): boolean => address.startsWith('0:0:0:0:0:ffff');

  test('holds the addresses that Node says are in its networks', () => {
    fc.assert(
      fc.property(fc.array(network, { maxLength: 20 }), fc.array(fc.oneof(v4, v6), { maxLength: 20 }), (networks, addresses) => {
        const list = listOf('ip', ...networks.filter(([each]) => !isMapped(each)).map(([address, bits]) => `${address}/${bits}`));
        // Apart, because Node finds IPv4 addresses in ::/0; here they lie in networks of IPv4 only.
        const reference = { ipv4: new BlockList(), ipv6: new BlockList() };
        const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
        for (const [address, bits] of networks.filter(([each]) => !isMapped(each))) reference[familyOf(address)].addSubnet(address, bits, familyOf(address));
        for (const address of addresses.filter((each) => !isMapped(each))) {
          expect([address, list.has(address)]).toEqual([address, reference[familyOf(address)].check(address, familyOf(address))]);
        }
      }),
      { examples: [[[['0.0.0.0', 0]], ['255.255.255.255']], [[['10.0.0.0', 8], ['10.1.0.0', 16]], ['10.1.255.255', '10.255.0.1']]] },
    );
  });

  test('counts networks within others once, and takes IPv4 in IPv6 for IPv4', () => {
    const list = listOf('ip', '192.0.2.0/24', '192.0.2.7', '192.0.2.0/25', '::ffff:198.51.100.7', '2001:db8::/32', '2001:DB8:0::1');
    expect(list.entries).toBe(3);
    for (const inside of ['192.0.2.255', '::ffff:192.0.2.1', '198.51.100.7', '2001:db8:ffff::']) expect([inside, list.has(inside)]).toEqual([inside, true]);
    for (const outside of ['192.0.3.0', '198.51.100.8', '2001:db9::', '', '192.0.2', '192.0.2.1.1', '192.0.02.1', 'fe80::1%eth0']) expect([outside, list.has(outside)]).toEqual([outside, false]);
  });

  test.each(['', '192.0.2.0/33', '192.0.2.0/', '2001:db8::/129', '1.2.3.256', '::ffff:1.2.3.4/95', 'example.com', '01.2.3.4'])('does not take %j', (entry) => {
    expect(listBuilder('ip', 0).add(entry)).toBe(false);
  });
});

test('a list of domains holds them and what is below, in any case, and not what only ends so', () => {
  const list = listOf('domain', 'Example.COM', 'co.test.', 'bücher.example');
  for (const inside of ['example.com', 'a.b.EXAMPLE.com', 'example.com.', 'x.co.test', 'BÜCHER.example']) expect([inside, list.has(inside)]).toEqual([inside, true]);
  for (const outside of ['badexample.com', 'com', 'example.com.evil', '', '.', 'a..example.com']) expect([outside, list.has(outside)]).toEqual([outside, false]);
  expect(listBuilder('domain', 0).add('http://example.com')).toBe(false);
});

test('a list of hashes holds them in any case, each length by itself', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  const list = listOf('hash', md5, 'ab'.repeat(32));
  for (const inside of [md5.toUpperCase(), 'AB'.repeat(32)]) expect(list.has(inside)).toBe(true);
  for (const outside of [md5.slice(1), `${md5.slice(0, -1)}g`, 'ab'.repeat(20)]) expect(list.has(outside)).toBe(false);
  expect(listBuilder('hash', 0).add('xyz')).toBe(false);
});

test('paths are exact, texts in any case', () => {
  expect([listOf('path', '/opt/Tool').has('/opt/Tool'), listOf('path', '/opt/Tool').has('/opt/tool')]).toEqual([true, false]);
  expect([listOf('text', 'Straße Σ').has('STRAßE ς'), listOf('text', 'a').has('b')]).toEqual([true, false]);
});
