import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNodeState, writeNodeState } from './node-state.ts';

const bootTimeNs = 1_700_000_000_000_000_000n;
const second = 1_000_000_000n;
const state = { bootId: 'b', bootTimeNs, seq: { 0: 9_007_199_254_740_993n }, dropped: { 0: 7n } };

describe('the state of a node', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ringfence-state-'));
    path = join(directory, 'home/node.json');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is the same after it was written, within the boot', () => {
    writeNodeState(path, state);
    expect(readNodeState(path, 'b', bootTimeNs + second)).toEqual(state);
  });

  it.each([2n, -2n])('has the new time of boot when the clock was set by %d s', (seconds) => {
    writeNodeState(path, state);
    const measured = bootTimeNs + seconds * second;
    expect(readNodeState(path, 'b', measured)).toEqual({ ...state, bootTimeNs: measured });
  });

  it('is new in another boot', () => {
    writeNodeState(path, state);
    expect(readNodeState(path, 'c', bootTimeNs)).toEqual({ bootId: 'c', bootTimeNs, seq: {}, dropped: {} });
  });

  it('of a collector that kept no drops has none', () => {
    writeNodeState(path, state);
    writeFileSync(path, JSON.stringify({ bootId: 'b', bootTimeNs: String(bootTimeNs), seq: { 0: '5' } }));
    expect(readNodeState(path, 'b', bootTimeNs)).toEqual({ ...state, seq: { 0: 5n }, dropped: {} });
  });

  it.each(['', 'no json', '{"bootId":"b"}'])('that cannot be read (%j) is new', (text) => {
    writeNodeState(path, state);
    writeFileSync(path, text);
    expect(readNodeState(path, 'b', bootTimeNs).seq).toEqual({});
  });
});
