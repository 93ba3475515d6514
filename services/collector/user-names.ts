/** Names of user ids on the node, from /etc/passwd; read again when the file has changed. */
import { readFileSync, statSync } from 'node:fs';

/** A check costs a stat: at most this often, counted in look-ups of unknown or old entries. */
const lookupsBetweenChecks = 1024;

export class UserNames {
  private readonly path: string;
  private names = new Map<number, string>();
  private modifiedMs = -1;
  private lookups = 0;

  constructor(path = '/etc/passwd') {
    this.path = path;
  }

  name(uid: number): string | null {
    if (this.lookups++ % lookupsBetweenChecks === 0) this.refresh();
    return this.names.get(uid) ?? null;
  }

  private refresh(): void {
    const modifiedMs = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modifiedMs === this.modifiedMs) return;
    this.modifiedMs = modifiedMs;
    this.names = parsePasswd(readText(this.path));
  }
}

/** Empty when there is none, or none any more: names are a courtesy, an event must not fail for them. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** passwd(5): name:password:uid:… The first name of a uid counts, as for getpwuid(3). */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name && uid && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}
