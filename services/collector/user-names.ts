/** Names of user and group ids on the node, from /etc/passwd and /etc/group; read again when the file has changed. */
import { readFileSync, statSync } from 'node:fs';

/** A check costs a stat: at most this often, counted in look-ups. */
const lookupsBetweenChecks = 1024;

class IdNames {
  /** Another number when names have changed. */
  revision = 0;
  private readonly path: string;
  private names = new Map<number, string>();
  private modifiedMs = -1;
  private lookups = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Null when the file has none. */
  name(id: number): string | null {
    if (this.lookups++ % lookupsBetweenChecks === 0) this.refresh();
    return this.names.get(id) ?? null;
  }

  private refresh(): void {
    const modifiedMs = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modifiedMs === this.modifiedMs) return;
    this.modifiedMs = modifiedMs;
    this.revision++;
    this.names = parseIds(readText(this.path));
  }
}

export class UserNames extends IdNames {
  constructor(path = '/etc/passwd') {
    super(path);
  }
}

export class GroupNames extends IdNames {
  constructor(path = '/etc/group') {
    super(path);
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

/** passwd(5), group(5): name:password:id:… The first name of an id counts, as for getpwuid(3) and getgrgid(3). */
export function parseIds(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name && id && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
