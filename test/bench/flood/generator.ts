/** Floods the rings of a running sensor from inside the kernel: see programs/flood.bpf.c. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BpfMap, openObject, type BpfObject } from 'libbpf-ts';
import { buildProgram } from '../build.ts';
import type { Template } from './templates.ts';

/** struct template. */
const templateHeaderBytes = 16;
const templateBytes = 1024;

/** One call of the program: short against the time in which a ring fills. */
const recordsAtOnce = 2_000;

const maps = ['process_ring', 'event_ring', 'ring_states', 'kind_counters'];

export class FloodGenerator implements Disposable {
  private readonly object: BpfObject;
  private written = 0;
  private templates = 0;

  /** `pins`: the directory of a running sensor. */
  constructor(pins: string) {
    using spec = openObject(buildProgram('flood'));
    for (const name of maps) {
      const path = pinOf(pins, name);
      using pinned = BpfMap.openPinned(path);
      spec.map(name).maxEntries = pinned.info.maxEntries;
      spec.map(name).pinPath = path;
    }
    this.object = spec.load();
  }

  /** The records that are written from now on, in turn. */
  use(templates: readonly Template[]): void {
    const map = this.object.map('templates');
    templates.forEach(({ ring, renewed, bytes }, index) => {
      const value = Buffer.alloc(templateBytes);
      value.writeUInt32LE(bytes.length, 0);
      value.writeUInt32LE(ring, 4);
      value.writeUInt32LE(Number(renewed), 8);
      bytes.copy(value, templateHeaderBytes);
      map.set(u32(index), value);
    });
    this.templates = templates.length;
  }

  /** Writes so many records a second for so many seconds, evenly; resolves with their number. */
  async flood(perSecond: number, seconds: number): Promise<number> {
    const startMs = performance.now();
    const total = Math.round(perSecond * seconds);
    for (let done = 0; done < total; ) {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1000) * perSecond));
      while (done < due) done += this.write(Math.min(due - done, recordsAtOnce));
      await sleep(1);
    }
    return total;
  }

  write(count: number): number {
    const context = Buffer.concat([u32(this.written % 2 ** 32), u32(count), u32(this.templates)]);
    const { result } = this.object.program('flood__write').testRun({ context });
    if (result !== 0) throw new Error('the flood has no templates');
    this.written += count;
    return count;
  }

  [Symbol.dispose](): void {
    this.object.close();
  }
}

/** Its generation's name is not ours to know; there is one, or a map is shared by all. */
function pinOf(pins: string, map: string): string {
  const found = readdirSync(pins, { recursive: true, encoding: 'utf8' }).find((path) => path === map || path.endsWith(`/${map}`));
  if (found === undefined) throw new Error(`no map ${map} below ${pins}`);
  return join(pins, found);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
