/** Secrets leave the node in no field: what programs say in requests and in calls to the kernel is redacted like arguments. */
import { expect, test } from 'vitest';
import type { KernelRecord } from '#schemas/generated/decode.gen.ts';
import { Enricher } from './enrich.ts';
import { ProcessCache } from './process-cache.ts';
import { Redactor } from './redact/redactor.ts';

type Body = NonNullable<KernelRecord['body']>;

const secret = 'hunter2-hunter2';
const enricher = new Enricher(new ProcessCache(), { bootTimeNs: 0n }, new Redactor(Buffer.alloc(32, 1)));

const ends = { local_ip: '10.0.0.7', local_port: 40_000, remote_ip: '192.0.2.1', remote_port: 80 };

test('of a request, its target, host and user agent', () => {
  const payload = Buffer.from(`GET /?token=${secret} HTTP/1.1\r\nHost: password=${secret}\r\nUser-Agent: x password=${secret}\r\n\r\n`);
  const packet: Body = { kind: 'packet', ...ends, protocol: 6, egress: true, payload };
  const seen = enricher.body(packet, 0n);
  expect(seen).toMatchObject({ kind: 'http_request', method: 'GET' });
  expect(JSON.stringify(seen, plain)).not.toContain(secret);
});

test('of a call to the kernel, the name and the words that the caller gave', () => {
  const call: Body = {
    kind: 'kernel_call', operation: 'init_module', syscall: 'init_module', result: 0, request: 0, request_name: null, type: null, type_name: null, flags: 0n, name: `password=${secret}`, path: null,
    arguments: `user=ann password=${secret}`, fd: null, target_pid: null, target_start_ns: 0n, target_uid: null, target_exe: null, remote_ip: null, remote_port: null,
  };
  const seen = enricher.body(call, 0n);
  expect(seen).toMatchObject({ kind: 'kernel_call', arguments: expect.stringMatching(/^user=ann password=</) as string });
  expect(JSON.stringify(seen, plain)).not.toContain(secret);
});

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
