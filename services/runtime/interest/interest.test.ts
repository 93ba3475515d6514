/** What a clause takes, part by part, and that a union stays the same union when it is made smaller. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, InterestClause } from '#schemas/generated/types.gen.ts';
import { admits, clausesMax, everything, mergeClauses, mergeKinds } from './interest.ts';

function event(kind: string, body: object, exe: string | null = '/usr/bin/x'): Event {
  return { process: { exe }, body: { kind, ...body } } as unknown as Event;
}

const open = (path: string | null, more: object = {}): Event => event('file_open', { access: 'read', created: false, result: 3, path, ...more });
const connection = (local: string, remote: string, port = 443): Event => event('network', { operation: 'connect', local_ip: local, local_port: 40_000, remote_ip: remote, remote_port: port });
const takes = (clause: Partial<InterestClause>, each: Event): boolean => admits([{ kind: each.body.kind, clauses: [{ ...everything, ...clause }] }], each);

describe('a clause', () => {
  test.each<[string, Partial<InterestClause>, Event, boolean]>([
    ['without parts takes all', {}, open(null), true],
    ['takes an access', { operations: ['read'] }, open('/x'), true],
    ['passes over another access', { operations: ['write'] }, open('/x'), false],
    ['takes what was created, whatever the access', { operations: ['created'] }, open('/x', { created: true }), true],
    ['takes what failed', { operations: ['failed'] }, open('/x', { result: -13 }), true],
    ['passes over a failure not seen', { operations: ['failed'] }, open('/x', { result: null }), false],
    ['takes a whole path in any case', { path: { match: 'exact', text: '/etc/x' } }, open('/ETC/x'), true],
    ['passes over a longer path', { path: { match: 'exact', text: '/etc/x' } }, open('/etc/xy'), false],
    ['takes a beginning', { path: { match: 'prefix', text: '/etc/' } }, open('/etc/x'), true],
    ['takes an end', { path: { match: 'suffix', text: '/x' } }, open('/etc/x'), true],
    ['takes any path that is not ASCII', { path: { match: 'exact', text: '/etc/x' } }, open('/\u212a'), true],
    ['passes over a path that is not known', { path: { match: 'suffix', text: '/x' } }, open(null), false],
    ['looks at the new path too', { path: { match: 'suffix', text: '/b' } }, event('file_change', { operation: 'rename', path: '/a', new_path: '/b' }), true],
    ['takes a port of either side', { port: 40_000 }, connection('10.0.0.1', '192.0.2.1'), true],
    ['passes over another port', { port: 80 }, connection('10.0.0.1', '192.0.2.1'), false],
    ['takes a network of either side', { address: '10.0.0.0/8' }, connection('10.0.0.1', '192.0.2.1'), true],
    ['passes over another network', { address: '2001:db8::/32' }, connection('10.0.0.1', '192.0.2.1'), false],
    ['takes a program', { program: { match: 'suffix', text: '/x' } }, open('/y'), true],
    ['passes over a kernel thread when it asks for a program', { program: { match: 'suffix', text: '/x' } }, event('file_open', { path: '/y' }, null), false],
    ['needs all of its parts', { operations: ['write'], path: { match: 'exact', text: '/x' } }, open('/x'), false],
  ])('%s', (_what, clause, each, taken) => {
    expect(takes(clause, each)).toBe(taken);
  });
});

test('a kind that nobody asks for is not sent, the lives of processes always are', () => {
  expect(admits([], open('/x'))).toBe(false);
  for (const kind of ['process_exec', 'process_fork', 'process_exit']) expect(admits([], event(kind, {}))).toBe(true);
});

const text = fc.option(fc.record({ match: fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const), text: fc.constantFrom('/a', '/b', 'a') }));
const clause = fc.record<InterestClause>({
  operations: fc.subarray(['read', 'write', 'created']),
  path: text,
  port: fc.constant(null),
  address: fc.constant(null),
  program: text,
});

test('merged clauses take what they took, in whatever lists they come', () => {
  const events = fc.constantFrom('/a', '/b', '/a/b', 'a', null).chain((path) => fc.constantFrom('read', 'write').chain((access) => fc.boolean().map((created) => open(path, { access, created }))));
  fc.assert(fc.property(fc.array(clause, { maxLength: 8 }), fc.array(clause, { maxLength: 8 }), events, (some, others, each) => {
    const merged = mergeKinds([[{ kind: 'file_open', clauses: some }], [{ kind: 'file_open', clauses: others }]]);
    expect(admits(merged, each)).toBe(admits([{ kind: 'file_open', clauses: [...some, ...others] }], each));
    expect(mergeKinds([merged])).toEqual(merged);
  }));
});

test('more clauses than the bound become one of their operations, or of all', () => {
  const clauses = (operations: string[]) => Array.from({ length: clausesMax + 1 }, (_, index): InterestClause => ({ ...everything, operations, path: { match: 'exact', text: `/${index}` } }));
  expect(mergeClauses(clauses(['write', 'read']))).toEqual([{ ...everything, operations: ['read', 'write'] }]);
  expect(mergeClauses([...clauses(['write']), { ...everything, port: 1 }])).toEqual([everything]);
});
