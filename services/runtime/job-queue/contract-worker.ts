/** A process for the contract suite to lose: takes a job, appends its id to a file, and kills itself with SIGKILL. */
import { appendFileSync } from 'node:fs';
import { openContractQueue } from './contract-queues.ts';
import type { ContractQueue } from './contract-queues.ts';

const [queue, journal] = JSON.parse(process.argv[2]!) as [ContractQueue, string];

await openContractQueue(queue).work(
  async ({ id }) => {
    appendFileSync(journal, `${id}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
  { concurrency: 1, attempts: 3, retryDelayMs: 10 },
);
