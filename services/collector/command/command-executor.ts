/** Turns the commands for this node into acts and signed receipts; nothing a command contains can stop the next one. */
import type { Clock } from '#runtime/clock/clock.ts';
import { deadLetter } from '#runtime/event-log/dead-letter.ts';
import type { LogBatch, LogRecord, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import type { SigningKey, TrustedKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Command, Receipt } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { CommandJournal } from './command-journal.ts';
import { killProcess, type KillOutcome } from './kill.ts';
import { TokenBucket } from './token-bucket.ts';
import { validateCommand, type NodeIdentity } from './validate.ts';

export interface ExecutorOptions {
  readonly identity: NodeIdentity;
  readonly key: SigningKey;
  /** Read for each batch, so that a revoked key stops counting at once. */
  readonly trustedKeys: () => ReadonlyMap<string, TrustedKey>;
  readonly journal: CommandJournal;
  /** Only processes of this cgroup may be acted on; null: any. */
  readonly withinCgroup: string | null;
  readonly killsPerMinute: number;
  readonly killsBurst: number;
}

/** `note`: for people, beside the outcome. */
type Outcome = KillOutcome & { readonly note?: string };

const receipts = codec('receipt');

export class CommandExecutor {
  private readonly options: ExecutorOptions;
  private readonly clock: Clock;
  private readonly log: Logger;
  private readonly kills: TokenBucket;

  constructor(options: ExecutorOptions, clock: Clock, log: Logger) {
    this.options = options;
    this.clock = clock;
    this.log = log;
    this.kills = new TokenBucket(options.killsPerMinute, options.killsBurst, clock.monotonicMs());
  }

  /** Handler of the commands topic: one receipt for each command whose key is this node. */
  async handle(batch: LogBatch): Promise<LogRecord[]> {
    const own = batch.records.filter((record) => record.key === this.options.identity.node);
    if (own.length === 0) return [];
    const keys = this.options.trustedKeys();
    return own.flatMap((record) => this.obey(record, keys));
  }

  private obey(record: ReceivedRecord, keys: ReadonlyMap<string, TrustedKey>): LogRecord[] {
    const validation = validateCommand(record, keys, this.options.identity, this.clock.nowMs());
    if (validation.ok) return [this.receipt(validation.command, this.act(validation.command))];
    this.log.warn({ code: 'COMMAND_REFUSED', reason: validation.reason, offset: record.offset, command: validation.command?.id }, 'refused a command');
    const refused: LogRecord[] = [this.receipt(validation.command, { status: 'refused', reason: validation.reason })];
    if (validation.command === null) refused.push(deadLetter(record, topics.commandsDlq.name, validation.reason));
    return refused;
  }

  /** A command that comes again, because its receipt did not reach the log, is answered as it was, not obeyed again. */
  private act(command: Command): Outcome {
    const { journal } = this.options;
    try {
      const before = journal.begin(command, this.clock.nowMs());
      if (before !== null) return before.outcome ?? { status: 'already', reason: null, note: 'begun before, outcome unknown' };
    } catch (err) {
      // Without a record of having begun, a redelivery would act twice.
      this.log.error({ err, command: command.id }, 'could not write the journal');
      return { status: 'failed', reason: 'journal' };
    }
    const outcome = this.kill(command);
    try {
      journal.finish(command, outcome);
    } catch (err) {
      this.log.error({ err, command: command.id }, 'could not write the outcome to the journal');
    }
    return outcome;
  }

  private kill(command: Command): KillOutcome {
    const outcome = killProcess({
      target: command.target,
      signal: command.action.signal,
      act: command.mode === 'enforce',
      takeToken: () => this.kills.take(this.clock.monotonicMs()),
      withinCgroup: this.options.withinCgroup,
    });
    const said = { command: command.id, pid: command.target.pid, mode: command.mode, ...outcome };
    if (outcome.reason === 'rate') this.log.warn({ code: 'COMMAND_REFUSED', ...said }, 'command');
    else this.log.info(said, 'command');
    return outcome;
  }

  private receipt(command: Command | null, outcome: Outcome): LogRecord {
    const { node, bootId } = this.options.identity;
    const receipt: Receipt = {
      command_id: command?.id ?? '',
      node,
      boot_id: bootId,
      status: outcome.status,
      reason: outcome.reason,
      detail: command === null ? null : [`pid ${command.target.pid}`, ...(outcome.note === undefined ? [] : [outcome.note])].join('; '),
      time: this.clock.nowNs(),
      detection_id: command?.detection_id ?? null,
    };
    const value = receipts.encode(receipt);
    return { topic: topics.receipts.name, key: node, value, headers: signRecord(domains.receipt, value, this.options.key) };
  }
}
