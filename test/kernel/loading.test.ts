/** Programs come into the kernel beside the reading of the rings: the order of it, and what is left when it ends early. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BpfError } from 'libbpf-ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBpffs, releaseBpffs } from '../../services/collector/kernel/bpffs.ts';
import { allTraits, processesOnly } from '../../services/collector/kernel/interest.ts';
import { LoaderThread } from '../../services/collector/kernel/loader-thread.ts';
import { Sensor } from '../../services/collector/kernel/sensor.ts';
import { becauseOf, hindrance, temporaryHome, Watched } from './watched.ts';

const objects = join(import.meta.dirname, '../../bpf/build');
/** What the verifier takes longest for. */
const files = { ...processesOnly, always: { file_change: allTraits } };
const credentials = { ...processesOnly, always: { credentials: allTraits } };
const mounts = { ...processesOnly, always: { mount: allTraits } };

/** What this process holds of the kernel's programs, links and maps: whatever is neither held nor pinned is gone. */
function held(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /bpf[-_]/.test(target) ? [target] : [];
    } catch {
      // The descriptor of this very reading.
      return [];
    }
  });
}

describe.skipIf(hindrance !== null)(`while programs are loaded${becauseOf}`, () => {
  let watched: Watched;

  beforeEach(() => {
    watched = new Watched('loading');
  });

  afterEach(() => watched.close());

  function pinned(): string[] {
    const root = ['/sys/fs/bpf', join(watched.home, 'bpf')].map((mount) => join(mount, 'ringfence/test')).find(existsSync)!;
    return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /programs\/./.test(path)).map((path) => path.replace(/.*\//, ''));
  }

  test('the lives of processes are read', async () => {
    let loaded = false;
    const loading = watched.kernel.setInterest(files).then((holds) => (loaded = holds));
    const { execs, exit } = await watched.run('/bin/true');
    expect([execs.length, exit.body.kind, loaded]).toEqual([1, 'process_exit', false]);
    expect(await loading).toBe(true);
    expect(pinned()).toContain('file__rename');
  });

  test('a later interest takes the place of the one that is on its way', async () => {
    const first = watched.kernel.setInterest(files);
    const second = watched.kernel.setInterest(mounts);
    const third = watched.kernel.setInterest(credentials);
    expect(await Promise.all([first, second, third])).toEqual([false, false, true]);
    expect([...new Set(pinned().map((name) => name.replace(/__.*/, '')))].sort()).toEqual(['privilege', 'process', 'syscall']);
    expect(await watched.kernel.setInterest(processesOnly)).toBe(true);
    expect(pinned().every((name) => name.startsWith('process__'))).toBe(true);
  });

  test('the sensor can be closed, and nothing stays', async () => {
    const loading = watched.kernel.setInterest(files);
    while (pinned().every((name) => name.startsWith('process__'))) await setTimeout(5);
    await watched.kernel.close();
    expect(await loading).toBe(false);
    expect(existsSync('/sys/fs/bpf/ringfence/test')).toBe(false);
    expect(existsSync(join(watched.home, 'bpf/ringfence'))).toBe(false);
    expect(held()).toEqual([]);
    expect(await watched.kernel.setInterest(credentials)).toBe(false);
  });
});

describe.skipIf(hindrance !== null)(`loading that fails${becauseOf}`, () => {
  let home: string;
  let directory: string;

  beforeEach(() => {
    home = temporaryHome();
    directory = mkdtempSync(join(tmpdir(), 'ringfence-objects-'));
  });

  afterEach(() => {
    for (const path of [home, directory]) rmSync(path, { recursive: true });
  });

  test('says what the kernel said, the old interest holds, and the next can come', async () => {
    cpSync(objects, directory, { recursive: true });
    writeFileSync(join(directory, 'mount.bpf.o'), 'no object');
    const pins = openBpffs(home, 'test');
    const sensor = new Sensor(pins.path, { objectDirectory: directory, scope: { tree: process.pid }, ringBytes: 65_536, rings: [{ seq: 0n, dropped: 0n }, { seq: 0n, dropped: 0n }] });
    try {
      const error: unknown = await sensor.setInterest(mounts).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'KERNEL_REFUSED', cause: { operation: 'open', subject: join(directory, 'mount.bpf.o') } });
      expect((error as Error).cause).toBeInstanceOf(BpfError);
      expect((error as Error).message).toBe(`the kernel refused the sensor: ${((error as Error).cause as BpfError).message}`);
      const [refused, next] = [sensor.setInterest(mounts), sensor.setInterest(credentials)];
      expect(await Promise.all([refused, next])).toEqual([false, true]);
    } finally {
      await sensor.stop();
      pins.lock.close();
      releaseBpffs(home);
    }
  });

  test('because its thread has died is an error, now and for what comes after', async () => {
    const script = join(directory, 'dies.mjs');
    writeFileSync(script, `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));`);
    const site = { pins: { directory: home, generation: home }, objectDirectory: objects, generation: 1n, scope: {}, ringBytes: 4096 };
    await using loader = new LoaderThread(site, script);
    const died = { code: 'SERVICE_FAILED', details: { code: 3 } };
    await expect(loader.load({ object: 'process', programs: [] })).rejects.toMatchObject(died);
    await expect(loader.load({ object: 'process', programs: [] })).rejects.toMatchObject(died);
  });
});
