/** Uses of sockets by one process of a test, and by those that it starts. */
import { text } from 'node:stream/consumers';
import type { Network } from '../../schemas/generated/types.gen.ts';
import { processesOnly, traitBit, type KernelInterest } from '../../services/collector/kernel/interest.ts';
import { actor } from './actors.ts';
import type { Seen, Watched } from './watched.ts';

export function interestIn(traits: bigint): KernelInterest {
  return { ...processesOnly, always: { network: traits } };
}

export function operations(...names: string[]): bigint {
  return names.reduce((traits, name) => traits | traitBit('network', name), 0n);
}

export interface Act {
  readonly events: readonly Seen<Network>[];
  readonly output: string;
  readonly exitCode: number | null;
}

/** What was seen of the actor and of what it started, in the order in which it happened. */
export async function act(watched: Watched, name: string, cwd = '/', program = actor('sockets')): Promise<Act> {
  return actOf(watched, program, [name], cwd);
}

/** The same of any command. */
export async function actOf(watched: Watched, command: string, args: readonly string[], cwd = '/'): Promise<Act> {
  const child = watched.cgroup.run(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout!);
  const { pid, exit } = await watched.follow(child);
  await readAll(watched);
  const isOwn = (record: Watched['records'][number]): record is Seen<Network> => record.body?.kind === 'network' && [record.process.pid, record.process.ppid].includes(pid);
  return { events: watched.records.filter(isOwn), output, exitCode: exit.body.exit_code };
}

/** What the ring of events has taken up by now. */
export async function readAll(watched: Watched): Promise<void> {
  const { seen } = watched.kernel.counters().rings[1]!;
  if (seen > 0n) await watched.until(({ seq, body }) => body?.kind === 'network' && seq === seen);
}

export function bodies({ events }: Pick<Act, 'events'>, ...names: Network['operation'][]): Network[] {
  return events.map(({ body }) => body).filter(({ operation }) => names.includes(operation));
}
