/** Each reason to refuse a command, provoked. No signal is sent: commands are in mode observe, or the rate allows none. */
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import type { LogBatch, LogRecord } from '#runtime/event-log/event-log.ts';
import type { TrustedKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord, verifyRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Command, Receipt } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { CommandExecutor } from './command-executor.ts';
import { CommandJournal } from './command-journal.ts';
import { processFacts } from './process-files.ts';
import { refusals, type Refusal } from './refusal.ts';
import { clockSkewMs } from './validate.ts';

const nowMs = 1_700_000_000_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const trustedKey: TrustedKey = { kid: 'responder', name: 'responder', use: 'command', kinds: ['process_kill'], publicKey };
const nodeKeys = generateKeyPairSync('ed25519');
const nodeKey: TrustedKey = { kid: 'node', name: 'node-n1', use: 'receipt', kinds: [], publicKey: nodeKeys.publicKey };
const commands = codec('command');
const receipts = codec('receipt');

let directory: string;
let journal: CommandJournal;
let child: ChildProcess | undefined;
let made = 0;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringfence-refusal-'));
  journal = new CommandJournal(join(directory, 'journal'), nowMs);
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  journal.close();
  rmSync(directory, { recursive: true });
});

function executor(options: { kinds?: string[]; withinCgroup?: string; killsBurst?: number } = {}, logger = pino({ level: 'silent' })): CommandExecutor {
  const trusted = { ...trustedKey, kinds: options.kinds ?? trustedKey.kinds };
  const settings = {
    identity: { node: 'n1', bootId: 'b1' },
    key: { kid: 'node', name: 'node-n1', privateKey: nodeKeys.privateKey },
    trustedKeys: () => new Map([[trusted.kid, trusted]]),
    journal,
    withinCgroup: options.withinCgroup ?? null,
    killsPerMinute: 0,
    killsBurst: options.killsBurst ?? 10,
  };
  return new CommandExecutor(settings, new VirtualClock(nowMs), logger);
}

/** This test's own process, to be looked at only. */
function command(changes: Partial<Command> = {}, target: Partial<Command['target']> = {}): Command {
  const number = (made++).toString(16).padStart(32, '0');
  return {
    id: number,
    issuer: 'responder',
    sequence: nowMs,
    nonce: number,
    issued_ms: nowMs,
    expires_ms: nowMs + 15_000,
    mode: 'observe',
    requester: 'playbook:test',
    playbook_sha256: null,
    detection_id: 'd1',
    reason: 'test',
    target: { node: 'n1', boot_id: 'b1', pid: process.pid, start_ns: startOf(process.pid), exe: null, ...target },
    action: { kind: 'process_kill', signal: 9 },
    ...changes,
  };
}

/** A process of this test's own, which nothing protects. */
function ownChild(): { pid: number; start_ns: bigint } {
  child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  return { pid: child.pid!, start_ns: startOf(child.pid!) };
}

function startOf(pid: number): bigint {
  return processFacts(pid)!.startTicks * 10_000_000n;
}

function record(value: Buffer, headers?: Record<string, string>, key: KeyObject = privateKey): LogRecord {
  return { topic: topics.commands.name, key: 'n1', value, headers: headers ?? signRecord(domains.command, value, { kid: 'responder', name: 'responder', privateKey: key }) };
}

const signed = (changes: Partial<Command> = {}, target: Partial<Command['target']> = {}) => record(commands.encode(command(changes, target)));

function batch(records: readonly LogRecord[]): LogBatch {
  const received = records.map((each, offset) => ({ ...each, headers: each.headers ?? {}, partition: 0, offset, appendedMs: nowMs }));
  return { topic: topics.commands.name, partition: 0, records: received, replayed: false };
}

async function obey(records: readonly LogRecord[], by = executor()): Promise<{ receipts: Receipt[]; deadLetters: LogRecord[] }> {
  const outputs = await by.handle(batch(records));
  const answers = outputs.filter((output) => output.topic === topics.receipts.name);
  for (const { value, headers } of answers) expect(verifyRecord(domains.receipt, value, headers ?? {}, new Map([['node', nodeKey]])).ok).toBe(true);
  return { receipts: answers.map(({ value }) => receipts.decode(value)), deadLetters: outputs.filter((output) => output.topic === topics.commandsDlq.name) };
}

const reasonsOf = async (records: readonly LogRecord[], by?: CommandExecutor) => (await obey(records, by)).receipts.map(({ status, reason }) => [status, reason]);

/** By reason: what provokes it. The type asks for all of them. */
const provocations: Record<Refusal, () => [readonly LogRecord[], CommandExecutor?]> = {
  undecodable: () => [[record(Buffer.from('no command'))]],
  signature_missing: () => [[record(commands.encode(command()), {})]],
  key_unknown: () => [[record(commands.encode(command()), { kid: 'nobody', signature: 'AA==' })]],
  signature_invalid: () => [[record(commands.encode(command()), undefined, generateKeyPairSync('ed25519').privateKey)]],
  kind_not_allowed: () => [[signed()], executor({ kinds: ['net_block'] })],
  wrong_node: () => [[signed({}, { node: 'n2' })]],
  wrong_boot: () => [[signed({}, { boot_id: 'b0' })]],
  expired: () => [[signed({ issued_ms: nowMs - 20_000, expires_ms: nowMs - clockSkewMs - 1 })]],
  not_yet_valid: () => [[signed({ issued_ms: nowMs + clockSkewMs + 1 })]],
  validity_too_long: () => [[signed({ expires_ms: nowMs + 30_001 })]],
  signal_not_allowed: () => [[signed({ action: { kind: 'process_kill', signal: 19 } })]],
  out_of_scope: () => [[signed()], executor({ withinCgroup: '/no-such-cgroup' })],
  protected: () => [[signed()]],
  identity_mismatch: () => [[signed({}, { start_ns: startOf(process.pid) + 10_000_000n })]],
  rate: () => [[signed({ mode: 'enforce' }, ownChild())], executor({ killsBurst: 0 })],
};

describe('the reasons to refuse a command', () => {
  it('are those that are provoked here', () => {
    expect(Object.keys(provocations).sort()).toEqual(Object.keys(refusals).sort());
  });

  it.each(Object.keys(provocations) as Refusal[])('%s: a signed receipt says so, and the next command is heard', async (reason) => {
    const [records, by] = provocations[reason]();
    const answers = await reasonsOf([...records, signed({}, { pid: 0 })], by);
    expect(answers[0]).toEqual(['refused', reason]);
    expect(answers).toHaveLength(2);
  });

  it.each([
    ['undecodable', true],
    ['signature_missing', true],
    ['key_unknown', true],
    ['signature_invalid', true],
    ['expired', false],
    ['wrong_node', false],
  ] as const)('%s: what could not be believed is set aside whole (%s)', async (reason, aside) => {
    const [records] = provocations[reason]();
    const { deadLetters } = await obey(records);
    const headers = { topic: topics.commands.name, partition: '0', offset: '0', reason };
    expect(deadLetters).toEqual(aside ? [{ topic: topics.commandsDlq.name, key: 'n1', value: records[0]!.value, headers }] : []);
  });
});

describe('a command', () => {
  it('is answered alike each time: redelivered, sent again under another nonce, or by a log that lost the first answer', async () => {
    const order = command();
    const again = { ...order, nonce: 'f'.repeat(32) };
    const records = [order, order, again].map((each) => record(commands.encode(each)));
    expect(await reasonsOf(records)).toEqual(Array(3).fill(['refused', 'protected']));
  });

  it('that was obeyed before a restart is not obeyed after it', async () => {
    const order = signed();
    await obey([order]);
    journal.close();
    journal = new CommandJournal(join(directory, 'journal'), nowMs);
    expect(await reasonsOf([order])).toEqual([['refused', 'protected']]);
  });

  it('whose process died between beginning and outcome was begun before, and nobody knows how it ended', async () => {
    const order = command();
    journal.begin(order, nowMs);
    const { receipts: [answer] } = await obey([record(commands.encode(order))]);
    expect(answer).toMatchObject({ status: 'already', reason: null, detail: `pid ${process.pid}; begun before, outcome unknown` });
  });

  it('that is only observed, or doomed, takes nothing from what the rate allows', async () => {
    const by = executor({ killsBurst: 0 });
    const doomed = [signed(), signed({ mode: 'enforce' }, { pid: 0 }), signed({}, ownChild())];
    expect(await reasonsOf(doomed, by)).toEqual([['refused', 'protected'], ['failed', 'pidfd_open: EOTHER'], ['would_do', null]]);
  });

  it('that comes too fast is a warning in the log', async () => {
    const said: { level: number; reason?: string }[] = [];
    const [records, by] = [[signed({ mode: 'enforce' }, ownChild())], executor({ killsBurst: 0 }, pino({}, { write: (line: string) => void said.push(JSON.parse(line) as { level: number }) }))];
    await obey(records, by);
    expect(said).toMatchObject([{ level: 40, reason: 'rate', code: 'COMMAND_REFUSED' }]);
  });

  it('for another node is nobody\'s business here', async () => {
    expect(await obey([{ ...signed(), key: 'n2' }])).toEqual({ receipts: [], deadLetters: [] });
  });

  it('holds up to its expiry and the skew of clocks, and not longer than a kill may', async () => {
    const bounds = [
      signed({ issued_ms: nowMs - 10_000, expires_ms: nowMs - clockSkewMs }),
      signed({ issued_ms: nowMs + clockSkewMs, expires_ms: nowMs + 30_000 + clockSkewMs }),
    ];
    expect(await reasonsOf(bounds)).toEqual(Array(2).fill(['refused', 'protected']));
  });

  it.each([{ id: 'a b' }, { nonce: '' }, { nonce: `${'0'.repeat(31)}\n` }, { id: '0'.repeat(31) }])('with an id or nonce of another form (%j) is no command', async (changes) => {
    expect(await reasonsOf([signed(changes)])).toEqual([['refused', 'undecodable']]);
  });

  it('is not obeyed when the journal cannot be written', async () => {
    const by = executor();
    journal.close();
    expect(await reasonsOf([signed()], by)).toEqual([['failed', 'journal']]);
    journal = new CommandJournal(join(directory, 'journal'), nowMs);
  });
});
