/** Reads playbooks from a directory or a file: all of them, or none and every fault. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RingfenceError } from '#runtime/errors.ts';
import type { YamlFault } from '#runtime/yaml-file.ts';
import { parsePlaybook, type Playbook } from './playbook.ts';

/** Throws PLAYBOOK_INVALID with `details.faults`. A directory without playbooks is no fault: nothing is answered. */
export function loadPlaybooks(path: string): Playbook[] {
  const playbooks: Playbook[] = [];
  const faults: YamlFault[] = [];
  for (const file of files(path)) {
    const parsed = readPlaybook(file);
    if ('faults' in parsed) faults.push(...parsed.faults);
    else if (playbooks.some((playbook) => playbook.name === parsed.playbook.name)) faults.push({ file, line: 1, column: 1, message: `a second playbook ${parsed.playbook.name}` });
    else playbooks.push(parsed.playbook);
  }
  if (faults.length === 0) return playbooks;
  const text = faults.map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`).join('\n');
  throw new RingfenceError('PLAYBOOK_INVALID', text, { details: { faults } });
}

function readPlaybook(file: string): ReturnType<typeof parsePlaybook> {
  try {
    return parsePlaybook(file, readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { faults: [{ file, line: 1, column: 1, message: error.message }] };
  }
}

function files(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new RingfenceError('CONFIG_INVALID', `${path}: no such file or directory`);
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
