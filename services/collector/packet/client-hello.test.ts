import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClientHello } from './client-hello.ts';

/** What this Node's TLS sends first, into a stream of ours. */
async function clientHello(options: { servername?: string; ALPNProtocols?: string[] }): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const socket = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
  const client = connect({ socket, rejectUnauthorized: false, ...options });
  client.on('error', () => undefined);
  const bytes = await promise;
  client.destroy();
  return bytes;
}

/** The same message in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    parts.push(Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part]));
  }
  return Buffer.concat(parts);
}

describe('a client hello', () => {
  test('names its server and its protocols', async () => {
    const hello = await clientHello({ servername: 'www.example.com', ALPNProtocols: ['h2', 'http/1.1'] });
    expect(readClientHello(hello)).toEqual({ serverName: 'www.example.com', alpn: ['h2', 'http/1.1'] });
  });

  test('may name none', async () => {
    expect(readClientHello(await clientHello({}))).toEqual({ serverName: null, alpn: [] });
  });

  test('that is cut into records of a few bytes hides nothing', async () => {
    const hello = await clientHello({ servername: 'hidden.example', ALPNProtocols: ['h2'] });
    for (const size of [1, 7, 64]) expect(readClientHello(inRecords(hello, size))).toEqual({ serverName: 'hidden.example', alpn: ['h2'] });
  });

  test('that ends anywhere is read up to there', async () => {
    const hello = await clientHello({ servername: 'a.example', ALPNProtocols: ['h2'] });
    for (let end = 0; end < hello.length; end++) {
      const { serverName } = readClientHello(hello.subarray(0, end));
      expect('a.example'.startsWith(serverName ?? '')).toBe(true);
    }
  });

  test('of any bytes, or with any byte changed, is read to an end', async () => {
    const hello = await clientHello({ servername: 'a.example', ALPNProtocols: ['h2'] });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2048 }), (bytes) => void readClientHello(Buffer.from(bytes))));
    fc.assert(fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(hello);
      changed[at] = value;
      const read = readClientHello(changed);
      expect((read.serverName ?? '').length).toBeLessThanOrEqual(255);
      expect(read.alpn.length).toBeLessThanOrEqual(16);
    }));
  });
});
