/**
 * Runs in a network namespace of its own, where `lo` is interface 1: attaches, sends packets to itself, and prints as JSON
 * what became of each. Started by network.test.ts, since a process cannot change its namespace while it has threads.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { TcFilter, openObject } from '../src/index.ts';
import type { BpfObject, Program } from '../src/index.ts';
import { compiled, u32 } from './support.ts';

interface Attachment extends Disposable {
  info(): object;
  update(program: Program): void;
}

const loopback = 1;

const cases: Record<string, () => Promise<unknown>> = {
  xdp: () => dropped('xdp', (drop) => drop.attachXdp(loopback)),
  tc: () => dropped('tc', (drop) => drop.attachTc(loopback, 'ingress')),
  tcx: () => dropped('tc', (drop) => drop.attachTcx(loopback, 'egress')),
  filter: () => dropped('tc', (drop) => drop.attachTcFilter(loopback, 'ingress')),
  netns: lookups,
};

using spec = openObject(compiled('network'));
const offsets = { packets: spec.variable('packets').offset, lookups: spec.variable('lookups').offset };
using object = spec.load();
process.stdout.write(JSON.stringify(await cases[process.argv[2]!]!()));

/** While it is attached, after an update to a program that lets all pass, and after the end. */
async function dropped(prefix: string, attach: (drop: Program) => Attachment): Promise<object> {
  const attachment = attach(object.program(`${prefix}_drop_udp`));
  const kind = attachment instanceof TcFilter ? 'filter' : 'link';
  const attached = await fate();
  attachment.update(object.program(`${prefix}_pass`));
  const updated = await fate();
  attachment.update(object.program(`${prefix}_drop_udp`));
  const info = attachment.info();
  attachment[Symbol.dispose]();
  return { kind, info, attached, updated, detached: await fate() };
}

async function lookups(): Promise<object> {
  const link = object.program('count_lookups').attachNetns('/proc/self/ns/net');
  await fate();
  const attached = count(object, offsets.lookups);
  link.detach();
  await fate();
  return { type: link.info().type, attached, detached: count(object, offsets.lookups) - attached };
}

/** One datagram: it arrives, or the program counts it; neither can happen after the other. */
async function fate(): Promise<'passed' | 'dropped'> {
  const before = count(object, offsets.packets);
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const arrival = once(socket, 'message').then(() => 'passed' as const);
  socket.send('x', socket.address().port, '127.0.0.1');
  try {
    return await Promise.race([arrival, drop(before)]);
  } finally {
    socket.close();
  }
}

async function drop(before: number): Promise<'dropped'> {
  while (count(object, offsets.packets) === before) await new Promise((resolve) => setTimeout(resolve, 1).unref());
  return 'dropped';
}

function count(from: BpfObject, offset: number): number {
  return Number(from.map('.bss').get(u32(0))!.readBigUInt64LE(offset));
}
