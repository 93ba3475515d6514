/**
 * Regular expressions over texts of ASCII as automata whose steps are worked out when a text takes them first, and then
 * are one look-up a byte. The programs are RE2's own (of re2js); what they say of a text is what it says. A text with
 * other bytes, or an expression whose automaton gets too large, is left to it.
 *
 * A state is what has been read so far as far as it matters: where in the program a match may go on (before what matches
 * nothing is followed, as that depends on the next byte too), and of what kind the last byte was.
 */
import { RE2JS } from 're2js';
import type { LinearRegex } from '../rules/regex.ts';
import type { TableBudget } from './table-budget.ts';

export interface AsciiDfa {
  /** Whether the expression matches somewhere in bytes[start, end). Undefined when that is not known. */
  test(bytes: Uint8Array, start: number, end: number): boolean | undefined;
}

/** To work out one step may take as many of the program. */
const instructionsMax = 1_000;

/** Undefined when the expression is none for this, or there is no memory for it. */
export function asciiDfa(regex: Pick<LinearRegex, 'source' | 'flags'>, budget: TableBudget): AsciiDfa | undefined {
  try {
    const { inst, start } = programOf(regex);
    if (inst.length > instructionsMax || !inst.every(({ op }) => op in known)) return undefined;
    const dfa = new LazyDfa(inst, start, budget);
    return dfa.holdsMemory() ? dfa : undefined;
  } catch {
    // What is read here is re2js's own, and may become another; RE2 alone judges as well.
    return undefined;
  }
}

function programOf({ source, flags }: Pick<LinearRegex, 'source' | 'flags'>): Program {
  const bits = (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (flags.multiline ? RE2JS.MULTILINE : 0) | (flags.dotAll ? RE2JS.DOTALL : 0);
  return RE2JS.compile(source, bits).re2().prog as Program;
}

/** As re2js has it. */
interface Program {
  readonly inst: readonly Instruction[];
  readonly start: number;
}

interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
  matchRune(rune: number): boolean;
}

/** Instructions by their numbers in RE2; lookbehinds, which re2js adds, are not among them. */
const alternative = 1;
const alternativeMatch = 2;
const capture = 3;
const emptyWidth = 4;
const fail = 5;
const match = 6;
const nothing = 7;
const rune = 8;
const oneRune = 9;
const anyRune = 10;
const anyButLineFeed = 11;
const known: Readonly<Record<number, true>> = { 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true, 11: true };

/** What holds between two characters, as bits of RE2. */
const beginOfLine = 1;
const endOfLine = 2;
const beginOfText = 4;
const endOfText = 8;
const wordBoundary = 16;
const noWordBoundary = 32;

const codes = 0x80;
const lineFeed = 0x0a;

/** Column of what is no byte: the end of the text. */
const endColumn = 0;
/** Column of bytes beyond ASCII. */
const foreignColumn = 1;

/** In place of the row of the next state. */
const unknown = 0;
const matched = -1;
/** No more of the text can make it match. */
const dead = -2;
const foreign = -3;

/**
 * What states may weigh, in instructions: some hundred KiB. Known expressions need some ten states. With more the table is
 * begun anew, once in a text; then the text is left to RE2, which knows how to go on.
 */
const weightMax = 10_000;
const weightOfState = 10;
/** After so many such texts all are left to it: whoever sends them could make each step one that has to be worked out. */
const leftTextsMax = 16;

/** About, of the numbers, the key and the objects of a state, and of an instruction without its ranges of characters. */
const bytesOfWeight = 20;
const bytesOfInstruction = 200;

interface State {
  /** Instructions at which a match may go on, in ascending order. */
  readonly at: readonly number[];
  /** A byte of the kind of the last one; -1 at the beginning. */
  readonly last: number;
}

const atStart: State = { at: [], last: -1 };

class LazyDfa implements AsciiDfa {
  private readonly instructions: readonly Instruction[];
  private readonly budget: TableBudget;
  /** Taken from the budget. */
  private heldBytes = 0;
  private readonly programBytes: number;
  private readonly first: number;
  private readonly kindOf: KindOf;
  private readonly columns: Uint8Array;
  /** A byte of each column from 2 on. */
  private readonly examples: readonly number[];
  private readonly width: number;
  private cells: Int32Array;
  /** By row; no state has row 0. */
  private readonly states: (State | undefined)[] = [undefined];
  private readonly rows = new Map<string, number>();
  private weight = 0;
  private leftTexts = 0;
  /** Of the state before a text. */
  private startRow = 0;
  /** Of the state in which nothing of a match has been read: below all others. 0 when there are several of them. */
  private restRow = 0;
  /** 1 for bytes that are known to leave that state as it is. */
  private readonly resting = new Uint8Array(256);

  constructor(instructions: readonly Instruction[], first: number, budget: TableBudget) {
    this.instructions = instructions;
    this.budget = budget;
    this.programBytes = instructions.reduce((sum, { runes }) => sum + bytesOfInstruction + runes.length * Int32Array.BYTES_PER_ELEMENT, 0);
    this.first = first;
    this.kindOf = kindsIn(instructions);
    const { columns, examples } = columnsOf(instructions, this.kindOf);
    this.columns = columns;
    this.examples = examples;
    this.width = examples.length + 2;
    this.cells = new Int32Array(this.width * 8);
    this.begin();
  }

  test(bytes: Uint8Array, start: number, end: number): boolean | undefined {
    if (this.leftTexts > leftTextsMax) return undefined;
    const { columns, resting, restRow } = this;
    let begunAnew = false;
    let row = this.startRow;
    let index = start;
    for (;;) {
      if (row === restRow) while (index < end && resting[bytes[index]!] === 1) index += 1;
      // No calls in here: the loop is faster without them.
      const { cells } = this;
      let next = row;
      for (; index < end; index += 1) {
        next = cells[row + columns[bytes[index]!]!]!;
        if (next <= restRow) break;
        row = next;
      }
      if (index === end) return (cells[row + endColumn]! || this.step(row, endColumn)) === matched;
      if (next < 0) return next === foreign ? undefined : next === matched;
      if (next > 0) {
        row = next;
        index += 1;
        continue;
      }
      if (this.weight > weightMax && !begunAnew) {
        begunAnew = true;
        row = this.beginAnew(row);
      }
      if (this.weight > weightMax || !this.workOut(row, columns[bytes[index]!]!)) return this.leave();
    }
  }

  /** Takes from the budget what is in use; false when there is not as much. To be asked once, before texts. */
  holdsMemory(): boolean {
    this.heldBytes = this.bytesInUse();
    return this.budget.take(this.heldBytes);
  }

  /** False when there is no memory for the state that the step may lead to. */
  private workOut(row: number, column: number): boolean {
    const grows = (this.states.length + 1) * this.width > this.cells.length;
    const bytesMax = (grows ? this.cells.byteLength : 0) + bytesOfWeight * (weightOfState + this.instructions.length);
    if (!this.budget.take(bytesMax)) return false;
    this.heldBytes += bytesMax;
    this.step(row, column);
    this.giveBackRest();
    return true;
  }

  private leave(): undefined {
    this.leftTexts += 1;
    if (this.leftTexts <= leftTextsMax) return;
    this.cells = new Int32Array(0);
    this.forgetStates();
    this.giveBackRest();
  }

  private giveBackRest(): void {
    const bytes = this.bytesInUse();
    this.budget.giveBack(this.heldBytes - bytes);
    this.heldBytes = bytes;
  }

  private bytesInUse(): number {
    return this.programBytes + this.cells.byteLength + bytesOfWeight * this.weight;
  }

  private begin(): void {
    if (this.kindOf === oneKind) this.restRow = this.rowOf({ at: [], last: oneKind(0) });
    this.startRow = this.rowOf(atStart);
  }

  /** Keeps only the state at hand, of which it returns the new row. */
  private beginAnew(row: number): number {
    const state = this.states[row / this.width]!;
    this.forgetStates();
    this.cells.fill(unknown);
    this.begin();
    return this.rowOf(state);
  }

  private forgetStates(): void {
    this.states.length = 1;
    this.weight = 0;
    this.rows.clear();
  }

  private rowOf(state: State): number {
    const key = `${state.last} ${state.at.join()}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = this.states.length * this.width;
      this.rows.set(key, row);
      this.states.push(state);
      this.weight += weightOfState + state.at.length;
      if (row + this.width > this.cells.length) {
        const grown = new Int32Array(this.cells.length * 2);
        grown.set(this.cells);
        this.cells = grown;
      }
      this.cells[row + foreignColumn] = foreign;
    }
    return row;
  }

  private step(row: number, column: number): number {
    const { at, last } = this.states[row / this.width]!;
    const byte = column === endColumn ? -1 : this.examples[column - 2]!;
    const next = this.stepFrom(at, last, byte);
    const to = typeof next === 'number' ? next : this.rowOf(next);
    this.cells[row + column] = to;
    if (row === this.restRow && to === row) this.columns.forEach((each, code) => (this.resting[code]! |= each === column ? 1 : 0));
    return to;
  }

  private stepFrom(at: readonly number[], last: number, byte: number): State | typeof matched | typeof dead {
    const conditions = between(last, byte);
    const reached = new Set<number>();
    // A match may begin anywhere.
    const open = [...at, this.first];
    const after = new Set<number>();
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      if (reached.has(number)) continue;
      reached.add(number);
      const { op, out, arg } = this.instructions[number]!;
      if (op === match) return matched;
      if (op === alternative || op === alternativeMatch) open.push(out, arg);
      else if (op === nothing || op === capture || (op === emptyWidth && (arg & ~conditions) === 0)) open.push(out);
      else if (byte >= 0 && takes(this.instructions[number]!, byte)) after.add(out);
    }
    if (byte < 0 || (after.size === 0 && this.beginsOnlyAtStart())) return dead;
    return { at: [...after].sort((one, other) => one - other), last: this.kindOf(byte) };
  }

  /** Whether a match begins where the text does, as RE2 sees from the first instructions. */
  private beginsOnlyAtStart(): boolean {
    let number = this.first;
    for (;;) {
      const { op, out, arg } = this.instructions[number]!;
      if (op === emptyWidth && (arg & beginOfText) !== 0) return true;
      if (op !== emptyWidth && op !== capture && op !== nothing) return false;
      number = out;
    }
  }
}

function takes(instruction: Instruction, byte: number): boolean {
  switch (instruction.op) {
    case rune:
      return instruction.matchRune(byte);
    case oneRune:
      return instruction.runes[0] === byte;
    case anyRune:
      return true;
    case anyButLineFeed:
      return byte !== lineFeed;
    case fail:
    default:
      return false;
  }
}

/** Of bytes that no instruction tells apart one stands for all. */
function columnsOf(instructions: readonly Instruction[], kindOf: KindOf): { readonly columns: Uint8Array; readonly examples: readonly number[] } {
  const columns = new Uint8Array(256).fill(foreignColumn);
  const examples: number[] = [];
  const columnOf = new Map<string, number>();
  const taking = instructions.filter(({ op }) => op >= rune);
  for (let byte = 0; byte < codes; byte += 1) {
    const key = `${kindOf(byte)} ${taking.map((instruction) => (takes(instruction, byte) ? 1 : 0)).join('')}`;
    columns[byte] = columnOf.getOrInsertComputed(key, () => examples.push(byte) + 1);
  }
  return { columns, examples };
}

/** A byte that is to what stands between characters as this one is. */
type KindOf = (byte: number) => number;

const oneKind: KindOf = () => 0x20;

const threeKinds: KindOf = (byte) => {
  if (byte === lineFeed) return lineFeed;
  return isWord(byte) ? 0x61 : 0x20;
};

/** Where only the beginning and the end of the text matter, all bytes are of one. */
function kindsIn(instructions: readonly Instruction[]): KindOf {
  const ofText = beginOfText | endOfText;
  return instructions.every(({ op, arg }) => op !== emptyWidth || (arg & ~ofText) === 0) ? oneKind : threeKinds;
}

function isWord(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
}

/** -1 stands for the end on either side. */
function between(last: number, next: number): number {
  return (
    (last < 0 ? beginOfText | beginOfLine : last === lineFeed ? beginOfLine : 0) |
    (next < 0 ? endOfText | endOfLine : next === lineFeed ? endOfLine : 0) |
    (isWord(last) === isWord(next) ? noWordBoundary : wordBoundary)
  );
}
