/** Addresses and networks of rules. */
import { BlockList, isIP } from 'node:net';
import type { Match } from '../ir.ts';

/**
 * Of an address alone, that one; undefined when the text is neither. IPv4 addresses are told by their text. Networks of IPv4
 * hold addresses that are mapped into IPv6 (::ffff:10.0.0.1), since Falco shows such a socket as one of IPv4. To Sigma,
 * as to Python's ipaddress, they are addresses of IPv6: see ../sigma/network.ts.
 */
export function networkMatch(text: string): Match | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(prefix <= width)) return undefined;
  if (family === 4 && prefix === width) return { kind: 'exact', text: address, cased: true };
  const network = new BlockList();
  network.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  const contains = (value: string): boolean => {
    const kind = isIP(value);
    // Node would find addresses of IPv4 in ::/0, because these can be mapped.
    return kind >= family && network.check(value, kind === 4 ? 'ipv4' : 'ipv6');
  };
  return { kind: 'cidr', network: `${address}/${prefix}`, contains };
}
