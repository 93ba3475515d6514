/** What follows from a network event's fields, and the name of the other side, learnt from DNS answers on the way. */
import type { Network, Packet } from '#schemas/generated/types.gen.ts';
import { AddressNames } from '../packet/address-names.ts';
import { packetBody, type PacketBody } from '../packet/packet-body.ts';

/** Of one node: the records must come in their order. */
export class NetworkEnricher {
  private readonly names = new AddressNames();

  /** The body of the event that a record becomes, always one; `bootNs` is the record's. */
  body(body: Network | Packet, bootNs: bigint): Network | PacketBody {
    if (body.kind === 'network') return enrichNetwork(body, (ip) => this.names.nameOf(ip, bootNs));
    this.names.learn(body, bootNs);
    return packetBody(body);
  }
}

/** `nameOf` gives the name that a DNS answer has given for an address. */
export function enrichNetwork(body: Network, nameOf: (ip: string) => string | null): Network {
  const initiated = body.operation === 'connect' || body.operation === 'send';
  const local = { ip: body.local_ip, port: body.local_port };
  const remote = { ip: body.remote_ip, port: body.remote_port };
  const [source, destination] = sides(body.operation, local, remote);
  return {
    ...body,
    transport: isIp(body) ? (transports[body.protocol] ?? null) : null,
    initiated,
    source_ip: source.ip,
    source_port: source.port,
    destination_ip: destination.ip,
    destination_port: destination.port,
    destination_name: initiated && remote.ip !== null ? nameOf(remote.ip) : null,
  };
}

interface End {
  readonly ip: string | null;
  readonly port: number | null;
}

const nobody: End = { ip: null, port: null };

/** Who began, and the other; a socket that only waits has neither. */
function sides(operation: Network['operation'], local: End, remote: End): readonly [End, End] {
  switch (operation) {
    case 'connect':
    case 'send':
      return [local, remote];
    case 'accept':
      return [remote, local];
    case 'socket':
    case 'bind':
    case 'listen':
      return [nobody, nobody];
  }
}

function isIp({ family }: Network): boolean {
  return family === 'ipv4' || family === 'ipv6';
}

/** IANA, Assigned Internet Protocol Numbers: those that sockets are made of. */
const transports: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 33: 'dccp', 58: 'icmpv6', 132: 'sctp', 136: 'udplite', 262: 'mptcp' };
