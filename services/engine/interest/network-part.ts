/**
 * What is peculiar to connections: addresses and ports as parts of a clause, and what the sensor must do besides passing
 * events on, so that rules find in them what they look for.
 */
import { BlockList, isIP } from 'node:net';
import type { InterestClause } from '#schemas/generated/types.gen.ts';
import { eventKinds, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { EventFieldRef } from '../event-fields.ts';
import { compile } from '../match/compile.ts';
import { ObjectSource } from '../match/field-source.ts';
import type { Condition, Match, Test } from '../rules/ir.ts';

/** The name of a destination is one that a DNS answer gave: without answers there are no names. */
export function needsAnswers(paths: ReadonlySet<string>): boolean {
  return paths.has('*') || paths.has('body.destination_name');
}

/** What only the end of the system call tells. */
const toldAtEnd = ['*', 'body.result', 'body.syscall', 'body.fd', 'body.path', 'body.address_source', 'body.io_uring', 'body.backlog'];

/** A socket's own end, which the kernel may choose after the hook. An accept tells of it anyway; for a send no end is asked. */
const ownEnd: readonly { readonly fields: readonly string[]; readonly chosenBy: readonly string[] }[] = [
  { fields: ['body.local_ip', 'body.local_port'], chosenBy: ['connect', 'bind', 'listen'] },
  { fields: ['body.source_ip', 'body.source_port'], chosenBy: ['connect'] },
];

/**
 * A hook before the end of the call tells of IP sockets alone, without a result, and costs less. `ended` among the
 * operations asks for the rest; so does a clause without operations.
 */
export function withEnds(clauses: readonly InterestClause[], condition: Condition, paths: ReadonlySet<string>): InterestClause[] {
  const always = toldAtEnd.some((path) => paths.has(path)) || !impliesIp(condition);
  const chosenBy = ownEnd.flatMap(({ fields, chosenBy }) => (fields.some((path) => paths.has(path)) ? chosenBy : []));
  return clauses.map((clause) => {
    const ends = always || (clause.operations.length === 0 ? chosenBy : clause.operations).some((operation) => chosenBy.includes(operation));
    if (clause.operations.length === 0) return ends ? clause : { ...clause, operations: [...symbolsOf('body.operation')] };
    return ends ? { ...clause, operations: [...clause.operations, 'ended'] } : clause;
  });
}

/** Whether the condition holds for sockets of IPv4 and IPv6 only. */
function impliesIp(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.some(impliesIp);
    case 'or':
      return condition.of.every(impliesIp);
    case 'selection':
      return impliesIp(condition.of);
    case 'not':
      return false;
    case 'test':
      return testImpliesIp(condition);
  }
}

function testImpliesIp(test: Test): boolean {
  if (test.field === undefined) return true;
  const place = (test.field as EventFieldRef).placeIn('network');
  if (place === undefined) return true;
  const [path = ''] = place.paths;
  if (path === 'body.family') {
    const source = new ObjectSource();
    const holds = compile(test, source);
    return symbolsOf(path).every((family) => {
      source.begin({ body: { kind: 'network', family } });
      return family === 'ipv4' || family === 'ipv6' || !holds();
    });
  }
  // Other sockets have neither: null is what the tests that are left out hold for.
  const plain = place.derive === undefined || place.amongThem === true;
  return plain && /^body\.\w+_(ip|port)$/.test(path) && test.match.kind !== 'null' && test.match.kind !== 'exists';
}

function symbolsOf(path: string): readonly string[] {
  const fields: readonly FieldEntry[] = eventKinds.network.fields;
  return fields.find((field) => field.path === path)?.symbols ?? [];
}

export function portOf(match: Match): number | undefined {
  if (match.kind !== 'exact' || !/^(0|[1-9]\d{0,4})$/.test(match.text)) return undefined;
  const port = Number(match.text);
  return port <= 65_535 ? port : undefined;
}

/** As address/bits, both always there. */
export function networkOf(match: Match): string | undefined {
  if (match.kind !== 'cidr' && (match.kind !== 'exact' || isIP(match.text) === 0)) return undefined;
  const [address = '', bits] = (match.kind === 'cidr' ? match.network : match.text).split('/');
  const family = isIP(address);
  if (address.includes('%')) return undefined;
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  return family === 6 && meetsMapped(address, prefix) ? undefined : `${address.toLowerCase()}/${prefix}`;
}

/** Events show IPv4 addresses mapped into IPv6 as IPv4: a network that has any of them in it is not that of the events. */
function meetsMapped(address: string, prefix: number): boolean {
  const [network, mapped] = [new BlockList(), new BlockList()];
  network.addSubnet(address, prefix, 'ipv6');
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
  return network.check('::ffff:0:0', 'ipv6') || mapped.check(address, 'ipv6');
}
