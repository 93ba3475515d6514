/** Keeps collectors told of what the rules in use can match: the newest rules' interest, until the event log has it. */
import type { Clock } from '#runtime/clock/clock.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey, type SigningKey } from '#runtime/signing/keyring.ts';
import type { Rule } from '../rules/rule.ts';
import { broadRules } from './interest-of.ts';
import { publishInterest } from './publish.ts';

export interface InterestSettings {
  readonly home: string;
  readonly group: string;
  readonly retryDelayMs: number;
}

export interface InterestPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class InterestPublisher {
  private readonly settings: InterestSettings;
  private readonly ports: InterestPorts;
  private readonly key: SigningKey;
  private readonly closing = new AbortController();
  private wanted: readonly Rule[] | undefined;
  private running: Promise<void> | undefined;

  constructor(settings: InterestSettings, ports: InterestPorts) {
    this.settings = settings;
    this.ports = ports;
    this.key = openSigningKey(settings.home, 'engine', 'interest', []);
  }

  /** Resolves when the record is durable; rejects when the event log refuses it or does not answer. */
  async published(rules: readonly Rule[]): Promise<void> {
    this.wanted = undefined;
    await this.running;
    await this.tell(rules);
  }

  /** The same in the background, tried again until it is done or other rules come. */
  publish(rules: readonly Rule[]): void {
    this.wanted = rules;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, logger } = this.ports;
    while (this.wanted !== undefined && !this.closing.signal.aborted) {
      const rules = this.wanted;
      try {
        await this.tell(rules);
        if (this.wanted === rules) this.wanted = undefined;
      } catch (err) {
        logger.warn({ err }, 'could not tell collectors what the rules can match; trying again');
        await clock.sleep(this.settings.retryDelayMs, this.closing.signal);
      }
    }
  }

  private async tell(rules: readonly Rule[]): Promise<void> {
    const { log, clock, logger } = this.ports;
    const kinds = await publishInterest(rules, this.settings.group, this.key, log, clock.nowMs());
    logger.info({ clauses: Object.fromEntries(kinds.map(({ kind, clauses }) => [kind, clauses.length])) }, 'told collectors what these rules can match');
    for (const [kind, labels] of broadRules(rules)) {
      logger.warn({ kind, rules: labels.length, first: labels[0] }, 'rules need every event of this kind from every node: give them a path, port, address or program to begin or end with');
    }
  }
}
