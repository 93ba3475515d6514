import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHttpRequest } from './http-request.ts';

function read(text: string) {
  return readHttpRequest(Buffer.from(text, 'latin1'));
}

describe('the head of an HTTP request', () => {
  test('has a method, a target, a host and a user agent', () => {
    const text = 'POST /a?b=c HTTP/1.1\r\nHost: example.com:8080\r\nAccept: */*\r\nUSER-AGENT:  curl/8.0 \r\n\r\nHost: body';
    expect(read(text)).toEqual({ method: 'POST', target: '/a?b=c', host: 'example.com:8080', userAgent: 'curl/8.0' });
  });

  test('without headers, or with them in the body only, has no host', () => {
    expect(read('GET / HTTP/1.0\r\n\r\nHost: body')).toEqual({ method: 'GET', target: '/', host: null, userAgent: null });
  });

  test('that is cut says nothing of the header that is not whole', () => {
    expect(read('GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: cu')).toMatchObject({ host: 'example.com', userAgent: null });
    expect(read('GET /very/lo')).toEqual({ method: 'GET', target: '/very/lo', host: null, userAgent: null });
  });

  test('takes the first of two hosts, as the first server on its way may', () => {
    expect(read('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).toMatchObject({ host: 'a' });
  });

  test('of any bytes is read to an end, within bounds', () => {
    const text = fc.array(fc.oneof(fc.constantFrom('GET ', '\r\n', '\n', ':', 'Host: ', '\r\n\r\n', ' '), fc.uint8Array({ maxLength: 700 }).map((bytes) => Buffer.from(bytes).toString('latin1'))), { maxLength: 20 });
    fc.assert(fc.property(text, (parts) => {
      const { method, target, host, userAgent } = readHttpRequest(Buffer.from(parts.join('')));
      expect([method.length <= 32, target.length <= 1024, (host ?? '').length <= 512, (userAgent ?? '').length <= 512]).not.toContain(false);
    }));
  });
});
