/**
 * Finds which of many literals stand in an encoded event, whatever fields they are looked for in: texts stand in a record as
 * they are, and rules ask for the same bytes under many names. One pass for literals that are long enough to be looked for
 * at every other place, and one for shorter ones.
 */
import type { Finds } from './literal-machine.ts';
import { longLiteralBytesMin, LongPass, shortLiteralBytesMin, ShortPass, type SweepPass, type SweptEvent, type SweptLiteral } from './sweep-pass.ts';

/** Shorter ones are in much of any text. */
export const sweptLiteralBytesMin = shortLiteralBytesMin;
/** To look for a shorter one takes several times as long: it is worth it where else many texts would have to be searched. */
export const cheaplySweptBytesMin = longLiteralBytesMin;

export class EventSweep {
  readonly tableBytes: number;
  private readonly passes: readonly SweepPass[];

  /** Literals of which texts hold the bytes as they are (verbatim.ts); none shorter than `sweptLiteralBytesMin`. */
  constructor(swept: readonly SweptLiteral[]) {
    const long = swept.filter(({ bytes }) => bytes.length >= longLiteralBytesMin);
    const short = swept.filter(({ bytes }) => bytes.length < longLiteralBytesMin);
    this.passes = [...(long.length > 0 ? [new LongPass(long)] : []), ...(short.length > 0 ? [new ShortPass(short)] : [])];
    this.tableBytes = this.passes.reduce((sum, { tableBytes }) => sum + tableBytes, 0);
  }

  find(event: SweptEvent, finds: Finds): void {
    for (let index = 0; index < this.passes.length; index += 1) this.passes[index]!.find(event, finds);
  }
}
