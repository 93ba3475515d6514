/** Names in packets: what the sensor copies of DNS, TLS and HTTP, and what the collector makes of it. */
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Packet } from '../../schemas/generated/types.gen.ts';
import { NetworkEnricher } from '../../services/collector/enrich/network.ts';
import { allTraits, processesOnly } from '../../services/collector/kernel/interest.ts';
import type { PacketBody } from '../../services/collector/packet/packet-body.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched, type Seen } from './watched.ts';

interface Sent {
  readonly pid: number;
  readonly packets: readonly Seen<Packet>[];
  readonly bodies: readonly PacketBody[];
}

async function send(watched: Watched, ...args: (string | Buffer)[]): Promise<Sent> {
  const { pid, execs } = await watched.run(actor('packets'), args.map((arg) => (typeof arg === 'string' ? arg : arg.toString('hex'))));
  const { seen } = watched.kernel.counters().rings[1]!;
  await watched.until(({ seq, body }) => body?.kind === 'packet' && seq === seen);
  const packets = watched.records.filter((record): record is Seen<Packet> => record.body?.kind === 'packet' && record.process.pid === pid);
  for (const { process } of packets) expect(process).toMatchObject({ start_ns: execs[0]!.process.start_ns, comm: 'packets' });
  const enricher = new NetworkEnricher();
  return { pid, packets, bodies: packets.map(({ body, bootNs }) => enricher.body(body, bootNs) as PacketBody) };
}

/** What Node's TLS sends first, into a stream of ours. */
async function clientHello(servername: string, ALPNProtocols: string[]): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const socket = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
  const client = connect({ socket, servername, ALPNProtocols, rejectUnauthorized: false });
  client.on('error', () => undefined);
  const bytes = await promise;
  client.destroy();
  return bytes;
}

const question = Buffer.from('2a2a01000001000000000000076578616d706c6503636f6d0000010001', 'hex');
/** example.com is 192.0.2.7, for five minutes. */
const answer = Buffer.from('2a2a81800001000100000000076578616d706c6503636f6d0000010001c00c000100010000012c0004c0000207', 'hex');

describe.skipIf(hindrance !== null)(`names in packets${becauseOf}`, () => {
  let watched: Watched;

  beforeAll(async () => {
    watched = await Watched.reporting({ ...processesOnly, always: { dns: allTraits, tls_client_hello: allTraits, http_request: allTraits } }, 'packets');
  });

  afterAll(() => watched.close());

  test('of DNS belong to the process that asks, answers too', async () => {
    const { bodies, packets } = await send(watched, 'dns', question, answer);
    const asked = { kind: 'dns', operation: 'question', id: 0x2a2a, name: 'example.com', record_type: 'A', status: null, answers: [], server_port: 53 };
    const answered = { ...asked, operation: 'answer', status: 'NOERROR', answers: ['192.0.2.7'] };
    const over = (server_ip: string) => [{ ...asked, server_ip }, { ...answered, server_ip }];
    expect(bodies).toEqual([...over('127.0.0.1'), ...over('127.0.0.1'), ...over('::1')]);
    for (const { body } of packets) expect(body).toMatchObject({ protocol: 17, local_ip: body.remote_ip, remote_port: 53 });
  });

  test('of DNS are whole up to their bound, and flagged beyond it', async () => {
    const long = Buffer.concat([answer, Buffer.alloc(4000)]);
    const { packets } = await send(watched, 'dns', Buffer.concat([question, Buffer.alloc(600)]), long);
    expect(packets.slice(0, 2).map(({ body, truncated }) => [body.payload.length, truncated])).toEqual([[question.length + 600, []], [2048, ['body.payload']]]);
    expect(Buffer.compare(packets[1]!.body.payload, long.subarray(0, 2048))).toBe(0);
  });

  test('of DNS that is none are told all the same', async () => {
    const { bodies } = await send(watched, 'dns', Buffer.from([7]), Buffer.alloc(0));
    expect(bodies.slice(0, 2)).toMatchObject([{ operation: 'question', name: null }, { operation: 'answer', name: null }]);
  });

  test('of HTTP are those of the first request of a connection', async () => {
    const { bodies } = await send(watched, 'stream', Buffer.from('POST /login?x=1 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8\r\n\r\n'));
    const local_port = expect.any(Number) as number;
    expect(bodies).toEqual([{ kind: 'http_request', method: 'POST', target: '/login?x=1', host: 'shop.example', user_agent: 'curl/8', local_ip: '127.0.0.1', local_port, remote_ip: '127.0.0.1', remote_port: 4040 }]);
  });

  test('of TLS are those of the client hello', async () => {
    const { bodies } = await send(watched, 'stream', await clientHello('secret.example', ['h2', 'http/1.1']));
    expect(bodies).toMatchObject([{ kind: 'tls_client_hello', server_name: 'secret.example', alpn: ['h2', 'http/1.1'], remote_ip: '127.0.0.1', remote_port: 4040 }]);
  });

  test('that a timer sends belong to their process, not to who is running then', async () => {
    const { bodies } = await send(watched, 'corked', Buffer.from('GET /late HTTP/1.1\r\nHost: late.example\r\n\r\n'));
    expect(bodies).toMatchObject([{ kind: 'http_request', target: '/late' }]);
  });

  test('are not looked for in anything else', async () => {
    for (const bytes of ['SSH-2.0-x\r\n', 'GETX', '\x16\x02\x00\x00']) expect((await send(watched, 'stream', Buffer.from(bytes, 'latin1'))).packets).toEqual([]);
  });
});
