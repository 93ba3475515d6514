/** Runs one bench by its name, or lists them. Every bench is one file; see report.ts for the form. */
import { parseArgs } from 'node:util';
import { collectorExec } from './collector-exec.ts';
import { latencyDetect } from './latency-detect.ts';
import { latencyKill } from './latency-kill.ts';
import { resultJson, resultText, type Bench } from './report.ts';

const benches: Readonly<Record<string, Bench>> = {
  'collector-exec': collectorExec,
  'latency-detect': latencyDetect,
  'latency-kill': latencyKill,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, seconds: { type: 'string' }, runs: { type: 'string' }, rate: { type: 'string' } },
});
const name = positionals[0];
const bench = name === undefined || !Object.hasOwn(benches, name) ? undefined : benches[name];
if (bench === undefined) {
  for (const [each, { about }] of Object.entries(benches)) console.log(`${each.padEnd(20)}${about}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const result = await bench.run({ seconds: Number(values.seconds ?? 10), runs: Number(values.runs ?? 3), rate: Number(values.rate ?? 200) });
  console.log(values.json === true ? resultJson(name!, result) : resultText(name!, bench, result));
}
