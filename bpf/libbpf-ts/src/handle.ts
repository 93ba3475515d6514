/**
 * Ownership of a native handle: hands it out while it is open, closes it once, and turns a use after close into a clear
 * error. Every class of this package that holds a kernel resource has one.
 */
import { BpfError, EBADF } from './errors.ts';
import { native } from './native.ts';
import type { Handle, HandleKind } from './native.ts';

export class HandleOwner<Kind extends HandleKind> implements Disposable {
  /** Name of the resource, for errors. */
  readonly subject: string;
  #handle: Handle<Kind> | undefined;

  constructor(handle: Handle<Kind>, subject: string) {
    this.#handle = handle;
    this.subject = subject;
  }

  /** The open handle; throws BpfError EBADF when it was closed or moved on. */
  use(operation: string): Handle<Kind> {
    if (this.#handle === undefined) throw new BpfError(EBADF, operation, this.subject, { reason: 'it is closed' });
    return this.#handle;
  }

  /** Moves the handle to a new owner: this one is closed from now on. */
  take(operation: string): Handle<Kind> {
    const handle = this.use(operation);
    this.#handle = undefined;
    return handle;
  }

  get closed(): boolean {
    return this.#handle === undefined;
  }

  close(): void {
    if (this.#handle === undefined) return;
    const handle = this.#handle;
    this.#handle = undefined;
    native.handleClose(handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
