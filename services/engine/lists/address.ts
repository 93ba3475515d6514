/** IP addresses and networks as words of 32 bits, for tables of them. IPv4 in IPv6 (::ffff:192.0.2.1) is IPv4. */
import { isIPv6 } from 'node:net';

/** Words of an address: one of IPv4, four of IPv6. */
export type Width = 1 | 4;

/** Reads an address into `words` and gives its width; 0 when the text is none. A zone (%eth0) is no part of an address. */
export function parseAddress(text: string, words: Uint32Array): Width | 0 {
  if (parseIpv4(text, 0, words, 0)) return 1;
  return text.length <= 45 && isIPv6(text) && !text.includes('%') ? parseIpv6(text, words) : 0;
}

/** An address, or a network in CIDR form: its bits behind the prefix are ignored. Gives the prefix's length; -1 when it is none. */
export function parseNetwork(text: string, words: Uint32Array): { readonly width: Width; readonly bits: number } | undefined {
  const slash = text.indexOf('/');
  const width = parseAddress(slash < 0 ? text : text.slice(0, slash), words);
  if (width === 0) return undefined;
  const bitsMax = 32 * width;
  if (slash < 0) return { width, bits: bitsMax };
  const digits = text.slice(slash + 1);
  const mapped = width === 1 && text.includes(':') ? 96 : 0;
  const bits = /^\d{1,3}$/.test(digits) ? Number(digits) - mapped : -1;
  return bits >= 0 && bits <= bitsMax ? { width, bits } : undefined;
}

/** Four decimal numbers without leading zeros, which some programs read as octal. */
function parseIpv4(text: string, from: number, words: Uint32Array, to: number): boolean {
  let word = 0;
  let octets = 0;
  let octet = -1;
  for (let index = from; index <= text.length; index++) {
    const code = index === text.length ? dot : text.charCodeAt(index);
    if (code === dot) {
      if (octet < 0) return false;
      word = word * 256 + octet;
      octets += 1;
      octet = -1;
    } else {
      const digit = code - zero;
      if (digit < 0 || digit > 9 || octet === 0) return false;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return false;
    }
  }
  if (octets !== 4) return false;
  words[to] = word;
  return true;
}

const dot = 0x2e;
const zero = 0x30;

/** Of a text that is an address. */
function parseIpv6(text: string, words: Uint32Array): Width {
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const groups = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  for (let index = 0; index < 4; index++) words[index] = groups[2 * index]! * 0x1_0000 + groups[2 * index + 1]!;
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return 4;
  words[0] = words[3]!;
  return 1;
}

const dotted = new Uint32Array(1);

function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    parseIpv4(group, 0, dotted, 0);
    return [dotted[0]! >>> 16, dotted[0]! & 0xffff];
  });
}
