/** One build serves every kernel: each program of each object is taken by the verifier of the kernel that is running. */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BpfError, openObject } from 'libbpf-ts';
import { describe, expect, test } from 'vitest';
import { becauseOf, hindrance } from './watched.ts';

const objects = globSync(join(import.meta.dirname, '../../bpf/build/*.bpf.o')).sort();

/** Where the verifier says what it does not like. */
const logLines = 6;

/** A page: nobody writes into these rings. */
const ringBytes = 4096;

describe.skipIf(hindrance !== null)(`this kernel takes${becauseOf}`, () => {
  test.each(objects.map((path) => [basename(path), path]))('every program of %s whose hook it has', (_, path) => {
    const programs = programsOf(path);
    const refusal = refusalOf(path, programs);
    // One by one only then: the first that is refused hides the others.
    expect(refusal === null ? [] : programs.map((program) => refusalOf(path, [program])).filter((each) => each !== null)).toEqual([]);
    expect(refusal).toBeNull();
  });
});

function programsOf(path: string): string[] {
  using spec = openObject(path);
  return spec.programs.filter((program) => program.probe().status !== 'absent').map(({ name }) => name);
}

/** What the kernel says against these programs of an object; null when it takes them. */
function refusalOf(path: string, programs: readonly string[]): string | null {
  using spec = openObject(path);
  for (const program of spec.programs) program.autoload = programs.includes(program.name);
  for (const map of spec.maps) if (map.type === 'ringbuf') map.maxEntries = ringBytes;
  try {
    using loaded = spec.load();
    return loaded.programs.length === programs.length ? null : `only ${loaded.programs.length} of ${programs.length} were loaded`;
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    return [error.message, ...(error.verifierLog ?? '').trim().split('\n').slice(-logLines)].join('\n');
  }
}
