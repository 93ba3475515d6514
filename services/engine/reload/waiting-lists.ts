/** Published lists with which the rules in use were refused, the newest of each name: they wait for other rules, or lists. */
import type { Published } from './assembler.ts';

/** Of all together; above it what waits longest goes. One that fits between the values of a rule is far smaller. */
export const waitingListsBytesMax = 256 * 1024 * 1024;

interface Waiting {
  readonly published: Published;
  readonly bytes: number;
}

export class WaitingLists {
  private readonly bySubject = new Map<string, Waiting>();
  private bytes = 0;

  /** Those that wait now: they may be removed meanwhile. */
  all(): Published[] {
    return [...this.bySubject.values()].map(({ published }) => published);
  }

  /**
   * Takes the place of what waited of the same list; `parsedBytes` is the memory of what was made of it, which is kept
   * with it. Returns what has to be published again to count.
   */
  add(published: Published, parsedBytes: number): readonly Published[] {
    this.remove(published.manifest.subject);
    const bytes = bytesOf(published) + parsedBytes;
    this.bySubject.set(published.manifest.subject, { published, bytes });
    this.bytes += bytes;
    const forgotten: Published[] = [];
    for (const { published: oldest } of this.bySubject.values()) {
      if (this.bytes <= waitingListsBytesMax) break;
      this.remove(oldest.manifest.subject);
      forgotten.push(oldest);
    }
    return forgotten;
  }

  remove(subject: string): void {
    this.bytes -= this.bySubject.get(subject)?.bytes ?? 0;
    this.bySubject.delete(subject);
  }
}

function bytesOf({ content, records }: Published): number {
  return (content?.length ?? 0) + records.reduce((sum, { value }) => sum + value.length, 0);
}
