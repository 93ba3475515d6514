import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generate } from './generate.ts';
import { layoutOf } from './layout.ts';
import { loadModel, type Schema } from './schema.ts';

const repository = join(import.meta.dirname, '../..');
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'ringfence-generate-'));
  for (const part of ['schemas/events', 'schemas/messages', 'schemas/history', 'schemas/generated', 'schemas/REFERENCE.md', 'bpf/include/events.gen.h']) {
    cpSync(join(repository, part), join(copy, part), { recursive: true });
  }
});

afterEach(() => rmSync(copy, { recursive: true }));

interface Source {
  fields: { name: string; type: Schema; doc: string; default?: unknown; kernel?: string }[];
}

function edit(path: string, change: (schema: Source) => void): void {
  const schema = JSON.parse(readFileSync(join(copy, path), 'utf8')) as Source;
  change(schema);
  writeFileSync(join(copy, path), JSON.stringify(schema));
}

describe('generate', () => {
  test('finds nothing stale in the repository as it is committed', () => {
    expect(generate(repository, true)).toEqual({ stale: [], faults: [] });
  });

  test('names a generated file that was edited, writes nothing when it only checks, and repairs it when not', () => {
    const path = 'schemas/generated/types.gen.ts';
    writeFileSync(join(copy, path), 'edited');
    expect(generate(copy, true).stale).toEqual([path]);
    expect(readFileSync(join(copy, path), 'utf8')).toBe('edited');
    expect(generate(copy, false)).toEqual({ stale: [path], faults: [] });
    expect(generate(copy, true)).toEqual({ stale: [], faults: [] });
  });

  test('finds every file that follows from a changed doc', () => {
    edit('schemas/events/process_exit.avsc', (schema) => (schema.fields[1]!.doc = 'Changed.'));
    expect(generate(copy, true)).toEqual({
      stale: ['schemas/generated/types.gen.ts', 'schemas/REFERENCE.md', 'schemas/generated/event_batch.avsc', 'schemas/generated/detection.avsc'],
      faults: [],
    });
  });

  test('adds a compatible change to the history, and asks for that when it only checks', () => {
    const optional = { name: 'note', type: ['null', 'string'], default: null, doc: 'A note.' };
    edit('schemas/messages/receipt.avsc', (schema) => schema.fields.push(optional));
    expect(generate(copy, true).faults).toEqual(['receipt: its newest version is not in schemas/history; run `npm run generate`']);
    expect(generate(copy, false).faults).toEqual([]);
    expect(JSON.parse(readFileSync(join(copy, 'schemas/history/receipt/0002.avsc'), 'utf8'))).toMatchObject({ name: 'Receipt' });
    expect(generate(copy, true)).toEqual({ stale: [], faults: [] });
  });

  test('refuses a field that older records lack', () => {
    edit('schemas/messages/receipt.avsc', (schema) => schema.fields.push({ name: 'note', type: 'string', doc: 'A note.' }));
    expect(generate(copy, false).faults).toEqual([expect.stringMatching(/^receipt against 0001.avsc: it cannot read what was written before/)]);
    expect(generate(copy, true).faults).toHaveLength(1);
  });

  test('takes a new kind of event, which only older readers could not read', () => {
    edit('schemas/events/event.avsc', (schema) => {
      const body = schema.fields.find((field) => field.name === 'body')!;
      const kind = { name: 'kind', type: { type: 'enum', name: 'FileSoldKind', symbols: ['file_sold'], doc: 'Discriminator.' }, doc: 'Always file_sold.' };
      (body.type as unknown[]).push({ type: 'record', name: 'FileSold', doc: 'A file was sold.', kernel: 'rf_sold', fields: [kind] });
    });
    expect(generate(copy, false).faults).toEqual([]);
  });

  test('refuses a field without a doc', () => {
    edit('schemas/messages/receipt.avsc', (schema) => (schema.fields[0]!.doc = ''));
    expect(() => generate(copy, true)).toThrow('Receipt.command_id: needs a doc');
  });
});

describe('the layout of kernel records', () => {
  const layout = layoutOf(loadModel(join(repository, 'schemas')));
  const structs = [layout.header, layout.process, layout.snapshot, ...layout.events.map((event) => event.struct)];

  test.each(structs.map((struct) => [struct.name, struct] as const))('%s has its members aligned, in order, without overlap or inner padding', (_, struct) => {
    let end = 0;
    for (const member of struct.members) {
      expect(member.offset % member.align).toBe(0);
      expect(member.offset).toBe(end);
      end = member.offset + member.size;
    }
    expect(struct.size % 8).toBe(0);
    expect(struct.size - end).toBeGreaterThanOrEqual(0);
    expect(struct.size - end).toBeLessThan(8);
  });

  test('numbers the kinds from 1 in the order of the union, what never leaves the node last, and leaves 0 to the snapshot', () => {
    expect(layout.events.map((event) => event.kind)).toEqual(layout.events.map((_, index) => index + 1));
    expect(layout.events.slice(0, 4).map((event) => event.struct.name)).toEqual(['rf_exec', 'rf_fork', 'rf_exit', 'rf_file_open']);
    expect(layout.events.at(-1)!.struct.name).toBe('rf_packet');
  });

  test('keeps an offset and a length of all strings of one record within 16 bits, the truncation flag aside', () => {
    for (const { struct } of layout.events) {
      const strings = [...layout.process.members, ...struct.members].flatMap((member) => member.field?.max ?? []);
      expect(Math.max(0, ...strings)).toBeLessThan(0x8000);
      expect(strings.reduce((sum, max) => sum + max, 0)).toBeLessThan(0x10000);
    }
  });

  test('has no type for what the kernel side does not know', () => {
    edit('schemas/events/process_exit.avsc', (schema) => (schema.fields[1]!.kernel = 'float'));
    expect(() => layoutOf(loadModel(join(copy, 'schemas')))).toThrow('no kernel type float');
  });
});
