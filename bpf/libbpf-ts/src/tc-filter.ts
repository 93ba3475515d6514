/**
 * A filter of the traffic control on one interface: how a program is attached there before Linux 6.6 has links for it
 * (see Program.attachTc). Closing it detaches the program. Unlike a link it belongs to the interface and not to this
 * process: when the process is killed it stays, until somebody removes it or the interface goes.
 */
import { expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { native } from './native.ts';
import type { Handle } from './native.ts';
import type { Program } from './program.ts';

export interface TcFilterInfo {
  /** As `tc filter show` names it ("handle"). */
  readonly number: number;
  /** Lower ones run first. */
  readonly priority: number;
  readonly programId: number;
}

export class TcFilter implements Disposable {
  readonly #owner: HandleOwner<'tcFilter'>;

  private constructor(owner: HandleOwner<'tcFilter'>) {
    this.#owner = owner;
  }

  /** @internal */
  static fromHandle(handle: Handle<'tcFilter'>, subject: string): TcFilter {
    return new TcFilter(new HandleOwner(handle, subject));
  }

  /** Throws BpfError ENOENT when somebody else has removed it. */
  info(): TcFilterInfo {
    return expectValue(native.tcFilterInfo(this.#owner.use('filter info')), 'filter info', this.#owner.subject);
  }

  /** Puts another program in its place, atomically. */
  update(program: Program): void {
    const filter = this.#owner.use('update');
    expectStatus(native.tcFilterUpdate(filter, program.handle('update'), program.name), 'update', this.#owner.subject);
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
