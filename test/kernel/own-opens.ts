/** For programs that open themselves (exec-turns.c): are their opens told between the right lives of their process? */
import type { KernelRecord } from '../../schemas/generated/decode.gen.ts';

/** Of each open of a program in that folder that opens itself, whether it is told between the exec of that program and the next life of the process. */
export function ownOpens(records: readonly KernelRecord[], folder: string): { right: number; wrong: string[] } {
  const programs = new Map<number, string | null>();
  const wrong: string[] = [];
  let right = 0;
  for (const { process, body, seq } of records) {
    if (body?.kind === 'process_exec') programs.set(process.pid, process.exe);
    if (body?.kind === 'process_exit') programs.delete(process.pid);
    if (body?.kind !== 'file_open' || body.path?.startsWith(folder) !== true) continue;
    if (programs.get(process.pid) === body.path) right++;
    else wrong.push(`event ${seq}: ${body.path} by ${programs.get(process.pid)}`);
  }
  return { right, wrong };
}
