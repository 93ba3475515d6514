/**
 * DNS messages as they stand in UDP datagrams (RFC 1035, section 4), from anyone: whatever the bytes are, reading ends, throws
 * nothing, and yields what could be read until the first fault.
 *
 *   message   id u16, flags u16 (answer 1 bit … status 4 bits), counts of 4 sections u16 each; questions; answers; …
 *   question  name, type u16, class u16
 *   answer    name, type u16, class u16, ttl u32, length u16, data
 *   name      labels: length u8 (below 64), bytes; ended by an empty one, or by a pointer to an earlier name (two bits 1, 14 of offset)
 */
import { ipText } from '#schemas/codec/ip-text.ts';

export interface DnsMessage {
  readonly id: number;
  readonly isAnswer: boolean;
  /** Of the first question: lower case, without the last dot; the root is a dot. Null when it could not be read. */
  readonly name: string | null;
  /** A, AAAA, CNAME …, or TYPE<n>. Null when it could not be read. */
  readonly recordType: string | null;
  /** NOERROR, NXDOMAIN …, or RCODE<n>. */
  readonly status: string;
  /** Addresses, names and texts of the answers. */
  readonly answers: readonly string[];
  readonly addresses: readonly { readonly ip: string; readonly ttlSeconds: number }[];
}

/** Of an answer; what follows is not read. A host with more addresses than this shows some of them at a time. */
export const answersMax = 16;

/** Of a text in a TXT record: longer ones hold keys, and tunnels show in the shorter ones just as well. */
const textBytesMax = 512;

/** RFC 1035, 3.1. */
const nameBytesMax = 255;

const headerBytes = 12;
const answerFlag = 0x8000;

/** Null when the bytes end within the header. */
export function readDnsMessage(bytes: Buffer): DnsMessage | null {
  if (bytes.length < headerBytes) return null;
  const flags = bytes.readUInt16BE(2);
  const question = bytes.readUInt16BE(4) > 0 ? readQuestion(bytes, headerBytes) : null;
  const isWhole = question !== null && bytes.readUInt16BE(4) === 1;
  const count = Math.min(bytes.readUInt16BE(6), answersMax);
  return {
    id: bytes.readUInt16BE(0),
    isAnswer: (flags & answerFlag) !== 0,
    name: question?.name ?? null,
    recordType: question === null ? null : typeName(question.type),
    status: statusNames[flags & 0xf] ?? `RCODE${flags & 0xf}`,
    ...(isWhole ? readAnswers(bytes, question.end, count) : { answers: [], addresses: [] }),
  };
}

interface Question {
  readonly name: string;
  readonly type: number;
  readonly end: number;
}

function readQuestion(bytes: Buffer, start: number): Question | null {
  const name = readName(bytes, start);
  if (name === null || name.end + 4 > bytes.length) return null;
  return { name: name.text, type: bytes.readUInt16BE(name.end), end: name.end + 4 };
}

function readAnswers(bytes: Buffer, start: number, count: number): Pick<DnsMessage, 'answers' | 'addresses'> {
  const answers: string[] = [];
  const addresses: { ip: string; ttlSeconds: number }[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const owner = readName(bytes, at);
    if (owner === null || owner.end + 10 > bytes.length) break;
    const type = bytes.readUInt16BE(owner.end);
    const data = { start: owner.end + 10, end: owner.end + 10 + bytes.readUInt16BE(owner.end + 8) };
    if (data.end > bytes.length) break;
    const text = readData(bytes, type, data);
    if (text !== null) answers.push(text);
    if (text !== null && isAddress(type)) addresses.push({ ip: text, ttlSeconds: bytes.readUInt32BE(owner.end + 4) });
    at = data.end;
  }
  return { answers, addresses };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Null for types that say nothing here, and for data that are not what their type says. */
function readData(bytes: Buffer, type: number, { start, end }: Span): string | null {
  const nameAt = (at: number): string | null => (at < end ? (readName(bytes, at)?.text ?? null) : null);
  switch (typeName(type)) {
    case 'A':
      return end - start === 4 ? bytes.subarray(start, end).join('.') : null;
    case 'AAAA':
      return end - start === 16 ? ipText(bytes, start) : null;
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return nameAt(start);
    case 'MX':
      return nameAt(start + 2);
    case 'SRV': {
      const target = nameAt(start + 6);
      return target === null ? null : `${target}:${bytes.readUInt16BE(start + 4)}`;
    }
    case 'TXT':
      return readTexts(bytes.subarray(start, end));
    default:
      return null;
  }
}

/** Strings of up to 255 bytes, each after its length; shown as one. */
function readTexts(data: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1 + data[at]!) parts.push(data.subarray(at + 1, at + 1 + data[at]!));
  return Buffer.concat(parts).toString('utf8', 0, textBytesMax);
}

/** `end` is where the reading goes on: after the first pointer, if there is one. */
function readName(bytes: Buffer, start: number): { text: string; end: number } | null {
  const labels: string[] = [];
  let at = start;
  let length = 0;
  let end: number | null = null;
  // Pointers may only lead back, before the part of the name that they end: so they cannot go in circles.
  let earliest = start;
  for (;;) {
    const size = bytes[at];
    if (size === undefined) return null;
    if (size === 0) return { text: labels.length === 0 ? '.' : labels.join('.'), end: end ?? at + 1 };
    if (size >= 0xc0) {
      if (at + 2 > bytes.length) return null;
      end ??= at + 2;
      at = bytes.readUInt16BE(at) & 0x3fff;
      if (at >= earliest) return null;
      earliest = at;
      continue;
    }
    length += size + 1;
    if (size > 63 || length > nameBytesMax || at + 1 + size > bytes.length) return null;
    labels.push(labelText(bytes.subarray(at + 1, at + 1 + size)));
    at += size + 1;
  }
}

/** A dot within a label, a backslash and what is not printable ASCII are written as zone files do (RFC 1035, 5.1): \DDD. */
function labelText(label: Buffer): string {
  return label.toString('latin1').toLowerCase().replace(/[^!-~]|[.\\]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`);
}

function isAddress(type: number): boolean {
  return type === 1 || type === 28;
}

function typeName(type: number): string {
  return typeNames[type] ?? `TYPE${type}`;
}

/** IANA, Domain Name System Parameters: those that are met in the wild. */
const typeNames: Readonly<Record<number, string>> = {
  1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 10: 'NULL', 12: 'PTR', 13: 'HINFO', 15: 'MX', 16: 'TXT', 28: 'AAAA', 29: 'LOC', 33: 'SRV',
  35: 'NAPTR', 37: 'CERT', 39: 'DNAME', 41: 'OPT', 43: 'DS', 44: 'SSHFP', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY', 50: 'NSEC3',
  52: 'TLSA', 64: 'SVCB', 65: 'HTTPS', 99: 'SPF', 251: 'IXFR', 252: 'AXFR', 255: 'ANY', 257: 'CAA',
};

const statusNames = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'];
