/** Push-down: what rules become, by example; and, over random rules and events, that no match is ever lost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admits, clausesMax } from '#runtime/interest/interest.ts';
import { arbitraryRecord } from '#schemas/codec/arbitrary-record.ts';
import { currentSchema } from '#schemas/codec/codec.ts';
import type { Event, InterestClause, InterestKind } from '#schemas/generated/types.gen.ts';
import { eventFields } from '../event-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import { createMatcher, loadRules, type DetectionRule, type Rule } from '../rules/index.ts';
import { interestOf } from './interest-of.ts';

function load(logsource: object, detection: object): readonly Rule[] {
  const text = JSON.stringify({ title: 't', logsource, detection });
  return loadRules([{ file: 'rule.yml', text }], { fields: eventFields() }).rules;
}

/** The clauses for one kind, without the parts that say nothing. */
function clausesFor(kind: string, logsource: object, detection: object): object[] {
  const interest = interestOf(load(logsource, detection)).find((each) => each.kind === kind);
  return (interest?.clauses ?? []).map((clause) => Object.fromEntries(Object.entries(clause).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))));
}

const fileEvent = { category: 'file_event', product: 'linux' };
const fileAccess = { category: 'file_access', product: 'linux' };
const connection = { category: 'network_connection', product: 'linux' };
const ours = (category: string) => ({ category, product: 'ringfence' });
const kernelCall = ours('kernel_call');

describe('a rule becomes clauses', () => {
  test.each<[string, string, object, object, object[]]>([
    ['a path, in lower case', 'file_open', fileAccess, { a: { TargetFilename: '/etc/Shadow' }, condition: 'a' }, [{ path: { match: 'exact', text: '/etc/shadow' } }]],
    ['what the log source asks of the body', 'file_open', fileEvent, { a: { 'TargetFilename|startswith': '/etc/cron' }, condition: 'a' }, [{ operations: ['created'], path: { match: 'prefix', text: '/etc/cron' } }]],
    ['the same for another kind of the log source', 'file_change', fileEvent, { a: { 'TargetFilename|endswith': '/x' }, condition: 'a' }, [{ operations: ['link', 'mkdir', 'mknod', 'rename', 'symlink'], path: { match: 'suffix', text: '/x' } }]],
    ['an alternative', 'file_open', fileAccess, { a: { TargetFilename: ['/a', '/b*'] }, condition: 'a' }, [{ path: { match: 'exact', text: '/a' } }, { path: { match: 'prefix', text: '/b' } }]],
    ['both of different parts', 'file_open', fileAccess, { a: { TargetFilename: '/a', 'body.access': ['write', 'read_write'], 'Image|endswith': '/sh' }, condition: 'a' }, [{ operations: ['read_write', 'write'], path: { match: 'exact', text: '/a' }, program: { match: 'suffix', text: '/sh' } }]],
    ['the more selective of the same part', 'file_open', fileAccess, { a: { 'TargetFilename|startswith': '/home/', 'TargetFilename|endswith': '/.ssh/authorized_keys' }, condition: 'a' }, [{ path: { match: 'suffix', text: '/.ssh/authorized_keys' } }]],
    ['of a pattern its longer outer part', 'file_open', fileAccess, { a: { TargetFilename: '/home/*/.ssh/id_?sa' }, condition: 'a' }, [{ path: { match: 'prefix', text: '/home/' } }]],
    ['everything, of a text in the middle', 'file_open', fileAccess, { a: { 'TargetFilename|contains': 'x' }, condition: 'a' }, [{}]],
    ['a negation beside a path: the path', 'file_open', fileAccess, { a: { TargetFilename: '/a' }, b: { Image: '/b' }, condition: 'a and not b' }, [{ path: { match: 'exact', text: '/a' } }]],
    ['a negation alone: everything', 'file_open', fileAccess, { a: { TargetFilename: '/a' }, condition: 'not a' }, [{}]],
    ['a negation of operations: the others', 'namespace_change', ours('namespace_change'), { a: { 'body.operation': 'clone' }, condition: 'not a' }, [{ operations: ['setns', 'unshare'] }]],
    ['a pattern of operations: those that it fits', 'kernel_call', kernelCall, { a: { 'body.operation|startswith': 'kexec' }, condition: 'a' }, [{ operations: ['kexec_file_load', 'kexec_load'] }]],
    ['operations that contradict: nothing', 'kernel_call', kernelCall, { a: { 'body.operation': 'ptrace' }, b: { 'body.operation': 'bpf' }, condition: 'a and b' }, []],
    ['failure', 'file_open', fileAccess, { a: { 'body.result|lt': 0 }, condition: 'a' }, [{ operations: ['failed'] }]],
    ['a port', 'network', connection, { a: { DestinationPort: 4444 }, condition: 'a' }, [{ operations: ['accept', 'connect', 'send'], port: 4444 }]],
    ['the side that begins', 'network', connection, { a: { Initiated: true }, condition: 'a' }, [{ operations: ['connect', 'ended', 'send'] }]],
    ['the side that begins, of IP: no ends of calls', 'network', connection, { a: { Initiated: true, 'body.family': ['ipv4', 'ipv6'] }, condition: 'a' }, [{ operations: ['connect', 'send'] }]],
    ['the result of a connection: ends of calls', 'network', connection, { a: { DestinationPort: 22, 'body.result|lt': 0 }, condition: 'a' }, [{ operations: ['accept', 'connect', 'ended', 'send'], port: 22 }]],
    ['all uses of sockets of IP', 'network', ours('network'), { a: { DestinationPort: 22 }, condition: 'a' }, [{ operations: ['accept', 'bind', 'connect', 'listen', 'send', 'socket'], port: 22 }]],
    ['the own port of one that connects: ends of calls, which the kernel chooses it in', 'network', connection, { a: { SourcePort: 22 }, condition: 'a' }, [{ operations: ['accept', 'connect', 'ended', 'send'], port: 22 }]],
    ['the own port of one that accepts: no ends of others', 'network', ours('network'), { a: { 'body.operation': 'accept', 'body.local_port': 22 }, condition: 'a' }, [{ operations: ['accept'], port: 22 }]],
    ['the own address of a bind', 'network', ours('network'), { a: { 'body.operation': 'bind', 'body.local_ip|cidr': '10.0.0.0/8' }, condition: 'a' }, [{ operations: ['bind', 'ended'], address: '10.0.0.0/8' }]],
    ['users set', 'credentials', ours('credentials'), { a: { 'body.operation': 'setuid' }, condition: 'a' }, [{ operations: ['setuid'] }]],
    ['users set, and who it was before: all that tells of it', 'credentials', ours('credentials'), { a: { 'body.operation': 'setuid', 'body.before_uid': 0 }, condition: 'a' }, [{}]],
    ['capabilities gained: namespaces too', 'namespace_change', ours('credentials'), { a: { 'body.gained_capabilities|contains': 'CAP_SYS_ADMIN' }, condition: 'a' }, [{}]],
    ['a network', 'network', connection, { a: { 'DestinationIp|cidr': '10.0.0.0/8' }, condition: 'a' }, [{ operations: ['accept', 'connect', 'send'], address: '10.0.0.0/8' }]],
    ['a network that holds IPv4 addresses under another name: everything', 'network', connection, { a: { 'DestinationIp|cidr': '::/0' }, condition: 'a' }, [{ operations: ['accept', 'connect', 'send'] }]],
    ['DNS answers, for a name that they give', 'dns', connection, { a: { 'DestinationHostname|endswith': '.example' }, condition: 'a' }, [{ operations: ['answer'] }]],
    ['keywords: everything', 'file_open', fileAccess, { a: ['x'], condition: 'a' }, [{}]],
    ['keywords of no category, which are looked for in processes: nothing', 'file_open', { product: 'linux' }, { a: ['x'], condition: 'a' }, []],
    ['a rule on processes: nothing', 'process_exec', { category: 'process_creation', product: 'linux' }, { a: { Image: '/a' }, condition: 'a' }, []],
    ['the head of a text too long', 'file_open', fileAccess, { a: { TargetFilename: `/${'ä'.repeat(99)}` }, condition: 'a' }, [{ path: { match: 'prefix', text: `/${'ä'.repeat(63)}` } }]],
    ['the tail of a text too long', 'file_open', fileAccess, { a: { 'TargetFilename|endswith': `${'b'.repeat(200)}/c` }, condition: 'a' }, [{ path: { match: 'suffix', text: `${'b'.repeat(126)}/c` } }]],
  ])('%s', (_what, kind, logsource, detection, clauses) => {
    expect(clausesFor(kind, logsource, detection)).toEqual(clauses);
  });

  test('rules that differ in operations alone share a clause', () => {
    const rules = ['read', 'write'].flatMap((access) => load(fileAccess, { a: { TargetFilename: '/a', 'body.access': access }, condition: 'a' }));
    expect(interestOf(rules)).toMatchObject([{ kind: 'file_open', clauses: [{ operations: ['read', 'write'], path: { text: '/a' } }] }]);
  });

  test('more clauses than a kind may have are everything with their operations', () => {
    const paths = Array.from({ length: clausesMax + 1 }, (_, index) => `/p${index}`);
    expect(clausesFor('file_open', fileEvent, { a: { TargetFilename: paths }, condition: 'a' })).toEqual([{ operations: ['created'] }]);
  });

  test('what a correlation groups by is needed too', () => {
    const base = { title: 'b', name: 'b', logsource: connection, detection: { a: { DestinationPort: 22 }, condition: 'a' } };
    const correlation = { title: 'c', correlation: { type: 'event_count', rules: ['b'], 'group-by': ['DestinationHostname', 'body.result'], timespan: '1m', condition: { gte: 2 } } };
    const { rules } = loadRules([{ file: 'rule.yml', text: [base, correlation].map((each) => JSON.stringify(each)).join('\n---\n') }], { fields: eventFields() });
    expect(interestOf(rules)).toMatchObject([{ kind: 'dns', clauses: [{ operations: ['answer'] }] }, { kind: 'network', clauses: [{ operations: ['accept', 'connect', 'ended', 'send'] }] }]);
  });

  test('a rule that is not there interests nobody', () => {
    expect(interestOf([])).toEqual([]);
  });
});

/** Few enough that rules and events meet; some fold to ASCII although they are not. */
const texts = ['/etc/shadow', '/ETC/Shadow', '/tmp/key', '/tmp/\u212aey', '/tmp/\u017fh', '/Tmp/sh', '/dev/shm/a', '/straße', '/STRASSE', `/${'long/'.repeat(60)}`, `/${'LONG/'.repeat(60)}end`, 'a', '-1'];
const addresses = ['10.1.2.3', '10.200.0.1', '192.168.0.1', '::1', 'fe80::1', '2001:db8::1'];
const networks = ['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '::/0', 'fe80::/10', '::ffff:0:0/96', '::ffff:10.0.0.0/104', '2001:DB8::/32'];
const ports = [22, 53, 4444];

const value = fc.constantFrom(...texts).chain((text) => fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.constantFrom('', '*', '?')).map(([a, b, joint]) => {
  return joint === '' ? text.slice(Math.min(a, b)) : `${text.slice(0, Math.min(a, b))}${joint}${text.slice(Math.max(a, b))}`;
}));
const affix = fc.constantFrom('', '|contains', '|startswith', '|endswith', '|cased', '|neq', '|startswith|cased');
const textItem = fc.tuple(fc.constantFrom('TargetFilename', 'Image', 'body.path', 'body.new_path', 'body.filename', 'ParentImage', 'body.result'), affix, fc.oneof(value, fc.constantFrom(...texts), fc.array(value, { minLength: 1, maxLength: 3 }), fc.constant(null)))
  .map(([field, how, what]): [string, unknown] => [`${field}${what === null ? '' : how}`, what]);
const operation = fc.constantFrom('read', 'write', 'created', 'unlink', 'rename', 'connect', 'send', 'answer', 'question', 'ptrace', 'setns', 'unshare', '*m*', 'c*', 'ipv*', 'chown', null, true, false);
const item: fc.Arbitrary<[string, unknown]> = fc.oneof(
  textItem,
  fc.tuple(fc.constantFrom('body.operation', 'body.operation|neq', 'Initiated', 'body.family', 'body.access', 'body.created', 'body.syscall'), fc.oneof(operation, fc.array(operation, { minLength: 1, maxLength: 3 }))),
  fc.tuple(fc.constantFrom('DestinationIp', 'body.remote_ip', 'SourceIp', 'body.local_ip'), fc.oneof(fc.constantFrom(...addresses), fc.constant('10.*'))),
  fc.tuple(fc.constantFrom('DestinationIp|cidr', 'body.remote_ip|cidr'), fc.constantFrom(...networks)),
  fc.tuple(fc.constantFrom('DestinationPort', 'body.remote_port', 'body.local_port'), fc.constantFrom(...ports, '4444', '04444', 'x')),
  fc.tuple(fc.constantFrom('DestinationPort|gte', 'body.result|lt', 'body.result|gte', 'body.result|lte'), fc.constantFrom(-1, 0, 1, 53)),
  fc.tuple(fc.constantFrom('Image|exists', 'TargetFilename|exists'), fc.boolean()),
  fc.tuple(fc.constantFrom('TargetFilename|fieldref', 'Image|fieldref|startswith'), fc.constantFrom('body.path', 'Image', 'body.filename')),
  fc.tuple(fc.constantFrom('type', 'nametype', 'name|endswith', 'name', 'SYSCALL', 'a1', 'exe'), fc.oneof(fc.constantFrom('EXECVE', 'path', 'CREATE', 'delete', 'execve', 'NORMAL'), fc.constantFrom(...texts))),
  fc.tuple(fc.constant('TargetFilename|re'), fc.constantFrom('^/tmp', 'sh$', '(?i)KEY')),
);
const selection = fc.oneof({ weight: 8, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items)) }, { weight: 1, arbitrary: fc.array(value.filter((text) => text !== ''), { minLength: 1, maxLength: 2 }) });
const condition = fc.constantFrom('a', 'b', 'a and b', 'a or b', 'a and not b', 'not a', 'not (a and b)', 'a and (b or c)', '1 of them', 'all of them', '(a or b) and not c');
const logsource = fc.oneof(
  fc.constantFrom('file_event', 'file_access', 'file_delete', 'file_rename', 'file_change', 'network_connection', 'dns_query', 'process_creation').map((category) => ({ category, product: 'linux' })),
  fc.constantFrom('file_open', 'file_change', 'mount', 'network', 'dns', 'credentials', 'kernel_call', 'namespace_change', 'http_request').map((category) => ({ category, product: 'ringfence' })),
  fc.constantFrom<object>({ product: 'linux' }, { product: 'ringfence' }, { category: 'proxy' }, { product: 'linux', service: 'auditd' }),
);
const rule = fc.record({ logsource, a: selection, b: selection, c: selection, condition });

const wildEvent = arbitraryRecord((currentSchema('event_batch') as { fields: { name: string; type: { items: unknown } }[] }).fields.find(({ name }) => name === 'events')!.type.items) as fc.Arbitrary<Event>;
const tame = fc.record({
  texts: fc.infiniteStream(fc.constantFrom(...texts, null)),
  addresses: fc.infiniteStream(fc.constantFrom(...addresses)),
  ports: fc.infiniteStream(fc.constantFrom(...ports)),
  results: fc.infiniteStream(fc.constantFrom(-1, 0, 3, null)),
});
/** An event of any kind whose paths, addresses and ports are among those that rules name. */
const event = fc.tuple(wildEvent, tame).map(([wild, pools]): Event => {
  const next = (name: string): unknown => {
    if (/path|filename/.test(name) && name !== 'path_source') return pools.texts.next().value;
    if (name.endsWith('_ip')) return pools.addresses.next().value;
    if (name.endsWith('_port')) return pools.ports.next().value;
    return pools.results.next().value;
  };
  const body: Record<string, unknown> = Object.fromEntries(Object.entries(wild.body).map(([name, was]) => [name, /_ip$|_port$|path|filename|^result$/.test(name) && name !== 'path_source' ? next(name) : was]));
  if (wild.body.kind === 'network') body['initiated'] = wild.body.operation === 'connect' || wild.body.operation === 'send';
  return { ...wild, body: body as unknown as Event['body'], process: { ...wild.process, exe: pools.texts.next().value as string | null } };
});

test('an event that a rule matches is admitted by the interest of the rule, and by that of all rules', () => {
  const seen = { matched: 0, admitted: 0, events: 0 };
  fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.array(event, { minLength: 4, maxLength: 8 }), (specs, events) => {
    const rules = specs.flatMap((spec) => load(spec.logsource, { a: spec.a, b: spec.b, c: spec.c, condition: spec.condition })) as DetectionRule[];
    const together = interestOf(rules);
    const single: ReadonlyMap<DetectionRule, InterestKind[]> = new Map(rules.map((each) => [each, interestOf([each])]));
    const matcher = createMatcher(rules);
    for (const each of events) {
      seen.events += 1;
      seen.admitted += Number(admits(together, each));
      for (const matched of matcher.match(logSourcesOf(each), each)) {
        seen.matched += 1;
        expect(admits(single.get(matched)!, each)).toBe(true);
        expect(admits(together, each)).toBe(true);
      }
    }
    expect(together.flatMap(({ clauses }) => clauses).every(isBounded)).toBe(true);
  }), { numRuns: 250 });
  // The property would hold for an interest in everything, and for rules that match nothing.
  expect(seen.matched).toBeGreaterThan(50);
  expect(seen.admitted).toBeLessThan(seen.events);
});

function isBounded({ path, program }: InterestClause): boolean {
  return [path, program].every((text) => text === null || (text.text !== '' && Buffer.byteLength(text.text) <= 128));
}
