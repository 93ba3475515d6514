/**
 * IP networks of rules: 10.0.0.0/8, fe80::/10, a single address. As in Python's ipaddress, which pySigma asks, no network of
 * IPv4 holds an address of IPv6, be it one that IPv4 is mapped into; our own events show that as IPv4.
 */
import { BlockList, isIP } from 'node:net';

export interface Network {
  readonly contains: (address: string) => boolean;
  /** What the text should have been, when bits behind the prefix are set. */
  readonly base: string | undefined;
}

/** Undefined when the text is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(prefix <= width) || address.includes('%')) return undefined;
  const base = family === 4 ? ipv4Base(address, prefix) : ipv6Base(address, prefix);
  return { contains: family === 4 ? ipv4Contains(address, prefix) : ipv6Contains(address, prefix), base };
}

function ipv4Contains(network: string, prefix: number): Network['contains'] {
  const mask = ipv4Mask(prefix);
  const wanted = ipv4Number(network) & mask;
  return (address) => isIP(address) === 4 && (ipv4Number(address) & mask) === wanted;
}

function ipv6Contains(network: string, prefix: number): Network['contains'] {
  const list = new BlockList();
  list.addSubnet(network, prefix, 'ipv6');
  return (address) => isIP(address) === 6 && list.check(address, 'ipv6');
}

function ipv4Base(network: string, prefix: number): string | undefined {
  const number = ipv4Number(network);
  const base = number & ipv4Mask(prefix);
  if (base === number) return undefined;
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 0xff).join('.')}/${prefix}`;
}

function ipv6Base(network: string, prefix: number): string | undefined {
  const number = ipv6Number(network);
  const base = (number >> BigInt(128 - prefix)) << BigInt(128 - prefix);
  if (base === number) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => ((base >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return `${compressed(groups)}/${prefix}`;
}

function ipv4Mask(prefix: number): number {
  return prefix === 0 ? 0 : -1 << (32 - prefix);
}

/** Of an address that is valid. */
function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => (number << 8) | Number(part), 0);
}

function ipv6Number(address: string): bigint {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const groups = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return groups.reduce((number, group) => (number << 16n) | BigInt(group), 0n);
}

/** An IPv4 address at the end stands for two groups. */
function groupsOf(text: string): number[] {
  return text.split(':').filter((group) => group !== '').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const number = ipv4Number(group);
    return [number >>> 16, number & 0xffff];
  });
}

/** The zeros at the end, where a network has them, as `::`. */
function compressed(groups: readonly string[]): string {
  const kept = groups.slice(0, groups.findLastIndex((group) => group !== '0') + 1);
  return kept.length >= 7 ? groups.join(':') : `${kept.join(':')}::`;
}
