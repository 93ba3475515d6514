/** Starts reading-process.ts, to kill it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestCgroup } from '../support/cgroup.ts';

export interface ReadingProcess {
  readonly pid: number;
  ask(question: 'read' | 'release'): Promise<unknown>;
  /** As an out-of-memory killer would. */
  kill(): Promise<void>;
}

/** `interest` is what is reported beside the lives of processes. */
export async function startReadingProcess(home: string, cgroup: TestCgroup, ringBytes = 4 << 20, interest: 'none' | 'opens' = 'none'): Promise<ReadingProcess> {
  const args = [join(import.meta.dirname, 'reading-process.ts'), home, cgroup.path, String(ringBytes), interest];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value as string) as unknown;
  const reading: ReadingProcess = {
    pid: child.pid!,
    ask: (question) => {
      child.stdin.write(`${question}\n`);
      return answer();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
  if ((await answer()) === 'ready') return reading;
  throw new Error('the reading process did not start');
}
