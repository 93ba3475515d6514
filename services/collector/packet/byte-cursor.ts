/** Reads bytes in network order that may end anywhere: beyond the end numbers are 0, and parts are empty or short. */
export class ByteCursor {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    return this.bytes[this.at++] ?? 0;
  }

  u16(): number {
    const high = this.u8();
    return (high << 8) | this.u8();
  }

  skip(length: number): void {
    this.at += length;
  }

  /** The next bytes, with a cursor of their own. */
  take(length: number): ByteCursor {
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return new ByteCursor(part);
  }

  /** What was not read yet. */
  rest(): Buffer {
    return this.bytes.subarray(this.at);
  }
}
