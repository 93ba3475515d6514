/** A producer of a log that need not answer yet: it is reached, and its topics made, with the first append that succeeds. */
import type { EventLog, LogRecord, Producer, TopicSpec } from '#runtime/event-log/event-log.ts';

export class LateProducer implements Producer {
  private readonly log: EventLog;
  private readonly topics: readonly TopicSpec[];
  private producer: Promise<Producer> | null = null;

  constructor(log: EventLog, topics: readonly TopicSpec[]) {
    this.log = log;
    this.topics = topics;
  }

  /** Rejects with EVENT_LOG_UNREACHABLE when the log does not answer in its time; the next call tries again. */
  async reach(): Promise<Producer> {
    this.producer ??= this.open();
    try {
      return await this.producer;
    } catch (error) {
      this.producer = null;
      throw error;
    }
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    const producer = await this.reach();
    await producer.append(records);
  }

  async close(): Promise<void> {
    const producer = await this.producer?.catch(() => null);
    await producer?.close();
  }

  private async open(): Promise<Producer> {
    await this.log.createTopics(this.topics);
    return this.log.producer();
  }
}
