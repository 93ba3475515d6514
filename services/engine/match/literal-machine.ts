/**
 * Finds which of many literals a text begins or ends with. Two forms of one table: literals that a text begins with or is
 * (a trie walked from the start), and that it ends with (a trie walked from the end). What it contains is for short-machine.ts
 * and gram-machine.ts to find.
 *
 * Literals are UTF-8 of texts in the index's form (see fold.ts). Texts come raw, as long as they are ASCII: the table of
 * byte classes folds them on the way. A raw text with other bytes is refused, and has to come again in the index's form.
 */

/** Takes the owners of the literals that are found; the same ones may come several times. */
export interface Finds {
  add(owners: Int32Array): void;
}

export interface LiteralMachine {
  /** Of bytes[start, end). False when `raw` and it has a byte that is not ASCII: what was added until then may lack some. */
  scan(bytes: Uint8Array, start: number, end: number, raw: boolean, finds: Finds): boolean;
  readonly tableBytes: number;
}

/** A literal and who asks for it: a string of a character for each byte, as Buffer's latin1. */
export type OwnedLiterals = ReadonlyMap<string, readonly number[]>;

/** What a text begins with; with `endOfText` appended, what it is. */
export function beginningMachine(literals: OwnedLiterals): LiteralMachine {
  return machine(buildTable(literals), beginnings);
}

/** What a text ends with. */
export function endingMachine(literals: OwnedLiterals): LiteralMachine {
  return machine(buildTable(new Map([...literals].map(([literal, owners]) => [reversed(literal), owners]))), endings);
}

function machine(table: Table, scanWith: (table: Table) => LiteralMachine['scan']): LiteralMachine {
  return { scan: scanWith(table), tableBytes: table.cells.byteLength };
}

/** Follows the last byte of a text; no byte is it. */
export const endOfText = '\u0100';
const endOfTextCode = 256;

function reversed(literal: string): string {
  return [...literal].reverse().join('');
}

/**
 * A row for each state, a column for each class of bytes. A cell is the next state's row; its complement (~) when the
 * next state has finds; `notAscii` in the column of that class. In tries 0, the root's row, says that nothing follows.
 */
interface Table {
  readonly cells: Int32Array;
  readonly width: number;
  /** Column by byte, and of the end of the text. */
  readonly rawClasses: Uint16Array;
  readonly foldedClasses: Uint16Array;
  /** By number of state. */
  readonly finds: (Int32Array | undefined)[];
}

/** The complement of the root's row, which a cell never leads to but in tries, where it is no state with finds. */
const notAscii = ~0;

function beginnings({ cells, width, rawClasses, foldedClasses, finds: found }: Table): LiteralMachine['scan'] {
  return (bytes, start, end, raw, finds) => {
    const classes = raw ? rawClasses : foldedClasses;
    let row = 0;
    for (let index = start; index <= end; index += 1) {
      row = cells[row + classes[index < end ? bytes[index]! : endOfTextCode]!]!;
      if (row === 0) return true;
      if (row > 0) continue;
      if (row === notAscii) return false;
      row = ~row;
      finds.add(found[row / width]!);
    }
    return true;
  };
}

function endings({ cells, width, rawClasses, foldedClasses, finds: found }: Table): LiteralMachine['scan'] {
  return (bytes, start, end, raw, finds) => {
    const classes = raw ? rawClasses : foldedClasses;
    let row = 0;
    for (let index = end - 1; index >= start; index -= 1) {
      row = cells[row + classes[bytes[index]!]!]!;
      if (row === 0) return true;
      if (row > 0) continue;
      if (row === notAscii) return false;
      row = ~row;
      finds.add(found[row / width]!);
    }
    return true;
  };
}

function buildTable(literals: OwnedLiterals): Table {
  const sorted = [...literals.keys()].sort();
  const { rawClasses, foldedClasses, width } = classesOf(sorted);
  const states = countStates(sorted);
  const cells = new Int32Array(states * width);
  const finds: (Int32Array | undefined)[] = new Array<Int32Array | undefined>(states).fill(undefined);
  const rows = fillRows(sorted, cells, width, foldedClasses);
  sorted.forEach((literal, index) => (finds[rows[index]! / width] = Int32Array.from(literals.get(literal)!)));
  markCells(cells, width, finds);
  return { cells, width, rawClasses, foldedClasses, finds };
}

/** Column 0 is of bytes that no literal has, the last one of bytes beyond ASCII in raw texts. */
function classesOf(literals: readonly string[]): Pick<Table, 'rawClasses' | 'foldedClasses' | 'width'> {
  const used = new Set<number>();
  for (const literal of literals) for (let index = 0; index < literal.length; index += 1) used.add(literal.charCodeAt(index));
  const width = used.size + 2;
  const foldedClasses = new Uint16Array(257);
  let column = 1;
  for (const code of [...used].sort((a, b) => a - b)) foldedClasses[code] = column++;
  const rawClasses = foldedClasses.slice().fill(width - 1, 0x80, 0x100);
  for (let upper = 0x41; upper <= 0x5a; upper += 1) rawClasses[upper] = rawClasses[upper + 0x20]!;
  return { rawClasses, foldedClasses, width };
}

/** The root, and a state for each character by which a literal goes on from what it shares with the one before. */
function countStates(sorted: readonly string[]): number {
  let states = 1;
  let before = '';
  for (const literal of sorted) {
    let shared = 0;
    while (shared < before.length && before.charCodeAt(shared) === literal.charCodeAt(shared)) shared += 1;
    states += literal.length - shared;
    before = literal;
  }
  return states;
}

/**
 * The trie, level by level, so that the states that are visited most stand together.
 * Returns the row in which each literal ends.
 */
function fillRows(literals: readonly string[], cells: Int32Array, width: number, classes: Table['foldedClasses']): Int32Array {
  const rows = new Int32Array(literals.length);
  let growing = literals.map((_, index) => index).filter((index) => literals[index]!.length > 0);
  let next = width;
  for (let depth = 0; growing.length > 0; depth += 1) {
    for (const index of growing) {
      const cell = rows[index]! + classes[literals[index]!.charCodeAt(depth)]!;
      if (cells[cell] === 0) {
        cells[cell] = next;
        next += width;
      }
      rows[index] = cells[cell]!;
    }
    growing = growing.filter((index) => literals[index]!.length > depth + 1);
  }
  return rows;
}

function markCells(cells: Int32Array, width: number, finds: Table['finds']): void {
  for (let cell = 0; cell < cells.length; cell += 1) {
    const row = cells[cell]!;
    if (row > 0 && finds[row / width] !== undefined) cells[cell] = ~row;
  }
  for (let cell = width - 1; cell < cells.length; cell += width) cells[cell] = notAscii;
}
