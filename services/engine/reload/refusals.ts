/** What engines refuse, and what they replace: told in the log and counted. */
import type { Logger } from '#runtime/log.ts';
import type { Diagnostic } from '../rules/diagnostics.ts';

export interface ReloadCounters {
  /** Times that rules, and lists, were replaced; at the start, by what is published. */
  rules: number;
  lists: number;
  /** Times that a set of rules, or a list, was refused for a fault, those included that it was tried again. */
  rejected: number;
  /** Lists that wait, now: they were refused, or their withdrawal was, and are tried again when rules change, or lists in them. */
  waiting: number;
}

/** Lines of the log for one set with faults. */
const faultsToldMax = 100;

export class Refusals {
  readonly counters: ReloadCounters = { rules: 0, lists: 0, rejected: 0, waiting: 0 };
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  refuse(faults: readonly Diagnostic[], message: string, details: object = {}): void {
    this.counters.rejected += 1;
    this.tell('error', faults, message, details);
  }

  tell(level: 'warn' | 'error', faults: readonly Diagnostic[], message: string, details: object = {}): void {
    for (const { code, file, line, column, message: fault } of faults.slice(0, faultsToldMax)) this.logger[level]({ code, file, line, column }, fault);
    this.logger[level]({ ...details, faults: faults.length }, message);
  }
}
