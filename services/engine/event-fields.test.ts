import { expect, test } from 'vitest';
import { eventKinds } from '#schemas/generated/fields.gen.ts';
import { eventFields } from './event-fields.ts';

const fields = eventFields();
const creation = { category: 'process_creation', product: 'linux' };

/** An event in which every field of the kind that holds text says where it stands. */
function markedEvent(kind: keyof typeof eventKinds): { event: object; marks: string[] } {
  const event: Record<string, unknown> = { node: 'mark:node', hostname: 'mark:hostname', body: { kind } };
  const marks = ['mark:node', 'mark:hostname'];
  for (const { path, type } of eventKinds[kind].fields) {
    if (type !== 'string' && type !== 'list') continue;
    const steps = path.split('.');
    const last = steps.pop()!;
    const at = steps.reduce((record, step) => (record[step] ??= {}) as Record<string, unknown>, event);
    at[last] = type === 'list' ? [`mark:${path}`] : `mark:${path}`;
    marks.push(`mark:${path}`);
  }
  return { event, marks };
}

test.each(['process_exec', 'process_exit'] as const)('keywords search every text of %s', (kind) => {
  const { event, marks } = markedEvent(kind);
  expect(marks).toContain('mark:process.cgroup');
  expect(fields.everyValue(creation)?.read(event)).toEqual(expect.arrayContaining(marks));
});

test('keywords pass over what is missing', () => {
  const event = { node: 'n', hostname: 'h', parent: null, process: { exe: null, args: ['a', 'b'] }, body: { kind: 'process_exec' } };
  expect(fields.everyValue(creation)?.read(event)).toEqual(['a b', 'n', 'h']);
});

test.each([
  ['node', 'n1'],
  ['hostname', 'web-1'],
  ['Computer', 'web-1'],
])('%s is a field of every kind', (name, value) => {
  for (const category of ['process_creation', 'process_termination']) {
    expect(fields.resolve({ category, product: 'linux' }, name)?.read({ node: 'n1', hostname: 'web-1' })).toBe(value);
  }
  expect(fields.names(creation)).toContain(name === 'hostname' ? 'Computer' : name);
});
