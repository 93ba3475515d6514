/** The beginning of an HTTP/1 request (RFC 9112, section 2), as far as its bytes are there, from anyone. */

export interface HttpRequestHead {
  readonly method: string;
  readonly target: string;
  /** Of the Host header; null when it is not there, or not whole. */
  readonly host: string | null;
  readonly userAgent: string | null;
}

/** Longer than any method of the registry. */
const methodCharactersMax = 32;
const targetCharactersMax = 1024;
const headerCharactersMax = 512;

export function readHttpRequest(bytes: Buffer): HttpRequestHead {
  const head = bytes.toString('utf8').split('\r\n\r\n', 1)[0]!;
  const [line = '', ...headers] = head.split(/\r?\n/);
  const [method = '', target = ''] = line.split(' ');
  // The last line may have been cut: only its end says that it is whole.
  const whole = bytes.includes('\r\n\r\n') ? headers : headers.slice(0, -1);
  return {
    method: method.slice(0, methodCharactersMax),
    target: target.slice(0, targetCharactersMax),
    host: headerOf(whole, 'host'),
    userAgent: headerOf(whole, 'user-agent'),
  };
}

function headerOf(lines: readonly string[], name: string): string | null {
  const line = lines.find((each) => each.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  return line === undefined ? null : line.slice(name.length + 1).trim().slice(0, headerCharactersMax);
}
