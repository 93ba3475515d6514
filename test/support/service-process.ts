/** A service of the pipeline as a process of its own, as in production: started by its command, judged by its log. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nodeOptionsOf } from '../../deploy/setup/node-options.mjs';

const cli = join(import.meta.dirname, '../../services/cli/main.ts');

/** Longer than Kafka's session timeout: a member that was killed is waited for before its partitions move. */
const readyTimeoutMs = 40_000;

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class ServiceProcess {
  /** Everything logged so far, over all restarts. */
  readonly lines: LogLine[] = [];
  /** What was printed on stdout. */
  readonly output: string[] = [];
  private readonly args: readonly string[];
  private readonly environment: Readonly<Record<string, string>>;
  private readonly readyMessage: string;
  private readonly waiters = new Set<() => void>();
  private child: ChildProcess | null = null;

  /** `readyMessage`: the log message that says it works. */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>>, readyMessage: string) {
    this.args = args;
    this.environment = environment;
    this.readyMessage = readyMessage;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error('not running');
    return this.child.pid;
  }

  /** Starts it, and resolves when it is ready. */
  async start(): Promise<this> {
    const from = this.lines.length;
    const { flags, variables } = nodeOptionsOf(this.args[0]);
    const child = spawn(process.execPath, [...flags, cli, ...this.args], { env: { ...variables, PATH: process.env['PATH'] ?? '', ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.took(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.output.push(line);
      this.wake();
    });
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${this.args[0]} ended (${code ?? signal}) before "${this.readyMessage}":\n${this.tail()}`);
    });
    const ready = this.waitFor((line) => line.msg === this.readyMessage, { from });
    died.catch(() => {});
    await Promise.race([ready, died]);
    return this;
  }

  /** Resolves with the first matching line from index `from` on. */
  async waitFor(matches: (line: LogLine) => boolean, { from = 0, timeoutMs = readyTimeoutMs } = {}): Promise<LogLine> {
    return this.until(() => this.lines.slice(from).find(matches), timeoutMs);
  }

  /** Resolves with the first defined result of `probe`, asked again at each new line. */
  async until<T>(probe: () => T | undefined, timeoutMs: number): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = probe();
      if (found !== undefined) return found;
      if (deadline.aborted) throw new Error(`${this.args[0]}: nothing within ${timeoutMs} ms:\n${this.tail()}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.waiters.delete(wake);
          resolve();
        };
        this.waiters.add(wake);
        deadline.addEventListener('abort', wake, { once: true });
      });
    }
  }

  /** SIGKILL: no goodbye of any kind. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** SIGTERM, and waits for the orderly end. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  tail(): string {
    return this.lines.slice(-20).map((line) => JSON.stringify(line)).join('\n');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  private took(line: string): void {
    this.lines.push(parse(line));
    this.wake();
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) waiter();
  }
}

function parse(line: string): LogLine {
  try {
    const value = JSON.parse(line) as LogLine;
    return typeof value.msg === 'string' ? value : { msg: line };
  } catch {
    return { msg: line };
  }
}
