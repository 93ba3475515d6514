/** Published lists with which the rules in use were refused, the newest of each name: they wait for other rules. */
import type { Published } from './assembler.ts';

/** Of all together; above it what waits longest goes. One that fits between the values of a rule is far smaller. */
export const waitingListsBytesMax = 256 * 1024 * 1024;

export class WaitingLists {
  private readonly bySubject = new Map<string, Published>();
  private bytes = 0;

  /** Those that wait now: they may be removed meanwhile. */
  all(): Published[] {
    return [...this.bySubject.values()];
  }

  /** Takes the place of what waited of the same list. Returns what has to be published again to count. */
  add(published: Published): readonly Published[] {
    this.remove(published.manifest.subject);
    this.bySubject.set(published.manifest.subject, published);
    this.bytes += bytesOf(published);
    const forgotten: Published[] = [];
    for (const oldest of this.bySubject.values()) {
      if (this.bytes <= waitingListsBytesMax) break;
      this.remove(oldest.manifest.subject);
      forgotten.push(oldest);
    }
    return forgotten;
  }

  remove(subject: string): void {
    const known = this.bySubject.get(subject);
    if (known === undefined) return;
    this.bySubject.delete(subject);
    this.bytes -= bytesOf(known);
  }
}

function bytesOf({ content, records }: Published): number {
  return (content?.length ?? 0) + records.reduce((sum, { value }) => sum + value.length, 0);
}
