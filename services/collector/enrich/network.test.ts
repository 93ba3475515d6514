import { describe, expect, test } from 'vitest';
import type { Network, Packet } from '#schemas/generated/types.gen.ts';
import { AddressNames, addressNamesMax } from '../packet/address-names.ts';
import { NetworkEnricher } from './network.ts';

const second = 1_000_000_000n;

function network(given: Partial<Network>): Network {
  return {
    kind: 'network', operation: 'connect', syscall: 'connect', result: 0, family: 'ipv4', socket_type: 'stream', protocol: 6, transport: null,
    initiated: false, local_ip: '10.0.0.1', local_port: 40_000, remote_ip: '192.0.2.7', remote_port: 443, source_ip: null, source_port: null,
    destination_ip: null, destination_port: null, destination_name: null, path: null, address_source: 'kernel', backlog: null, fd: 3, io_uring: false, ...given,
  };
}

function packet(given: Partial<Packet>): Packet {
  return { kind: 'packet', protocol: 17, egress: false, local_ip: '10.0.0.1', local_port: 40_000, remote_ip: '10.0.0.53', remote_port: 53, payload: Buffer.alloc(0), ...given };
}

/** An answer that example.com has that address, for so many seconds. */
function answer(ip: string, ttl: number, question = '\x07example\x03com\0'): Packet {
  const lifetime = Buffer.alloc(4);
  lifetime.writeUInt32BE(ttl);
  const payload = Buffer.concat([
    Buffer.from([0, 1, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]), Buffer.from(question, 'latin1'), Buffer.from([0, 1, 0, 1]),
    Buffer.from([0xc0, 12, 0, 1, 0, 1]), lifetime, Buffer.from([0, 4]), Buffer.from(ip.split('.').map(Number)),
  ]);
  return packet({ payload });
}

describe('a network event', () => {
  const enricher = new NetworkEnricher();

  test('of connect and send goes from here to there', () => {
    for (const operation of ['connect', 'send'] as const) {
      expect(enricher.body(network({ operation }), 0n)).toMatchObject({ initiated: true, transport: 'tcp', source_ip: '10.0.0.1', source_port: 40_000, destination_ip: '192.0.2.7', destination_port: 443 });
    }
  });

  test('of accept comes from there', () => {
    expect(enricher.body(network({ operation: 'accept' }), 0n)).toMatchObject({ initiated: false, source_ip: '192.0.2.7', source_port: 443, destination_ip: '10.0.0.1', destination_port: 40_000 });
  });

  test('of a socket that waits goes nowhere', () => {
    for (const operation of ['socket', 'bind', 'listen'] as const) {
      expect(enricher.body(network({ operation }), 0n)).toMatchObject({ initiated: false, source_ip: null, destination_ip: null, destination_port: null });
    }
  });

  test('has a transport over IP only', () => {
    expect(enricher.body(network({ family: 'unix', protocol: 0 }), 0n)).toMatchObject({ transport: null });
    expect(enricher.body(network({ family: 'packet', protocol: 17 }), 0n)).toMatchObject({ transport: null });
    expect(enricher.body(network({ family: 'ipv6', protocol: 58 }), 0n)).toMatchObject({ transport: 'icmpv6' });
  });
});

describe('the name of a destination', () => {
  test('is what was asked for when an answer gave its address, until that is too old', () => {
    const enricher = new NetworkEnricher();
    expect(enricher.body(network({}), 0n)).toMatchObject({ destination_name: null });
    expect(enricher.body(answer('192.0.2.7', 300), second)).toMatchObject({ kind: 'dns', operation: 'answer', name: 'example.com', answers: ['192.0.2.7'], server_ip: '10.0.0.53' });
    expect(enricher.body(network({}), 301n * second)).toMatchObject({ destination_name: 'example.com' });
    expect(enricher.body(network({ operation: 'accept' }), 2n * second)).toMatchObject({ destination_name: null });
    expect(enricher.body(network({}), 302n * second)).toMatchObject({ destination_name: null });
  });

  test('is known for a moment when the answer may not be kept', () => {
    const enricher = new NetworkEnricher();
    enricher.body(answer('192.0.2.7', 0), 0n);
    expect(enricher.body(network({}), 59n * second)).toMatchObject({ destination_name: 'example.com' });
    expect(enricher.body(network({}), 61n * second)).toMatchObject({ destination_name: null });
  });

  test('is not learnt from a question, however it looks, nor from what is no DNS', () => {
    const enricher = new NetworkEnricher();
    expect(enricher.body({ ...answer('192.0.2.7', 300), egress: true }, 0n)).toMatchObject({ kind: 'dns', operation: 'question', status: null });
    enricher.body({ ...answer('192.0.2.7', 300), protocol: 6 }, 0n);
    expect(enricher.body(network({}), 0n)).toMatchObject({ destination_name: null });
  });

  test('is forgotten when too many others have come since', () => {
    const names = new AddressNames();
    names.learn(answer('192.0.2.7', 300), 0n);
    for (let index = 0; index < addressNamesMax; index++) names.learn(answer(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, 300), 0n);
    expect([names.size, names.nameOf('192.0.2.7', 0n), names.nameOf('10.0.0.0', 0n)]).toEqual([addressNamesMax, null, 'example.com']);
  });
});

describe('a packet becomes one event', () => {
  const enricher = new NetworkEnricher();

  test('of DNS, even when it cannot be read', () => {
    expect(enricher.body(packet({ payload: Buffer.from([1, 2]) }), 0n)).toEqual({ kind: 'dns', operation: 'answer', id: 0, name: null, record_type: null, status: null, answers: [], server_ip: '10.0.0.53', server_port: 53 });
  });

  test('of TLS or HTTP, by its first byte', () => {
    const ends = { local_ip: '10.0.0.1', local_port: 40_000, remote_ip: '10.0.0.53', remote_port: 53 };
    expect(enricher.body(packet({ protocol: 6, egress: true, payload: Buffer.from([0x16, 3, 1]) }), 0n)).toEqual({ kind: 'tls_client_hello', server_name: null, alpn: [], ...ends });
    expect(enricher.body(packet({ protocol: 6, egress: true, payload: Buffer.from('GET /x HTTP/1.1\r\n') }), 0n)).toEqual({ kind: 'http_request', method: 'GET', target: '/x', host: null, user_agent: null, ...ends });
  });
});
