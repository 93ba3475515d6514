import { expect, test } from 'vitest';
import { eventFields } from '../event-fields.ts';
import { loadRules } from './index.ts';

test.each([
  ['audit records', { product: 'linux', service: 'auditd' }, 'key', /reader of the audit log/],
  ['audit records of calls that are none here', { product: 'linux', service: 'auditd' }, 'SYSCALL', /reader of the audit log/],
  ['lines of logs', { product: 'linux', service: 'sshd' }, 'USER', /log of sshd/],
  ['another system', { product: 'windows', category: 'process_creation' }, 'Image', /of windows/],
  ['a category without a sensor', { category: 'antivirus' }, 'Signature', /category antivirus/],
  ['a field that is known elsewhere', { product: 'linux', category: 'process_creation' }, 'Hashes', /hashes of files/],
  ['which no value can be so', { product: 'ringfence', category: 'kernel_call' }, 'body.operation', /such values/],
  ['a slip of the fingers', { product: 'linux', category: 'process_creation' }, 'CommandLin', /there is CommandLine/],
])('a field of %s is missing for a reason', (_what, logsource, name, reason) => {
  const text = JSON.stringify({ title: 't', logsource, detection: { a: { [name]: 'x' }, condition: 'a' } });
  const { report } = loadRules([{ file: 'rule.yml', text }], { fields: eventFields() });
  expect(report.rules).toMatchObject([{ status: 'unsatisfiable', missing: [name], reasons: { [name]: expect.stringMatching(reason) } }]);
});

test('keywords of a log have a reason too', () => {
  const text = JSON.stringify({ title: 't', logsource: { product: 'linux', service: 'sshd' }, detection: { a: ['x'], condition: 'a' } });
  const { report } = loadRules([{ file: 'rule.yml', text }], { fields: eventFields() });
  expect(report.rules).toMatchObject([{ missing: ['keywords'], reasons: { keywords: expect.stringContaining('log of sshd') } }]);
});
