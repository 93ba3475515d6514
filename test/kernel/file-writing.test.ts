/** More files open for writing than the sensor has places for: what finds none is counted, and costs nothing else. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestCgroup } from '../support/cgroup.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { allOfFiles } from './watched-files.ts';

/** bpf/include/writing.bpf.h */
const writingsMax = 4096;

/** Within what a process may have open as a rule. */
const heldByEach = 1000;
const holders = 5;

describe.skipIf(hindrance !== null)(`files that are open for writing${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;
  let path: string;

  beforeAll(async () => {
    watched = await Watched.reporting(allOfFiles, 'file-writing');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-writing-')));
    path = join(folder, 'file');
    writeFileSync(path, 'x');
  });

  afterAll(async () => {
    await watched?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** Holds files open until its input ends. */
  async function hold(times: number): Promise<ChildProcess> {
    const holder = watched.cgroup.run(actor('file-calls'), ['hold', path, String(times)], { stdio: ['pipe', 'pipe', 'ignore'] });
    const said = new Promise<string>((resolve) => holder.stdout!.once('data', (bytes: Buffer) => resolve(String(bytes))));
    expect(await meanwhileReading(said)).toBe('held\n');
    return holder;
  }

  async function end(holder: ChildProcess): Promise<void> {
    holder.stdin!.end();
    expect(await text(holder.stdout!)).toBe('');
    await watched.follow(holder);
  }

  async function meanwhileReading<T>(promise: Promise<T>, by = watched): Promise<T> {
    let ended = false;
    void promise.finally(() => (ended = true)).catch(() => {});
    for (; !ended; await setTimeout(2)) by.read();
    return promise;
  }

  /** Of the file, so far. */
  function seen(by = watched): { opens: number; closes: number } {
    by.read();
    const bodies = by.records.map(({ body }) => body);
    return {
      opens: bodies.filter((body) => body?.kind === 'file_open' && body.path === path).length,
      closes: bodies.filter((body) => body?.kind === 'file_change' && body.operation === 'close_write' && body.path === path).length,
    };
  }

  function missed(by = watched): bigint | undefined {
    return by.kernel.counters().faults['writings_missed'];
  }

  test('are followed as far as there are places, and the others counted', async () => {
    const all: ChildProcess[] = [];
    for (let started = 0; started < holders; started++) all.push(await hold(heldByEach));
    expect([seen(), missed()]).toEqual([{ opens: holders * heldByEach, closes: 0 }, BigInt(holders * heldByEach - writingsMax)]);
    for (const holder of all) await end(holder);
    expect(seen()).toEqual({ opens: holders * heldByEach, closes: writingsMax });
  });

  test('are told of once each, whether the process closes them itself or leaves them to its end', async () => {
    const before = seen();
    await watched.run('/bin/sh', ['-c', 'exec 3>"$0" 4>"$0"; exec 3>&-; exec 5>"$0" 6>"$0"', path]);
    expect(seen()).toEqual({ opens: before.opens + 4, closes: before.closes + 4 });
  });

  test('are told of at the end of a process of a tree, too, and leave no place taken', async () => {
    await using cgroup = createTestCgroup('file-writing-root');
    const script = 'read go; for each in $3; do "$0" hold "$1" "$2" < /dev/null; done';
    const each = Array.from({ length: holders }, (_, number) => number).join(' ');
    const root = cgroup.run('/bin/sh', ['-c', script, actor('file-calls'), path, String(heldByEach), each], { stdio: ['pipe', 'ignore', 'ignore'] });
    const tree = new Watched('file-writing-tree', { instance: 'tree' }, { tree: root.pid! });
    try {
      await tree.kernel.setInterest(allOfFiles);
      root.stdin!.end('go\n');
      await meanwhileReading(once(root, 'exit'), tree);
      expect([seen(tree), missed(tree)]).toEqual([{ opens: holders * heldByEach, closes: holders * heldByEach }, 0n]);
    } finally {
      await tree.close();
    }
  });

  test('have their places again when others were closed', async () => {
    const [before, missedBefore] = [seen(), missed()];
    await end(await hold(heldByEach));
    expect([seen(), missed()]).toEqual([{ opens: before.opens + heldByEach, closes: before.closes + heldByEach }, missedBefore]);
    expect(watched.kernel.counters()).toMatchObject({ rings: [{ droppedRingFull: 0n }, { droppedRingFull: 0n }] });
  });
});
