/** Packet → the event that it is: every packet that the kernel side sends becomes one, however broken its bytes are. */
import type { Dns, HttpRequest, Packet, TlsClientHello } from '#schemas/generated/types.gen.ts';
import { readClientHello } from './client-hello.ts';
import { readDnsMessage } from './dns-message.ts';
import { readHttpRequest } from './http-request.ts';

export type PacketBody = Dns | TlsClientHello | HttpRequest;

const udp = 17;
const tlsHandshake = 0x16;

export function packetBody(packet: Packet): PacketBody {
  if (packet.protocol === udp) return dnsBody(packet);
  return packet.payload[0] === tlsHandshake ? helloBody(packet) : requestBody(packet);
}

function dnsBody({ payload, egress, remote_ip, remote_port }: Packet): Dns {
  const message = readDnsMessage(payload);
  return {
    kind: 'dns',
    // By direction, which nobody can forge: a question leaves, an answer comes.
    operation: egress ? 'question' : 'answer',
    id: message?.id ?? 0,
    name: message?.name ?? null,
    record_type: message?.recordType ?? null,
    status: message === null || egress ? null : message.status,
    answers: [...(message?.answers ?? [])],
    server_ip: remote_ip,
    server_port: remote_port,
  };
}

function helloBody(packet: Packet): TlsClientHello {
  const { serverName, alpn } = readClientHello(packet.payload);
  return { kind: 'tls_client_hello', server_name: serverName, alpn: [...alpn], ...ends(packet) };
}

function requestBody(packet: Packet): HttpRequest {
  const { method, target, host, userAgent } = readHttpRequest(packet.payload);
  return { kind: 'http_request', method, target, host, user_agent: userAgent, ...ends(packet) };
}

function ends({ local_ip, local_port, remote_ip, remote_port }: Packet) {
  return { local_ip, local_port, remote_ip, remote_port };
}
