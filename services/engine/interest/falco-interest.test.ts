/** Push-down of Falco's rules: what they ask of the sensors, by example; and that no match is ever lost, over random rules. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admits } from '#runtime/interest/interest.ts';
import { arbitraryRecord } from '#schemas/codec/arbitrary-record.ts';
import { currentSchema } from '#schemas/codec/codec.ts';
import type { Event, InterestKind } from '#schemas/generated/types.gen.ts';
import { eventFields } from '../event-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import { createMatcher, loadRules, type DetectionRule, type LoadedRules } from '../rules/index.ts';
import { interestOf } from './interest-of.ts';

function load(condition: string): LoadedRules {
  const text = JSON.stringify([{ rule: condition, desc: 'd', condition, output: 'o', priority: 'INFO', warn_evttypes: false }]);
  return loadRules([{ file: 'r.yaml', text }], { fields: eventFields() });
}

/** By kind, the clauses without the parts that say nothing. */
function interest(condition: string): Record<string, object[]> {
  return Object.fromEntries(interestOf(load(condition).rules).map(({ kind, clauses }) => {
    return [kind, clauses.map((clause) => Object.fromEntries(Object.entries(clause).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))))];
  }));
}

const accesses = ['none', 'read', 'read_write', 'write'];

describe('a rule asks for', () => {
  test.each<[string, string, Record<string, object[]>]>([
    ['nothing, of processes', 'evt.type in (execve, execveat) and proc.name=sh', {}],
    ['opens of paths', 'evt.type in (open, openat) and fd.name startswith /etc/', { file_open: [{ operations: accesses, path: { match: 'prefix', text: '/etc/' } }] }],
    ['opens for writing', 'evt.type=openat and evt.is_open_write=true and fd.name=/x', { file_open: [{ operations: ['read_write', 'write'], path: { match: 'exact', text: '/x' } }] }],
    ['opens in a directory, by its beginning', 'evt.type=openat and fd.directory=/etc/pam.d', { file_open: [{ operations: accesses, path: { match: 'prefix', text: '/etc/pam.d/' } }] }],
    ['opens of a name, by its end', 'evt.type=openat and fd.filename in (shadow)', { file_open: [{ operations: accesses, path: { match: 'suffix', text: '/shadow' } }] }],
    ['the operations of the calls', 'evt.type in (rename, unlinkat) and evt.arg.path startswith /etc', { file_change: [{ operations: ['rename', 'rmdir', 'unlink'], path: { match: 'prefix', text: '/etc' } }] }],
    ['connections, told at the ends of calls, by port', 'evt.type=connect and fd.sport=22', { network: [{ operations: ['connect', 'ended'], port: 22 }] }],
    ['connections by either end', 'evt.type=connect and fd.net=10.0.0.0/8', { network: [{ operations: ['connect', 'ended'], address: '10.0.0.0/8' }] }],
    ['DNS answers, for names that they give', 'evt.type=connect and fd.sip.name=a.example', { dns: [{ operations: ['answer'] }], network: [{ operations: ['connect', 'ended'] }] }],
    ['one interface of the kernel', 'evt.type=bpf and evt.arg.cmd=BPF_PROG_LOAD', { kernel_call: [{ operations: ['bpf'] }] }],
    ['all opens, of a negation', 'evt.type=openat and not fd.name=/x', { file_open: [{ operations: accesses }] }],
    ['programs', 'evt.type=openat and proc.exepath=/bin/x', { file_open: [{ operations: accesses, program: { match: 'exact', text: '/bin/x' } }] }],
    ['what a macro of either needs', 'evt.type=setuid or (evt.type=openat and fd.name pmatch (/etc))', {
      credentials: [{ operations: ['setuid'] }],
      file_open: [{ operations: accesses, path: { match: 'exact', text: '/etc' } }, { operations: accesses, path: { match: 'prefix', text: '/etc/' } }],
    }],
  ])('%s', (_what, condition, expected) => expect(interest(condition)).toEqual(expected));

  test('what no sensor tells of, which is said', () => {
    expect(load('evt.type in (recvfrom, read) and proc.name=x').report.rules).toMatchObject([{ status: 'unsatisfiable', missing: ['evt.type'], reasons: { 'evt.type': expect.stringContaining('system calls') } }]);
    expect(load('evt.type=openat and evt.buffer contains x').report.rules).toMatchObject([{ status: 'unsatisfiable', missing: ['evt.buffer'] }]);
  });
});

const texts = ['/etc/shadow', '/etc/pam.d/su', '/tmp/x', '/x', 'a'];
const calls = ['openat', 'open', 'unlinkat', 'rename', 'connect', 'sendto', 'accept4', 'socket', 'setns', 'bpf', 'dup2', 'execve', 'setuid', 'mount', 'write', 'other'];
const text = fc.constantFrom(...texts);
const check = fc.oneof(
  fc.subarray(calls, { minLength: 1, maxLength: 4 }).map((names) => `evt.type in (${names.join(', ')})`),
  fc.tuple(fc.constantFrom('fd.name', 'fd.directory', 'fd.filename', 'evt.arg.path', 'evt.arg.newpath', 'proc.exepath', 'evt.arg.name'), fc.constantFrom('=', '!=', 'startswith', 'endswith', 'contains', 'icontains', 'glob'), text).map((parts) => parts.join(' ')),
  fc.tuple(fc.constantFrom('fd.name', 'fd.directory', 'proc.aname'), fc.constantFrom('in', 'pmatch'), fc.subarray(texts, { minLength: 1 })).map(([field, operator, values]) => `${field} ${operator} (${values.join(', ')})`),
  fc.tuple(fc.constantFrom('fd.sport', 'fd.port', 'fd.lport', 'fd.num', 'evt.rawres'), fc.constantFrom('=', '!=', '>=', '<'), fc.constantFrom(22, 0, -1)).map((parts) => parts.join(' ')),
  fc.tuple(fc.constantFrom('fd.snet', 'fd.net', 'fd.rnet'), fc.constantFrom('=', '!='), fc.constantFrom('10.0.0.0/8', '::/0')).map((parts) => parts.join(' ')),
  fc.constantFrom('fd.name exists', 'fd.typechar=4', 'evt.is_open_read=true', 'evt.is_open_write=false', 'evt.is_open_create=true', 'evt.failed=true', 'evt.res=SUCCESS', 'container.id=host', 'tolower(fd.name)=/x', 'proc.name=val(proc.pname)', 'fd.connected=false'),
);
const condition = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3, depthSize: 'small' }, check, check.map((each) => `not ${each}`), fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([one, how, other]) => `(${one} ${how} ${other})`), tie('any').map((inner) => `not (${inner})`)),
})).any as fc.Arbitrary<string>;

const wildEvent = arbitraryRecord((currentSchema('event_batch') as { fields: { name: string; type: { items: unknown } }[] }).fields.find(({ name }) => name === 'events')!.type.items) as fc.Arbitrary<Event>;
/** The calls that lead to events of each kind; others by which the kernel may do the same. */
const callsOf: Readonly<Record<string, readonly string[]>> = {
  file_open: ['openat', 'open', 'other'], file_change: ['other'], mount: ['other'], network: ['write', 'other'], credentials: ['other'], namespace_change: ['other'], kernel_call: ['other'],
};
const ofOperation: Readonly<Record<string, string>> = { unlink: 'unlinkat', rmdir: 'unlinkat', rename: 'rename', connect: 'connect', accept: 'accept4', socket: 'socket', send: 'sendto', setns: 'setns', bpf: 'bpf', dup_socket: 'dup2', setuid: 'setuid', mount: 'mount' };
const event = fc.tuple(wildEvent, fc.infiniteStream(fc.constantFrom(...texts, null)), fc.infiniteStream(fc.constantFrom(22, 53, null)), fc.infiniteStream(fc.constantFrom('10.1.2.3', '::1', null)), fc.nat(1)).map(([wild, paths, ports, ips, pick]): Event => {
  const { kind, operation } = wild.body as { kind: string; operation?: string };
  const changed = Object.entries(wild.body).map(([name, was]) => {
    if (name === 'syscall') return [name, ofOperation[operation ?? ''] ?? callsOf[kind]?.[pick] ?? 'other'];
    if (/^(new_)?(path|filename)$/.test(name)) return [name, paths.next().value];
    if (name.endsWith('_port')) return [name, ports.next().value];
    return [name, name.endsWith('_ip') ? ips.next().value : was];
  });
  return { ...wild, body: Object.fromEntries(changed) as Event['body'], process: { ...wild.process, exe: paths.next().value as string | null } };
});

test('an event that a rule matches is admitted by the interest of the rule, and by that of all rules', () => {
  const seen = { matched: 0, refused: 0 };
  fc.assert(fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), fc.array(event, { minLength: 4, maxLength: 8 }), (conditions, events) => {
    const rules = [...new Set(conditions)].flatMap((each) => load(each).rules as DetectionRule[]);
    const together = interestOf(rules);
    const single = new Map<DetectionRule, InterestKind[]>(rules.map((rule) => [rule, interestOf([rule])]));
    const matcher = createMatcher(rules);
    for (const each of events) {
      seen.refused += Number(!admits(together, each));
      for (const matched of matcher.match(logSourcesOf(each), each)) {
        seen.matched += 1;
        expect([matched.label, each.body, admits(single.get(matched)!, each)]).toEqual([matched.label, each.body, true]);
        expect(admits(together, each)).toBe(true);
      }
    }
  }), { numRuns: 300, endOnFailure: true });
  expect(seen.matched).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(100);
});
