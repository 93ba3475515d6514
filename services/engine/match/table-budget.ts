/**
 * Memory for tables that only save time. All judges of a program draw on one budget, whatever the shapes of events, and what
 * is known of texts on another: what finds none left is judged without a table.
 */

/** For all shapes of our events SigmaHQ's rules for Linux and Falco's take a fifth; SigmaHQ's for Windows take an eighth for one shape. */
const tableBytesMax = 64 * 2 ** 20;

export class TableBudget {
  private bytesLeft: number;

  constructor(bytes = tableBytesMax) {
    this.bytesLeft = bytes;
  }

  get left(): number {
    return this.bytesLeft;
  }

  /** False, and nothing is taken, when there is less. */
  take(bytes: number): boolean {
    if (bytes > this.bytesLeft) return false;
    this.bytesLeft -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.bytesLeft += bytes;
  }
}
