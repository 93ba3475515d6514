/** What a process does is told by one ring, its lives by another: whoever reads both learns them in the order in which they happened. */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeKernelRecord, type KernelRecord } from '../../schemas/generated/decode.gen.ts';
import { openCapture, recordCapture } from '../../services/collector/kernel/capture.ts';
import { inOrder, type Kernel } from '../../services/collector/kernel/kernel.ts';
import { actor } from './actors.ts';
import { ownOpens } from './own-opens.ts';
import { allOfFiles } from './watched-files.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';

const turns = 400;

/** A small part of what that leads to. */
const readBytesMax = 65_536;

describe.skipIf(hindrance !== null)(`the records of a process${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(async () => {
    watched = await Watched.reporting(allOfFiles, 'order', { readBytesMax });
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-order-')));
  });

  afterAll(async () => {
    await watched?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  /** Two programs that exec each other. */
  function startTurns(name: string): Promise<unknown> {
    const [one, other] = [join(folder, `${name}-one`), join(folder, `${name}-other`)];
    for (const path of [one, other]) copyFileSync(actor('exec-turns'), path);
    return new Promise((resolve) => watched.cgroup.run(one, [String(turns), other], { stdio: 'ignore' }).once('exit', resolve));
  }

  test('come in the order in which they happened, though they are read while they are written', async () => {
    // Records of others are being written whenever the rings are read; it pauses where reading is slower.
    const storm = watched.cgroup.run(actor('file-storm'), [actor('file-storm')], { stdio: 'ignore' });
    let ended = false;
    const end = Promise.all([startTurns('now-1'), startTurns('now-2')]).then(() => (ended = true));
    while (!ended) {
      watched.readOnce();
      const { usedBytes, bytes } = watched.kernel.counters().rings[1]!;
      storm.kill(usedBytes > bytes / 4 ? 'SIGSTOP' : 'SIGCONT');
      await Promise.race([end, setTimeout(1)]);
    }
    // It may be in the middle of a record.
    const gone = once(storm, 'exit');
    storm.kill('SIGKILL');
    await gone;
    watched.read();
    expect(watched.kernel.counters()).toMatchObject({ rings: [{ droppedRingFull: 0n }, { droppedRingFull: 0n }] });
    expect(ownOpens(watched.records, folder)).toEqual({ right: 2 * (turns + 1), wrong: [] });
  });

  test('come in that order when both rings hold more than is read at once, from a capture of it too', async () => {
    await Promise.all([startTurns('late-1'), startTurns('late-2')]);
    const path = join(folder, 'capture');
    const recorder = recordCapture(watched.kernel, path);
    const { records: live, pieces } = readAll(recorder);
    await recorder.close();
    const { records: replayed } = readAll(openCapture(path));
    for (const count of pieces) expect(count).toBeGreaterThan(1);
    expect(ownOpens(live, folder)).toEqual({ right: 2 * (turns + 1), wrong: [] });
    expect(replayed.length).toBe(live.length);
    expect(ownOpens(replayed, folder)).toEqual({ right: 2 * (turns + 1), wrong: [] });
  });
});

/** Nothing is being written any more. With the number of pieces in which each ring came. */
function readAll(kernel: Kernel): { records: KernelRecord[]; pieces: [number, number] } {
  const records: KernelRecord[] = [];
  const pieces: [number, number] = [0, 0];
  for (let read = kernel.read(); read.length > 0; read = kernel.read()) {
    for (const { raw, start, size } of inOrder(read)) records.push(decodeKernelRecord(raw.bytes, start, size));
    for (const { ring } of read) pieces[ring as 0 | 1]++;
  }
  return { records, pieces };
}
