/**
 * What the present event has at one place, asked for by however many rules: the value is read, folded and located at
 * most once an event. Judges hold cells, so that to ask again costs a comparison.
 */
import type { FieldValue } from '../rules/fields.ts';
import { isAsciiText } from './ascii-text.ts';
import type { TextRange } from './avro-leaf-plans.ts';
import { fold } from './fold.ts';
import type { VisitText } from './field-source.ts';
import { becomesAscii } from './verbatim.ts';

/** Counts the events of a source, from 1 on; what a cell holds of an earlier one is void. */
export interface EventClock {
  readonly event: number;
}

/** How a cell reads the event at hand. */
export interface CellReader {
  read(): FieldValue;
  /** Sets `range` when the value is one whose text stands encoded, and stays until the next event. False says nothing. */
  locate(range: TextRange): boolean;
  /** Whether there are several values, one at least, as far as that is known without them. */
  hasSeveral(): boolean;
  /** Visits the texts of several values, and no others. False says that some may not have been. */
  visitEach(visit: VisitText): boolean;
}

/** Of a text in UTF-8, not folded. */
export type TextTest = (bytes: Uint8Array, start: number, end: number) => boolean;

const noBytes = new Uint8Array(0);

/** What is known of the text. */
const notLocated = 0;
const unread = 1;
const foldsOtherwise = 2;
const plain = 3;

export class FieldCell implements TextRange {
  /** The text, not folded, where `isText` or `isPlain` has just said that there is one. */
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;
  isAscii = false;
  /** No other cell of the source has it. */
  readonly id: number;
  private readonly clock: EventClock;
  private readonly reader: CellReader;
  private locatedFor = 0;
  private text = notLocated;
  private valueFor = 0;
  private kept: FieldValue;
  private foldedFor = 0;
  private keptFold: string | undefined;
  private foldedEachFor = 0;
  private keptFolds: readonly string[] = [];
  private test: TextTest = () => false;
  private some: boolean | undefined;
  private readonly visit = (bytes: Uint8Array, start: number, end: number): void => {
    if (this.some === true) return;
    if (this.test(bytes, start, end)) this.some = true;
    else if (!foldsPlainly(bytes, start, end)) this.some = undefined;
  };

  constructor(id: number, clock: EventClock, reader: CellReader) {
    this.id = id;
    this.clock = clock;
    this.reader = reader;
  }

  /** Whether there is one value whose text stands encoded. False says nothing: the value is to be asked for. */
  isText(): boolean {
    if (this.locatedFor !== this.clock.event) this.locate();
    return this.text !== notLocated;
  }

  /** The same of a text whose form in the index has ASCII where the text has it, and nowhere else: see foldForIndex. */
  isPlain(): boolean {
    if (this.locatedFor !== this.clock.event) this.locate();
    if (this.text === unread) this.text = this.isAscii || foldsPlainly(this.bytes, this.start, this.end) ? plain : foldsOtherwise;
    return this.text === plain;
  }

  /** Whether there is a value, as far as that is known without it. */
  hasValue(): boolean {
    return this.isText() || this.reader.hasSeveral();
  }

  /**
   * Whether any of several values, whose texts stand encoded, passes the test. What passes does so folded too; what fails says
   * nothing where the text is not plain. Undefined when the values are to be asked for.
   */
  hasSome(test: TextTest): boolean | undefined {
    this.some = false;
    this.test = test;
    return this.reader.visitEach(this.visit) ? this.some : undefined;
  }

  value(): FieldValue {
    if (this.valueFor !== this.clock.event) {
      this.kept = this.reader.read();
      this.valueFor = this.clock.event;
    }
    return this.kept;
  }

  /** The folded text of one value; undefined when there is none or several. */
  folded(): string | undefined {
    if (this.foldedFor !== this.clock.event) {
      const value = this.value();
      const single = value !== null && value !== undefined && typeof value !== 'object';
      this.keptFold = single ? fold(String(value)) : undefined;
      this.foldedFor = this.clock.event;
    }
    return this.keptFold;
  }

  /** The folded texts of several values; undefined when there is one or none. */
  foldedEach(): readonly string[] | undefined {
    const value = this.value();
    if (typeof value !== 'object' || value === null) return undefined;
    if (this.foldedEachFor !== this.clock.event) {
      this.keptFolds = value.map((item) => fold(String(item)));
      this.foldedEachFor = this.clock.event;
    }
    return this.keptFolds;
  }

  private locate(): void {
    this.isAscii = false;
    this.text = this.reader.locate(this) ? unread : notLocated;
    this.locatedFor = this.clock.event;
  }
}

function foldsPlainly(bytes: Uint8Array, start: number, end: number): boolean {
  return isAsciiText(bytes, start, end, undefined) || !becomesAscii(bytes, start, end);
}
