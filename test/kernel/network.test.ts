/** What the sensor says of sockets: an actor uses them in a network namespace of its own. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allTraits, processesOnly, type KernelInterest } from '../../services/collector/kernel/interest.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { act, bodies, interestIn, operations, type Act } from './watched-sockets.ts';

const errno = { badf: -9, inval: -22, notsock: -88, inuse: -98, notavail: -99, unreachable: -101, refused: -111, inProgress: -115, noFamily: -97, noEntry: -2 } as const;

const loopback = { family: 'ipv4', remote_ip: '127.0.0.1', address_source: 'kernel', io_uring: false } as const;

describe.skipIf(hindrance !== null)(`sockets${becauseOf}`, () => {
  let watched: Watched;

  beforeAll(async () => {
    watched = await Watched.reporting(interestIn(allTraits), 'network');
  });

  afterAll(() => watched.close());

  test('of TCP are seen at both ends, with what became of each connection', async () => {
    const seen = await act(watched, 'tcp');
    const [connected, refused, unreachable, ...more] = bodies(seen, 'connect');
    expect(connected).toMatchObject({ ...loopback, syscall: 'connect', result: 0, socket_type: 'stream', protocol: 6, local_ip: '127.0.0.1', remote_port: 4040 });
    expect(refused).toMatchObject({ ...loopback, result: errno.refused, remote_port: 4041 });
    expect(unreachable).toMatchObject({ ...loopback, result: errno.unreachable, remote_ip: '203.0.113.1', remote_port: 4042, local_ip: null });
    const [accepted, ...others] = bodies(seen, 'accept');
    expect(accepted).toMatchObject({ ...loopback, syscall: 'accept4', local_ip: '127.0.0.1', local_port: 4040, remote_port: connected!.local_port, fd: accepted!.result });
    expect([...more, ...others]).toEqual([]);
    expect(bodies(seen, 'listen')).toMatchObject([{ syscall: 'listen', result: 0, local_ip: '127.0.0.1', local_port: 4040, backlog: 7, remote_ip: null }]);
    expect(bodies(seen, 'bind')).toMatchObject([{ syscall: 'bind', result: 0, local_ip: '127.0.0.1', local_port: 4040, remote_port: null }]);
    expect(bodies(seen, 'socket').slice(1)).toMatchObject(Array(4).fill({ syscall: 'socket', family: 'ipv4', socket_type: 'stream', protocol: 6 }));
  });

  test('of IPv6 are seen too, and IPv4 behind them', async () => {
    const seen = await act(watched, 'tcp6');
    expect(bodies(seen, 'connect')).toMatchObject([
      { family: 'ipv6', local_ip: '::1', remote_ip: '::1', remote_port: 4040, result: 0 },
      { family: 'ipv6', local_ip: '127.0.0.1', remote_ip: '127.0.0.1', remote_port: 4041, result: 0 },
    ]);
    expect(bodies(seen, 'accept')).toMatchObject([{ family: 'ipv6', syscall: 'accept', local_ip: '::1', remote_ip: '::1', local_port: 4040 }]);
    expect(bodies(seen, 'bind', 'listen').slice(0, 2)).toMatchObject([{ local_ip: '::1', local_port: 4040 }, { local_ip: '::1', local_port: 4040 }]);
  });

  test('that do not block are seen once, when they begin', async () => {
    expect(bodies(await act(watched, 'nonblocking'), 'connect')).toMatchObject([{ ...loopback, result: errno.inProgress, remote_port: 4040 }]);
  });

  test('that send datagrams are seen at the first to each peer', async () => {
    const seen = await act(watched, 'udp');
    const sent = { ...loopback, socket_type: 'datagram', protocol: 17, result: null } as const;
    expect(bodies(seen, 'send')).toMatchObject([
      { ...sent, syscall: 'sendto', remote_port: 5051 },
      { ...sent, syscall: 'sendmsg', remote_port: 5052 },
      { ...sent, syscall: 'sendmmsg', remote_ip: '127.0.0.2', remote_port: 5053 },
      { ...sent, syscall: 'sendto', family: 'ipv6', remote_ip: '::1', remote_port: 5054 },
      { ...sent, syscall: 'sendto', family: 'ipv6', remote_port: 5055 },
    ]);
    expect(bodies(seen, 'connect')).toMatchObject([{ ...loopback, result: 0, protocol: 17, remote_port: 5051, local_ip: '127.0.0.1' }]);
  });

  test('of the unix family are named as the kernel knows them', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-unix-')));
    const path = join(folder, 'socket');
    const seen = await act(watched, 'unix', folder);
    rmSync(folder, { recursive: true });
    expect(bodies(seen, 'bind', 'listen', 'accept')).toMatchObject([
      { operation: 'bind', path }, { operation: 'listen', path, backlog: 3 }, { operation: 'accept', path }, { operation: 'bind', path: '@hidden' }, { operation: 'listen', path: '@hidden' },
    ]);
    expect(bodies(seen, 'connect')).toMatchObject([
      { result: 0, path, address_source: 'kernel' },
      { result: 0, path: '@hidden', address_source: 'kernel' },
      { result: errno.noEntry, path: '/nowhere/socket', address_source: 'caller', socket_type: 'datagram' },
      { result: errno.refused, path: '@nobody', address_source: 'caller' },
    ]);
    for (const { body } of seen.events.filter(({ body }) => body.family === 'unix')) expect(body).toMatchObject({ local_ip: null, remote_ip: null, local_port: null });
  });

  test('are seen when they are made, of whatever family', async () => {
    expect(bodies(await act(watched, 'families'), 'socket').slice(1)).toMatchObject([
      { family: 'packet', socket_type: 'raw', protocol: 0x0300 },
      { family: 'ipv4', socket_type: 'raw', protocol: 1 },
      { family: 'ipv6', socket_type: 'datagram', protocol: 17 },
      { family: 'netlink', socket_type: 'raw', protocol: 15 },
      { family: 'other', socket_type: 'stream', protocol: 0, result: errno.noFamily, fd: null },
    ]);
  });

  test('that cannot be had are seen with the reason', async () => {
    const seen = await act(watched, 'binds');
    const [chosen, , taken, elsewhere, six, cut, none] = bodies(seen, 'bind');
    expect(chosen).toMatchObject({ result: 0, local_ip: '0.0.0.0', address_source: 'kernel' });
    expect(chosen!.local_port).toBeGreaterThan(0);
    expect(taken).toMatchObject({ result: errno.inuse, local_ip: '127.0.0.1', local_port: 4040, address_source: 'kernel' });
    expect(elsewhere).toMatchObject({ result: errno.notavail, local_ip: '203.0.113.1', local_port: 4043 });
    expect(six).toMatchObject({ result: 0, local_ip: '::1', local_port: 4044, protocol: 17 });
    expect(cut).toMatchObject({ result: errno.inval, address_source: 'caller' });
    expect(none).toMatchObject({ result: errno.notsock, fd: 0, local_ip: '127.0.0.1', address_source: 'caller', family: 'other' });
    expect(bodies(seen, 'listen').at(-1)).toMatchObject({ result: errno.notsock, backlog: 5 });
    expect(bodies(seen, 'accept')).toMatchObject([{ result: errno.inval }]);
    expect(bodies(seen, 'connect')).toMatchObject([{ result: errno.badf, fd: 1000, remote_port: 4040, address_source: 'caller' }]);
  });

  test('that io_uring uses are seen like those of system calls', async (context) => {
    const seen = await act(watched, 'io-uring');
    if (seen.exitCode !== 0) context.skip('io_uring is not to be had here');
    const uring = { family: 'ipv4', io_uring: true, address_source: 'kernel' };
    const own = bodies(seen, 'socket', 'connect', 'accept', 'bind', 'listen').filter(({ io_uring }) => io_uring);
    const expected: object[] = [
      { ...uring, operation: 'connect', syscall: 'connect', result: null, remote_port: 4040 },
      { ...uring, operation: 'connect', syscall: 'connect', result: null, remote_port: 4050, protocol: 17 },
      { ...uring, operation: 'accept', syscall: 'accept', local_port: 4040, remote_ip: '127.0.0.1' },
    ];
    if (seen.output.includes('socket 8')) expected.push({ ...uring, operation: 'socket', syscall: 'socket', result: 8, fd: 8, protocol: 6 });
    if (seen.output.includes('bind 0')) expected.push({ ...uring, operation: 'bind', syscall: 'bind', local_port: 4050 });
    if (seen.output.includes('listen 0')) expected.push({ ...uring, operation: 'listen', syscall: 'listen', local_port: 4050, backlog: 9 });
    expect(own).toMatchObject(expected);
    expect(bodies(seen, 'connect').at(-1)).toMatchObject({ ...loopback, result: 0, protocol: 17 });
  });

  test('go where the events say, whatever another thread makes of the address meanwhile', async () => {
    const seen = await act(watched, 'swaps');
    const peers = seen.output.trim().split('\n').map(Number);
    expect(new Set(peers)).toEqual(new Set([6001, 6002]));
    expect(bodies(seen, 'connect').map(({ remote_port }) => remote_port)).toEqual(peers);
  });

  test('of many threads are told apart', async () => {
    const { events } = await act(watched, 'threads');
    const connects = events.filter(({ body }) => body.operation === 'connect');
    const byThread = Map.groupBy(connects, ({ process }) => process.tid);
    expect([...byThread.values()].map((own) => own.length)).toEqual(Array(8).fill(200));
    for (const own of byThread.values()) expect(new Set(own.map(({ body }) => body.remote_port)).size).toBe(1);
  });

  test('are seen on detours: a fast open, a descriptor of another name in another process', async () => {
    const { events } = await act(watched, 'detours');
    const connects = events.filter(({ body }) => body.operation === 'connect');
    expect(connects.map(({ body }) => body)).toMatchObject([{ ...loopback, syscall: 'sendto', result: null, remote_port: 4040 }, { ...loopback, syscall: 'connect', result: 0, fd: 99 }]);
    expect(connects[1]!.process.ppid).toBe(connects[0]!.process.pid);
  });

  test('that another thread puts away while they connect are seen, with where they connect to', async () => {
    const [, replaced, ...more] = bodies(await act(watched, 'replaced'), 'connect');
    expect(replaced).toMatchObject({ ...loopback, syscall: 'connect', remote_port: 4040, protocol: 6, result: null });
    expect(more).toEqual([]);
  });

  test('of multipath TCP are seen', async (context) => {
    const seen = await act(watched, 'multipath');
    if (seen.exitCode !== 0) context.skip('this kernel has no multipath TCP');
    expect(bodies(seen, 'connect')).toMatchObject([{ ...loopback, remote_port: 4040, result: 0 }]);
  });
});

describe.skipIf(hindrance !== null)(`sockets without the ends of system calls${becauseOf}`, () => {
  async function watching(interest: KernelInterest, name: string): Promise<Act & { filtered: bigint }> {
    const watched = await Watched.reporting(interest, 'network-begun');
    try {
      return { ...(await act(watched, name)), filtered: watched.kernel.counters().kinds['network']?.filtered ?? 0n };
    } finally {
      await watched.close();
    }
  }

  test('are seen when they begin', async () => {
    const seen = await watching(interestIn(operations('connect', 'bind', 'listen')), 'tcp');
    expect(seen.events.map(({ body }) => body)).toMatchObject([
      { operation: 'bind', local_port: 4040, result: null, syscall: 'bind' },
      { operation: 'listen', local_port: 4040, backlog: 7, result: null, syscall: 'listen' },
      { ...loopback, operation: 'connect', remote_port: 4040, result: null, syscall: 'connect' },
      { ...loopback, operation: 'connect', remote_port: 4041, result: null },
      { ...loopback, operation: 'connect', remote_ip: '203.0.113.1', result: null },
    ]);
    expect(seen.filtered).toBe(0n);
  });

  test('are let pass for a port of either side or a network of addresses, and counted otherwise', async () => {
    const addresses = [{ bytes: Buffer.from('00000000000000000000ffffcb007100', 'hex'), bits: 120, traits: operations('connect') }];
    const ports = new Map([[4041, operations('connect')], [4040, operations('listen')]]);
    const seen = await watching({ ...processesOnly, ports, addresses }, 'tcp');
    expect(seen.events.map(({ body }) => [body.operation, body.local_port, body.remote_port])).toEqual([['listen', 4040, null], ['connect', null, 4041], ['connect', null, 4042]]);
    // The connection to port 4040.
    expect(seen.filtered).toBe(1n);
  });

  test('and with them when something else needs them, once', async () => {
    const seen = await watching(interestIn(operations('connect', 'accept')), 'tcp');
    expect(seen.events.map(({ body }) => [body.operation, body.remote_port, body.result])).toEqual([
      ['connect', 4040, 0], ['accept', expect.any(Number), expect.any(Number)], ['connect', 4041, errno.refused], ['connect', 4042, errno.unreachable],
    ]);
  });
});
