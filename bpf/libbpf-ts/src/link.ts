/**
 * A link: the attachment of one program to one hook. Closing it detaches the program, unless the link is pinned: then
 * it stays until it is unpinned or detached, also when every process is gone. Needs kernel 5.7 for most kinds.
 */
import { expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { BpfIterator } from './iterator.ts';
import { names, native } from './native.ts';
import type { Handle } from './native.ts';
import type { Program } from './program.ts';

export interface LinkInfo {
  readonly id: number;
  /** 'tracing', 'raw_tracepoint', 'cgroup', 'iter', 'perf_event', … */
  readonly type: string;
  readonly programId: number;
}

export class Link implements Disposable {
  readonly #owner: HandleOwner<'link'>;

  private constructor(owner: HandleOwner<'link'>) {
    this.#owner = owner;
  }

  /** Throws BpfError ENOENT when nothing is pinned there, EINVAL when it is not a link. */
  static openPinned(path: string): Link {
    return Link.fromHandle(expectValue(native.linkOpenPinned(path), 'open pinned link', path), path);
  }

  /** @internal */
  static fromHandle(handle: Handle<'link'>, subject: string): Link {
    return new Link(new HandleOwner(handle, subject));
  }

  /** Throws BpfError EINVAL for the few kinds without an id (perf events before kernel 5.15). */
  info(): LinkInfo {
    const info = expectValue(native.linkInfo(this.#owner.use('link info')), 'link info', this.#owner.subject);
    return { ...info, type: names.linkTypes[info.type] ?? `type ${info.type}` };
  }

  /**
   * On a bpffs. Throws BpfError EEXIST, EBUSY when it is pinned already. A pinned link over a perf event (tracepoint, kprobe,
   * uprobe, perf_event) costs one descriptor of this process for good when it is closed: libbpf would else disable it.
   */
  pin(path: string): void {
    expectStatus(native.linkPin(this.#owner.use('pin'), path), 'pin', this.#owner.subject);
  }

  /** Removes the pin this link was opened from or pinned to; the program stays attached until close(). */
  unpin(): void {
    expectStatus(native.linkUnpin(this.#owner.use('unpin')), 'unpin', this.#owner.subject);
  }

  /**
   * Puts another program in its place, atomically: no event passes between the two. The kernel allows it for cgroup,
   * XDP, TCX, netns and iterator links; for others it throws BpfError EINVAL or EOPNOTSUPP.
   */
  update(program: Program): void {
    const link = this.#owner.use('update');
    expectStatus(native.linkUpdate(link, program.handle('update'), program.name), 'update', this.#owner.subject);
  }

  /** Detaches even if pinned or open elsewhere. Cgroup, XDP, TCX and netns links only (EOPNOTSUPP). Needs kernel 5.9. */
  detach(): void {
    expectStatus(native.linkDetach(this.#owner.use('detach')), 'detach', this.#owner.subject);
  }

  /** Begins one pass of an iterator's link. */
  iterate(): BpfIterator {
    return BpfIterator.open(this.#owner.use('iterate'), this.#owner.subject);
  }

  get closed(): boolean {
    return this.#owner.closed;
  }

  close(): void {
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
