import { describe, expect, test } from 'vitest';
import { eventKinds } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { eventFields } from './event-fields.ts';
import { logSourcesOf } from './event-sources.ts';
import { createMatcher, loadRules } from './rules/index.ts';

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

test('keywords of a rule without a category are looked for in processes only', () => {
  const read = (kind: string): unknown => fields.everyValue({ product: 'linux' })?.read({ node: 'n', hostname: 'h', body: { kind, path: '/x' } });
  expect(read('process_exec')).toEqual(['n', 'h']);
  expect(read('file_open')).toBeUndefined();
});

describe('log sources', () => {
  const event = (kind: string, body: object): Event => ({ body: { kind, ...body } }) as unknown as Event;
  const categoriesOf = (each: Event): unknown[] => logSourcesOf(each).map(({ category, product, service }) => (product === 'ringfence' ? `own ${category}` : (category ?? service ?? product)));

  test.each<[string, Event, string[]]>([
    ['an open', event('file_open', { created: false, access: 'read' }), ['file_access', 'auditd', 'falco', 'own file_open']],
    ['an open that created the file', event('file_open', { created: true, access: 'write' }), ['file_access', 'file_event', 'auditd', 'falco', 'own file_open']],
    ['the opening of a program by the kernel', event('file_open', { created: false, access: 'execute' }), ['file_access', 'auditd', 'own file_open']],
    ['a rename', event('file_change', { operation: 'rename' }), ['file_rename', 'file_event', 'auditd', 'falco', 'own file_change']],
    ['a file removed', event('file_change', { operation: 'unlink' }), ['file_delete', 'auditd', 'falco', 'own file_change']],
    ['a socket', event('network', { operation: 'socket' }), ['falco', 'own network']],
    ['what stands for no system call', event('dns', { operation: 'answer' }), ['dns_query', 'dns', 'own dns']],
    ['a kind without a category of Sigma', event('kernel_call', { operation: 'bpf' }), ['falco', 'own kernel_call']],
  ])('%s', (_what, each, categories) => {
    expect(categoriesOf(each)).toEqual(categories);
    expect(logSourcesOf(each)).toBe(logSourcesOf({ ...each }));
  });

  test('a rule that covers several of an event matches it once', () => {
    const text = JSON.stringify({ title: 't', logsource: { product: 'linux' }, detection: { a: { TargetFilename: '/x' }, condition: 'a' } });
    const { rules } = loadRules([{ file: 'rule.yml', text }], { fields });
    const matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
    const created = event('file_open', { created: true, path: '/x' });
    expect(matcher.match(logSourcesOf(created), created)).toHaveLength(1);
  });
});

describe('a name that stands at several places', () => {
  const target = fields.resolve({ category: 'file_event', product: 'linux' }, 'TargetFilename')!;

  test.each([
    ['of an open the path', { kind: 'file_open', path: '/a' }, '/a'],
    ['of a rename the new path', { kind: 'file_change', path: '/a', new_path: '/b' }, '/b'],
    ['of another change the path', { kind: 'file_change', path: '/a', new_path: null }, '/a'],
    ['of another kind nothing', { kind: 'mount', path: '/a' }, undefined],
  ])('%s', (_what, body, value) => {
    expect(target.read({ body })).toBe(value);
  });

  test('one place in all kinds is one field, whatever the log source and the name', () => {
    expect(fields.resolve({ product: 'linux' }, 'Image')).toBe(fields.resolve(creation, 'process.exe'));
  });
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
