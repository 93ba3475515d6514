/** Sigma's rules on the audit log, over events. */
import { expect, test } from 'vitest';
import type { Event } from '#schemas/generated/types.gen.ts';
import { eventFields } from './event-fields.ts';
import { logSourcesOf } from './event-sources.ts';
import { interestOf } from './interest/interest-of.ts';
import { createMatcher, loadRules } from './rules/index.ts';

const started = (...args: string[]) => ({ process: { exe: `/usr/bin/${args[0]}`, args, uid: 0, login_uid: 1000 }, body: { kind: 'process_exec', argc: args.length } }) as unknown as Event;
const file = (kind: string, body: object) => ({ process: { exe: '/usr/bin/x', args: ['x'] }, body: { kind, ...body } }) as unknown as Event;

function load(selection: object) {
  const text = JSON.stringify({ title: 't', logsource: { product: 'linux', service: 'auditd' }, detection: { a: selection, condition: 'a' } });
  return loadRules([{ file: 'rule.yml', text }], { fields: eventFields() });
}

test.each<[string, object, Event, boolean]>([
  ['the arguments of a program', { type: 'EXECVE', a0: 'chmod', a1: 'u+s' }, started('chmod', 'u+s', '/x'), true],
  ['an argument that is not there', { type: 'execve', a0: 'chmod', 'a3|exists': true }, started('chmod', 'u+s'), false],
  ['the call and who made it', { type: 'SYSCALL', SYSCALL: ['execve', 'execveat'], auid: 1000 }, started('id'), true],
  ['the file of a program', { type: 'PATH', 'name|endswith': '/nc' }, started('nc'), true],
  ['keywords, in the arguments', ['--to-ports 42'], started('iptables', '--to-ports', '42'), true],
  ['a file opened', { type: 'PATH', name: '/etc/x' }, file('file_open', { path: '/etc/x', created: false }), true],
  ['a file that was there', { type: 'PATH', name: '/etc/x', nametype: 'CREATE' }, file('file_open', { path: '/etc/x', created: false }), false],
  ['a file created', { type: 'PATH', name: '/etc/x', nametype: 'CREATE' }, file('file_open', { path: '/etc/x', created: true }), true],
  ['the old name of a file', { name: '/a', nametype: 'DELETE' }, file('file_change', { operation: 'rename', path: '/a', new_path: '/b' }), true],
  ['the new name of a file', { name: '/b', nametype: 'CREATE' }, file('file_change', { operation: 'rename', path: '/a', new_path: '/b' }), true],
  ['another record of a file', { type: 'EXECVE', name: '/etc/x' }, file('file_open', { path: '/etc/x', created: false }), false],
])('%s', (_what, selection, event, matched) => {
  const { rules, report } = load(selection);
  expect(report.summary.ok).toBe(1);
  const matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
  expect(matcher.match(logSourcesOf(event), event)).toHaveLength(Number(matched));
});

test.each([
  ['on programs asks for nothing that is not sent anyway', { type: 'EXECVE', a0: 'x' }, []],
  ['on a path asks for it', { type: 'PATH', name: '/etc/x' }, ['file_change ', 'file_open ']],
  ['on a new name asks for what makes one', { nametype: 'CREATE', name: '/etc/x' }, ['file_change link,mkdir,mknod,rename,symlink', 'file_open created']],
])('a rule %s', (_what, selection, asked) => {
  const interest = interestOf(load(selection).rules);
  expect(interest.flatMap(({ kind, clauses }) => clauses.map(({ operations }) => `${kind} ${operations.join()}`))).toEqual(asked);
  expect(interest.every(({ clauses }) => clauses.every(({ path }) => path?.text === '/etc/x'))).toBe(true);
});

test.each([
  ['a call that is no record here', { type: 'SYSCALL', SYSCALL: 'sysinfo' }, ['SYSCALL']],
  ['a field of auditd itself', { key: 'x' }, ['key']],
])('a rule on %s is said to match nothing', (_what, selection, missing) => {
  expect(load(selection).report.rules).toMatchObject([{ status: 'unsatisfiable', missing }]);
});
