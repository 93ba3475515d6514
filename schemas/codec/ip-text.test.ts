import { expect, test } from 'vitest';
import { ipText } from './ip-text.ts';

function text(hex: string): string | null {
  return ipText(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 0);
}

test.each([
  ['0000 0000 0000 0000 0000 ffff 7f00 0001', '127.0.0.1'],
  ['0000 0000 0000 0000 0000 ffff 0000 0000', '0.0.0.0'],
  ['0000 0000 0000 0000 0000 0000 0000 0000', '::'],
  ['0000 0000 0000 0000 0000 0000 0000 0001', '::1'],
  ['2001 0db8 0000 0000 0001 0000 0000 0001', '2001:db8::1:0:0:1'],
  ['2001 0db8 0000 0001 0001 0001 0001 0001', '2001:db8:0:1:1:1:1:1'],
  ['fe80 0000 0000 0000 0000 0000 0000 0000', 'fe80::'],
  ['ffff ffff ffff ffff ffff ffff ffff ffff', null],
])('%s is %s', (hex, expected) => expect(text(hex)).toBe(expected));
