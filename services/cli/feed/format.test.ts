import { describe, expect, it } from 'vitest';
import type { Receipt } from '#schemas/generated/types.gen.ts';
import { detectionLine, jsonLine, receiptLine } from './format.ts';
import { sampleDetection } from './sample-detection.ts';

/** Clears the screen, sets the title (OSC), turns the reading direction round, begins a new line, rings (C1 too). */
const hostile = '\u001b[2J\u001b]0;owned\u0007\u202egpj.exe\u2066\r\n\u009b31m\u2028';
const obeyed = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

describe('a line of the feed', () => {
  it('tells severity by word and sign, and only then by colour', () => {
    const plain = detectionLine(sampleDetection(), false);
    expect(plain).toBe('22:13:20.000 !!! CRITICAL      Shell On A Socket | n1 | pid 42 /usr/bin/dash [sh -i] from /usr/bin/nc (41) user root | dddddddd');
    expect(detectionLine(sampleDetection(), true)).toContain('\u001b[1;31m!!! CRITICAL');
  });

  it.each([
    ['arguments', sampleDetection({}, { args: ['sh', hostile] })],
    ['the program', sampleDetection({}, { exe: hostile })],
    ['the thread name', sampleDetection({}, { args: [], comm: hostile })],
    ['the user', sampleDetection({}, { user: hostile })],
    ['the node', sampleDetection({ node: hostile })],
    ['the title of the rule', sampleDetection({ rule: { ...sampleDetection().rule, title: hostile } })],
    ['a group such as a cgroup', sampleDetection({ group: { cgroup: hostile } })],
    ['the name of a group', sampleDetection({ group: { [hostile]: 'x' } })],
    ['the id', sampleDetection({ id: hostile })],
  ])('shows %s without anything that a terminal obeys', (_, detection) => {
    expect(detectionLine(detection, false)).not.toMatch(obeyed);
    expect(detectionLine(detection, true).replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(obeyed);
  });

  it('shows a receipt without anything that a terminal obeys', () => {
    const line = receiptLine({ ...receipt, node: hostile, reason: hostile, detail: hostile, detection_id: hostile }, false);
    expect(line).not.toMatch(obeyed);
    expect(line).toContain('refused');
  });

  it('cuts long arguments', () => {
    expect(detectionLine(sampleDetection({}, { args: ['x'.repeat(10_000)] }), false).length).toBeLessThan(400);
  });

  it('never cuts an escape of what it made inert in two', () => {
    const line = detectionLine(sampleDetection({}, { args: ['\u001b'.repeat(200)] }), false);
    expect(line).toMatch(/\[(\\u\{1b\})+…\]/);
  });
});

describe('the feed as JSON', () => {
  it('has 64-bit numbers whole, as text', () => {
    const { type, trigger, first } = JSON.parse(jsonLine('detection', sampleDetection())) as Record<string, never> & {
      trigger: { process: Record<string, unknown> };
    };
    expect([type, first]).toEqual(['detection', '1700000000000000001']);
    expect(trigger.process).toMatchObject({ pid: 42, start_ns: '9007199254740993', cgroup_id: '18446744073709551615', cap_permitted: '18446744073709551615' });
  });

  it('is one line, whatever the arguments hold, and gives them back whole', () => {
    const line = jsonLine('detection', sampleDetection({}, { args: [hostile] }));
    expect(line).not.toMatch(obeyed);
    expect((JSON.parse(line) as { trigger: { process: { args: string[] } } }).trigger.process.args).toEqual([hostile]);
  });
});

const receipt: Receipt = {
  command_id: 'c'.repeat(32),
  node: 'n1',
  boot_id: 'b1',
  status: 'refused',
  reason: 'protected',
  detail: 'pid 1',
  time: 1_700_000_000_000_000_000n,
  detection_id: 'd'.repeat(32),
};
