/** Words of a command line as a shell would take them apart: enough to find options and their values, not to run it. */
export interface ShellWord {
  /** Without the quotes around it, when they are around all of it. */
  readonly text: string;
  /** Where `text` begins. */
  readonly start: number;
  /** It is the first of a command. */
  readonly first: boolean;
}

const blanks = ' \t\r';
const operators = '\n;|&()';
const separators = new Set(blanks + operators);

/** Linear in the text. An open quote goes to the end. */
export function shellWords(text: string): ShellWord[] {
  const words: ShellWord[] = [];
  let first = true;
  let at = 0;
  while (at < text.length) {
    if (separators.has(text[at]!)) {
      first ||= operators.includes(text[at]!);
      at++;
      continue;
    }
    const end = endOfWord(text, at);
    words.push({ ...wordOf(text, at, end), first });
    first = false;
    at = end;
  }
  return words;
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !separators.has(text[at]!)) {
    const char = text[at]!;
    if (char === '\\') at += 2;
    else if (char === "'" || char === '"') at = endOfQuote(text, at) + 1;
    else at++;
  }
  return Math.min(at, text.length);
}

function endOfQuote(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) at += quote === '"' && text[at] === '\\' ? 2 : 1;
  return at;
}

function wordOf(text: string, start: number, end: number): Pick<ShellWord, 'text' | 'start'> {
  const first = text[start];
  const quoted = (first === "'" || first === '"') && endOfQuote(text, start) === end - 1;
  return quoted ? { text: text.slice(start + 1, end - 1), start: start + 1 } : { text: text.slice(start, end), start };
}
