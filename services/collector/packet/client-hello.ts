/**
 * The first message of a TLS client (RFC 8446, section 4.1.2), as far as its bytes are there; from anyone: reading ends,
 * throws nothing, and yields what could be read until the first fault.
 *
 *   record     type u8 (22: handshake), version u16, length u16, part of a message
 *   message    type u8 (1: client hello), length u24, version u16, random 32 bytes, session id, ciphers, compressions, extensions
 *   extension  type u16, length u16, data; 0: server name, 16: application protocols
 */
import { ByteCursor } from './byte-cursor.ts';

export interface ClientHello {
  /** Server name indication; null when there is none. With encrypted client hello, the outer one. */
  readonly serverName: string | null;
  /** Application protocols offered. */
  readonly alpn: readonly string[];
}

const handshakeRecord = 22;
const serverNameExtension = 0;
const alpnExtension = 16;

/** Clients offer two or three. */
const protocolsMax = 16;

/** A name in the DNS has at most 255 bytes. */
const nameBytesMax = 255;

export function readClientHello(bytes: Buffer): ClientHello {
  const message = new ByteCursor(joinRecords(bytes));
  let serverName: string | null = null;
  let alpn: string[] = [];
  message.skip(1 + 3 + 2 + 32);
  message.skip(message.u8());
  message.skip(message.u16());
  message.skip(message.u8());
  const extensions = message.take(message.u16());
  while (!extensions.isAtEnd) {
    const type = extensions.u16();
    const data = extensions.take(extensions.u16());
    if (type === serverNameExtension) serverName ??= readServerName(data);
    if (type === alpnExtension) alpn = readProtocols(data);
  }
  return { serverName, alpn };
}

/** A message may be cut into records at any byte, and is by who wants to hide its name. */
function joinRecords(bytes: Buffer): Buffer {
  const records = new ByteCursor(bytes);
  const parts: Buffer[] = [];
  while (!records.isAtEnd && records.u8() === handshakeRecord) {
    records.skip(2);
    parts.push(records.take(records.u16()).rest());
  }
  return Buffer.concat(parts);
}

/** A list of names, each with a type; 0, a host name, is the only type there is. */
function readServerName(data: ByteCursor): string | null {
  const names = data.take(data.u16());
  const type = names.u8();
  const name = names.take(names.u16()).rest().toString('utf8', 0, nameBytesMax);
  return type === 0 && name !== '' ? name : null;
}

function readProtocols(data: ByteCursor): string[] {
  const names = data.take(data.u16());
  const protocols: string[] = [];
  while (!names.isAtEnd && protocols.length < protocolsMax) protocols.push(names.take(names.u8()).rest().toString('utf8'));
  return protocols;
}
