/** Runs one bench by its name, or lists them. Every bench is one file; see report.ts for the form. */
import { parseArgs } from 'node:util';
import { collectorExec } from './collector-exec.ts';
import { collectorFlood } from './collector-flood.ts';
import { collectorMemory } from './collector-memory.ts';
import { collectorOverhead } from './collector-overhead.ts';
import { engineAll, engineFalco, engineScaling, engineSigmaLinux, engineSigmaWindows } from './engine.ts';
import { latencyDetect } from './latency-detect.ts';
import { latencyKill } from './latency-kill.ts';
import { resultJson, resultText, type Bench, type BenchOptions } from './report.ts';

const benches: Readonly<Record<string, Bench>> = {
  'collector-exec': collectorExec,
  'collector-flood': collectorFlood,
  'collector-memory': collectorMemory,
  'collector-overhead': collectorOverhead,
  'engine-all': engineAll,
  'engine-falco': engineFalco,
  'engine-scaling': engineScaling,
  'engine-sigma-linux': engineSigmaLinux,
  'engine-sigma-windows': engineSigmaWindows,
  'latency-detect': latencyDetect,
  'latency-kill': latencyKill,
};

const usual: BenchOptions = { seconds: 10, runs: 3, rate: 200 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, seconds: { type: 'string' }, runs: { type: 'string' }, rate: { type: 'string' } },
});
const name = positionals[0];
const bench = name === undefined || !Object.hasOwn(benches, name) ? undefined : benches[name];
const given = Object.entries(values).filter(([option]) => Object.hasOwn(usual, option));
const mistaken = given.find(([, value]) => !(Number(value) > 0 && Number(value) < Infinity));
if (mistaken !== undefined) {
  mistake(`--${mistaken[0]} takes a number above 0`);
} else if (name === undefined) {
  for (const [each, { about }] of Object.entries(benches)) console.log(values.json === true ? JSON.stringify({ name: each, about }) : `${each.padEnd(22)}${about}`);
} else if (bench === undefined) {
  mistake(`there is no bench ${JSON.stringify(name)}; there are: ${Object.keys(benches).join(', ')}`);
} else {
  const result = await bench.run({ ...usual, ...bench.defaults, ...Object.fromEntries(given.map(([option, value]) => [option, Number(value)])) });
  console.log(values.json === true ? resultJson(name, result) : resultText(name, bench, result));
}

function mistake(text: string): void {
  console.error(text);
  process.exitCode = 2;
}
