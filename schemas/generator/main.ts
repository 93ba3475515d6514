/**
 * `npm run generate`: writes everything that follows from the .avsc sources. With --check it writes nothing, names what
 * is stale and exits 1. A changed record type also needs its next version in schemas/history: it is added when the
 * change is compatible both ways, and refused when not.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { recordNames } from '../codec/codec.ts';
import { incompatibilities } from '../codec/compatibility.ts';
import { fingerprint } from '../codec/fingerprint.ts';
import { emitCHeader } from './c-header.ts';
import { emitDecoder } from './decoder.ts';
import { emitFields } from './fields.ts';
import { layoutOf } from './layout.ts';
import { emitReference } from './reference.ts';
import { loadModel, selfContained } from './schema.ts';
import { emitTypes } from './types.ts';

const root = join(import.meta.dirname, '../..');
const fullNames = { event_batch: 'ringfence.event.EventBatch', detection: 'ringfence.message.Detection', command: 'ringfence.message.Command', receipt: 'ringfence.message.Receipt' };

process.exitCode = main(process.argv.includes('--check'));

function main(check: boolean): number {
  const outputs = generate();
  const stale = [...outputs].filter(([path, text]) => read(path) !== text);
  for (const [path, text] of stale) {
    if (check) console.error(`stale: ${relative(root, path)}`);
    else write(path, text);
  }
  const faults = recordNames.flatMap((name) => freeze(name, outputs.get(generated(`${name}.avsc`))!, check));
  faults.forEach((fault) => console.error(fault));
  if (check && stale.length > 0) console.error('run `npm run generate` and commit what it writes');
  return faults.length > 0 || (check && stale.length > 0) ? 1 : 0;
}

function generate(): Map<string, string> {
  const model = loadModel(join(root, 'schemas'));
  const layout = layoutOf(model);
  const outputs = new Map([
    [join(root, 'bpf/include/events.gen.h'), emitCHeader(model, layout)],
    [generated('types.gen.ts'), emitTypes(model)],
    [generated('decode.gen.ts'), emitDecoder(model, layout)],
    [generated('fields.gen.ts'), emitFields(model)],
    [join(root, 'schemas/REFERENCE.md'), emitReference(model)],
  ]);
  for (const name of recordNames) outputs.set(generated(`${name}.avsc`), `${JSON.stringify(selfContained(model, fullNames[name]), null, 1)}\n`);
  return outputs;
}

/** Adds the schema to the history when it is not its newest version; returns what forbids that. */
function freeze(name: string, text: string, check: boolean): string[] {
  const directory = join(root, 'schemas/history', name);
  mkdirSync(directory, { recursive: true });
  const versions = readdirSync(directory).sort();
  const schemas = versions.map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as unknown);
  const current: unknown = JSON.parse(text);
  const newest = schemas.at(-1);
  if (newest !== undefined && fingerprint(newest).equals(fingerprint(current))) return [];
  const faults = schemas.flatMap((old, index) => incompatibilities(old, current).map((fault) => `${name} against ${versions[index]}: ${fault}`));
  if (faults.length === 0 && check) return [`${name}: its newest version is not in schemas/history; run \`npm run generate\``];
  if (faults.length === 0) write(join(directory, `${String(versions.length + 1).padStart(4, '0')}.avsc`), text);
  return faults;
}

function generated(file: string): string {
  return join(root, 'schemas/generated', file);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${relative(root, path)}`);
}
