/** What only the Redis adapter does by itself: scripts that Redis forgets, keys that expire, servers that don't answer. */
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RingfenceError } from '../errors.ts';
import { openRedisWindowStore } from './redis.ts';
import type { CountOperation, WindowStore } from './window-store.ts';

const redisUrl = inject('redisUrl');
const whyNoRedis = redisUrl === undefined ? ` (${inject('redisMissing') ?? 'no Redis was started for this run'})` : '';

function match(id: string, group = ''): CountOperation {
  const event = { id, timeNs: 1_790_000_000_000_000_000n };
  return { kind: 'count', rule: 'r', group, event, timespanNs: 1_000_000_000n, atLeast: 2, keepMs: 60_000 };
}

describe.skipIf(whyNoRedis !== '')(`RedisWindowStore${whyNoRedis}`, () => {
  const keyPrefix = `test:${randomUUID()}`;
  let store: WindowStore;
  let redis: Redis;
  beforeAll(async () => {
    redis = new Redis(redisUrl ?? '');
    store = await openRedisWindowStore({ url: redisUrl ?? '', keyPrefix });
  });
  afterAll(async () => {
    await store?.close();
    await redis?.quit();
  });

  test('goes on when Redis has forgotten its scripts, as after a restart', async () => {
    await store.apply([match('a')], 'x');
    await redis.script('FLUSH');
    expect(await store.apply([match('b')], 'x')).toMatchObject([{ count: 2 }]);
  });

  test('every key carries one of 16 hash tags, no attacker-controlled text, and a time to live', async () => {
    const groups = Array.from({ length: 100 }, (_, index) => `{s99}\r\n${index}`);
    await store.apply(groups.flatMap((group) => [match('a', group), match('b', group)]), 'x');
    await store.apply(groups.map((key) => ({ kind: 'claim', key, keepMs: 60_000 }) as const), 'x');
    const keys = await redis.keys(`${keyPrefix}:*`);
    expect(keys.length).toBeGreaterThanOrEqual(300);
    for (const key of keys) {
      expect(key.slice(keyPrefix.length)).toMatch(/^:\{s(0\d|1[0-5])\}:(claim:[0-9a-f]{32}|window:[0-9a-f]{32}:(members|triggers|reports))$/);
      expect(await redis.pttl(key)).toBeGreaterThan(0);
    }
  });

  test('what Redis refuses is WINDOW_STORE_REJECTED, with what Redis said', async () => {
    const refusing = await openRedisWindowStore({ url: redisUrl ?? '', keyPrefix: `${keyPrefix}-wrong` });
    await refusing.apply([match('a')], 'x');
    for (const key of await redis.keys(`${keyPrefix}-wrong:*`)) await redis.set(key, 'not a sorted set');
    const error = await refusing.apply([match('b')], 'x').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'WINDOW_STORE_REJECTED', message: expect.stringContaining('WRONGTYPE') });
    await refusing.close();
  });
});

describe('a Redis that does not answer', () => {
  test('refuses connections: WINDOW_STORE_UNREACHABLE with the cause', async () => {
    const { server, url } = await listen(() => {});
    server.close();
    await once(server, 'close');
    const error = await openRedisWindowStore({ url, timeoutMs: 1_000 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RingfenceError);
    expect(error).toMatchObject({ code: 'WINDOW_STORE_UNREACHABLE', cause: { code: 'ECONNREFUSED' } });
  });

  test('accepts and stays silent: WINDOW_STORE_UNREACHABLE too', async () => {
    const sockets: Socket[] = [];
    const { server, url } = await listen((socket) => sockets.push(socket));
    const error = await openRedisWindowStore({ url, timeoutMs: 200 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'WINDOW_STORE_UNREACHABLE', cause: expect.anything() });
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => onConnection(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
