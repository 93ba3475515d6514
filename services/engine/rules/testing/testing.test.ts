/** Tests of rules: what they can say, what they cannot, and what comes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codec } from '#schemas/codec/codec.ts';
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import type { Network } from '#schemas/generated/types.gen.ts';
import { sampleEvent } from './sample-event.ts';
import { testRuleFiles, type TestReport } from './test-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-tests-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const shell = `title: Shell
id: shell
logsource: { category: network_connection, product: linux }
detection: { shell: { Image|endswith: /bash }, far: { DestinationIp|cidr: 192.0.2.0/24 }, condition: shell and far }
`;

const guessing = `title: Refused
name: refused
logsource: { category: process_termination, product: linux }
detection: { su: { Image|endswith: /su, ExitCode: 1 }, condition: su }
---
title: Guessing
correlation: { type: event_count, rules: [refused], group-by: [node, User], timespan: 1m, condition: { gte: 5 } }
`;

async function run(text: string): Promise<TestReport> {
  writeFileSync(join(folder, 'rules.yml'), text);
  return await testRuleFiles([folder]);
}

const outcomes = ({ rules }: TestReport): [string, boolean][] => rules.flatMap(({ tests }) => tests.map(({ name, passed }): [string, boolean] => [name, passed]));
const faults = (report: TestReport): string[] => report.faults.map(({ code, line, column }) => `${code} ${line}:${column}`);
const one = (expected: string, event: string, scope = 'kind: network'): string => `tests:\n  - { name: t, expect: ${expected}, ${scope}, event: ${event} }\n`;

describe('a test with one event', () => {
  test.each([
    ['match', '{ Image: /bin/bash, DestinationIp: 192.0.2.9 }', true],
    ['none', '{ Image: /bin/bash, DestinationIp: 192.0.2.9 }', false],
    ['none', '{ Image: /bin/zsh, DestinationIp: 192.0.2.9 }', true],
    ['match', '{ process.exe: /bin/bash, body.destination_ip: 192.0.3.9 }', false],
  ])('that expects %s of %s passes: %s', async (expected, event, passed) => {
    const report = await run(shell + one(expected, event));
    expect(outcomes(report)).toEqual([['t', passed]]);
    expect(report.summary).toEqual({ rules: 1, untested: 0, passed: passed ? 1 : 0, failed: passed ? 0 : 1, faults: 0 });
  });

  test('that fails says what decided, with its line and the value', async () => {
    const { rules } = await run(shell + one('match', '{ Image: /bin/bash, DestinationIp: 192.0.3.9 }'));
    expect(rules[0]?.tests[0]?.because).toEqual(['line 4: DestinationIp lies in 192.0.2.0/24: did not hold for DestinationIp, which is "192.0.3.9"']);
  });

  test('that is not of the log source its operation gives it says so', async () => {
    const { rules } = await run(shell + one('match', '{ Image: /bin/bash, body.operation: bind }'));
    expect(rules[0]?.tests[0]?.because).toEqual([expect.stringContaining('the rule is about category network_connection, product linux')]);
  });

  test('of another sensor is judged as the record of it is, in which every value is a text', async () => {
    const typed = 'title: W\nlogsource: { product: windows }\ndetection: { a: { EventID|gte: 4000, Elevated: true, Level: null }, condition: a }\n';
    const report = await run(typed + one('match', '{ EventID: 4688, Elevated: true, Level: null }', 'logsource: { product: windows }') + one('none', '{ EventID: 4688, Elevated: true, Level: 0 }', 'logsource: { product: windows }').replace('tests:\n', ''));
    expect(outcomes(report)).toEqual([['t', true], ['t', true]]);
  });

  test('of another sensor is judged in its own fields', async () => {
    const windows = 'title: W\nlogsource: { category: process_creation, product: windows }\ndetection: { a: { OriginalFileName: cmd.exe }, condition: a }\n';
    const report = await run(windows + one('match', '{ OriginalFileName: CMD.EXE, X: [1, 2] }', 'logsource: { category: process_creation, product: windows }'));
    expect(outcomes(report)).toEqual([['t', true]]);
  });
});

describe('a test of a correlation', () => {
  const times = (count: number, every: string, expected: string): string => `tests:\n  - name: t\n    expect: ${expected}\n    kind: process_exit\n    events:\n      - { at: 0s, times: ${count}, every: ${every}, Image: /usr/bin/su, ExitCode: 1, process.uid: 1000 }\n`;

  test.each([
    [5, '5s', 'match', true],
    [4, '5s', 'match', false],
    [4, '5s', 'none', true],
    [5, '15s', 'none', true],
    [5, '14999ms', 'match', true],
  ])('of %d events, one each %s, that expects %s passes: %s', async (count, every, expected, passed) => {
    expect(outcomes(await run(guessing + times(count, every, expected)))).toEqual([['t', passed]]);
  });

  const windows = `title: Failed
name: failed
logsource: { product: windows, service: security }
detection: { a: { EventID: 4625 }, condition: a }
---
title: Windows Guessing
correlation: { type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 1m, condition: { gte: 3 } }
`;
  const failures = (...names: string[]): string => names.map((name, index) => `      - { at: ${index}s, EventID: 4625, TargetUserName: ${name}, LogonType: null }\n`).join('');
  const ofWindows = (expected: string, events: string): string => `tests:\n  - name: t\n    expect: ${expected}\n    logsource: { product: windows, service: security }\n    events:\n${events}`;

  test('over events of another sensor is judged as they come', async () => {
    expect(outcomes(await run(windows + ofWindows('match', failures('ann', 'ann', 'ann'))))).toEqual([['t', true]]);
    expect(outcomes(await run(windows + ofWindows('none', failures('ann', 'ann', 'bob'))))).toEqual([['t', true]]);
    expect(outcomes(await run(windows + ofWindows('none', failures('null', 'null', 'null'))))).toEqual([['t', true]]);
  });

  test('over both counts ours and those of others', async () => {
    const both = `${guessing.split('---')[0]}---
title: Refused On Windows
name: refused_there
logsource: { category: process_termination, product: windows }
detection: { a: { Image: su.exe }, condition: a }
---
title: Guessing
correlation: { type: event_count, rules: [refused, refused_there], group-by: [User], timespan: 1m, condition: { gte: 2 } }
tests:
  - name: t
    expect: match
    logsource: { category: process_termination, product: windows }
    events:
      - { Image: su.exe, User: ann }
      - { kind: process_exit, Image: /usr/bin/su, ExitCode: 1, process.uid: 1000 }
`;
    const report = await run(both);
    expect(report.faults).toEqual([]);
    expect(outcomes(report)).toEqual([['t', true]]);
  });

  test('over events of another sensor with several values has a fault', async () => {
    const report = await run(windows + ofWindows('match', '      - { EventID: 4625, TargetUserName: [a, b] }\n'));
    expect(report.faults.map(({ code, line }) => [code, line])).toEqual([['TEST_VALUE_IMPOSSIBLE', 13]]);
  });

  test('keeps groups apart', async () => {
    const event = 'Image: /usr/bin/su, ExitCode: 1';
    const text = `${guessing}tests:\n  - name: t\n    expect: none\n    kind: process_exit\n    events:\n      - { times: 4, ${event}, node: a }\n      - { at: 10s, times: 4, ${event}, node: b }\n`;
    expect(outcomes(await run(text))).toEqual([['t', true]]);
  });
});

describe('a test with a fault has it named, with its place', () => {
  /** The fault stands where `place` does. */
  test.each([
    ['a field that the kind does not have', one('match', '{ Imag: a }'), 'TEST_FIELD_UNKNOWN', 'Imag'],
    ['a value that the enum does not have', one('match', '{ body.operation: conect }'), 'TEST_VALUE_IMPOSSIBLE', 'conect'],
    ['a text for a number', one('match', '{ DestinationPort: https }'), 'TEST_VALUE_IMPOSSIBLE', 'https'],
    ['a number beyond its type', one('match', '{ ProcessId: 2147483648 }'), 'TEST_VALUE_IMPOSSIBLE', '2147483648'],
    ['no value where events have one', one('match', '{ body.initiated: null }'), 'TEST_VALUE_IMPOSSIBLE', 'null'],
    ['an event that the rule never judges', one('none', '{}', 'kind: file_open'), 'TEST_EVENT_UNJUDGED', '{}'],
    ['a kind that does not exist', one('none', '{}', 'kind: netwrok'), 'VALUE_KIND', 'netwrok'],
    ['a key that does not exist', one('none', '{}', 'kind: network, even: {}'), 'VALUE_KIND', 'even:'],
    ['no expectation', 'tests:\n  - { name: t, kind: network, event: {} }\n', 'KEY_MISSING', '{ name'],
    ['events for a rule on single ones', 'tests:\n  - { name: t, expect: none, kind: network, events: [{ at: 0s }] }\n', 'VALUE_KIND', '{ name'],
    ['a time that is none', 'tests:\n  - { name: t, expect: none, kind: network, events: [{ at: soon }] }\n', 'TIMESPAN_INVALID', 'soon'],
    ['no tests at all', 'tests: []\n', 'VALUE_EMPTY', '[]'],
  ])('%s', async (_, text, code, place) => {
    const before = (shell + text).slice(0, shell.length + text.indexOf(place)).split('\n');
    expect(faults(await run(shell + text))).toEqual([`${code} ${before.length}:${before.at(-1)!.length + 1}`]);
  });

  test('a rule that is not there', async () => {
    expect(faults(await run(`${shell}---\ntests:\n  - { name: t, rule: shel, expect: none, kind: network, event: {} }\n`))).toEqual(['TEST_RULE_UNKNOWN 7:22']);
  });

  test('and the faults of rules and files stand beside', async () => {
    writeFileSync(join(folder, 'other.yml'), shell.replace('endswith', 'endwith').replace('id: shell', 'id: other'));
    const report = await testRuleFiles([folder, join(folder, 'gone.yml')]);
    expect(report.faults.map(({ code }) => code)).toEqual(['FILE_UNREADABLE', 'MODIFIER_UNKNOWN']);
  });
});

test('tests can stand in a document of their own, and name the rule by id, name or title', async () => {
  writeFileSync(join(folder, 'shell.tests.yml'), ['shell', 'Shell'].map((rule) => `tests:\n  - { name: by ${rule}, rule: ${rule}, expect: none, kind: network, event: {} }\n`).join('---\n'));
  expect(outcomes(await run(shell))).toEqual([['by shell', true], ['by Shell', true]]);
});

describe('the event of a test', () => {
  const order = { seq: 1, timeNs: 1n };

  test.each(Object.keys(eventKinds) as EventKind[])('of kind %s is one that the schema knows, without any value named', (kind) => {
    const batch = { node: 'n', boot_id: 'b', hostname: 'h', events: [sampleEvent(kind, new Map(), order)], losses: [] };
    const [event] = codec('event_batch').decode(codec('event_batch').encode(batch)).events;
    expect(event?.body.kind).toBe(kind);
    expect(event?.process).toMatchObject({ exe: '/usr/bin/example', comm: 'example', args: ['/usr/bin/example'], uid: 1000, user: 'ann' });
  });

  test('has what follows from the values that are named', () => {
    const root = sampleEvent('process_exec', new Map<string, unknown>([['process.exe', '/usr/bin/a-long-name-of-a-program'], ['process.uid', 0]]), order);
    expect(root.process).toMatchObject({ comm: 'a-long-name-of-', user: 'root', euid: 0, args: ['/usr/bin/a-long-name-of-a-program'] });
    expect(root.process.cap_effective).not.toBe(0n);
    const accepted = sampleEvent('network', new Map<string, unknown>([['body.operation', 'accept'], ['body.source_ip', '2001:db8::9']]), order).body as Network;
    expect(accepted).toMatchObject({ family: 'ipv6', initiated: false, remote_ip: '2001:db8::9', destination_ip: accepted.local_ip });
  });
});
