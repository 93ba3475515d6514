/**
 * Everything that follows from the .avsc sources of a repository: written, or only held against what is there. A changed
 * record type also needs its next version in schemas/history: it is added when the change is compatible both ways, and
 * refused when not.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recordNames } from '../codec/codec.ts';
import { incompatibilities } from '../codec/compatibility.ts';
import { fingerprint } from '../codec/fingerprint.ts';
import { emitCHeader } from './c-header.ts';
import { emitDecoder } from './decoder.ts';
import { emitFields } from './fields.ts';
import { layoutOf } from './layout.ts';
import { emitReference } from './reference.ts';
import { emitScanner } from './scanner.ts';
import { loadModel, selfContained } from './schema.ts';
import { emitTranscoder } from './transcoder.ts';
import { emitTypes } from './types.ts';

const fullNames = { event_batch: 'ringfence.event.EventBatch', external_batch: 'ringfence.event.ExternalBatch', detection: 'ringfence.message.Detection', command: 'ringfence.message.Command', receipt: 'ringfence.message.Receipt', interest: 'ringfence.message.Interest', rule_manifest: 'ringfence.message.RuleManifest' };

export interface Generated {
  /** Paths that were not as they should be, relative to the root. Written, unless only checked. */
  readonly stale: readonly string[];
  /** What forbids the change: never empty when a record's newest version is missing from the history. */
  readonly faults: readonly string[];
}

/** With `check`, writes nothing. */
export function generate(root: string, check: boolean): Generated {
  const outputs = emitAll(root);
  const stale = [...outputs].filter(([path, text]) => read(join(root, path)) !== text);
  if (!check) for (const [path, text] of stale) write(join(root, path), text);
  const faults = recordNames.flatMap((name) => freeze(root, name, outputs.get(generatedPath(`${name}.avsc`))!, check));
  return { stale: stale.map(([path]) => path), faults };
}

/** Path relative to the root → text. */
function emitAll(root: string): Map<string, string> {
  const model = loadModel(join(root, 'schemas'));
  const layout = layoutOf(model);
  const outputs = new Map([
    ['bpf/include/events.gen.h', emitCHeader(model, layout)],
    [generatedPath('types.gen.ts'), emitTypes(model)],
    [generatedPath('decode.gen.ts'), emitDecoder(model, layout)],
    [generatedPath('fields.gen.ts'), emitFields(model)],
    [generatedPath('scan.gen.ts'), emitScanner(model)],
    [generatedPath('transcode.gen.ts'), emitTranscoder(model, layout)],
    ['schemas/REFERENCE.md', emitReference(model)],
  ]);
  for (const name of recordNames) outputs.set(generatedPath(`${name}.avsc`), `${JSON.stringify(selfContained(model, fullNames[name]), null, 1)}\n`);
  return outputs;
}

/** Adds the schema to the history when it is not its newest version; returns what forbids that. */
function freeze(root: string, name: string, text: string, check: boolean): string[] {
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

function generatedPath(file: string): string {
  return join('schemas/generated', file);
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
}
