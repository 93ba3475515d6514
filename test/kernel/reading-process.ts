/**
 * A collector's kernel side as a process that a test can kill: HOME CGROUP RING-BYTES INTEREST, where the interest is "opens" or
 * "none". It answers each line of its input with a line of JSON: "read" with [number, time] of the records that have come,
 * "release" with the number of the last one released.
 */
import { createInterface } from 'node:readline';
import { allTraits, processesOnly } from '../../services/collector/kernel/interest.ts';
import { decodeAll, openSensor } from './watched.ts';

const [home, cgroup, ringBytes, interest] = process.argv.slice(2);
const kernel = openSensor(home!, { cgroup: cgroup! }, { ringBytes: Number(ringBytes) });
if (interest === 'opens') await kernel.setInterest({ ...processesOnly, always: { file_open: allTraits } });
let cursor = 0n;
let newest = 0n;

console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(line === 'release' ? release() : read()));
}

function read(): [string, string][] {
  const [raw] = kernel.read();
  if (raw === undefined) return [];
  cursor = raw.cursor;
  const records = decodeAll(raw);
  newest = records.at(-1)!.seq;
  return records.map((record) => [String(record.seq), String(kernel.bootTimeNs + record.bootNs)]);
}

function release(): string {
  kernel.release(0, cursor);
  return String(newest);
}
