/**
 * Options among arguments, as getopt(3) reads them without long ones. `letters` are the options; a colon behind one says that
 * it takes a value, one before all of them that a value which is missing is told as ":" instead of "?".
 */
export function getopt(args: readonly string[], letters: string, wanted: string | undefined): readonly string[] | string | undefined {
  const options = optionsOf(letters);
  const absent = letters.startsWith(':') ? ':' : '?';
  const found: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index]!;
    if (arg.startsWith('--') && arg.length > 2) continue;
    if (arg === '--' || arg === '-' || !arg.startsWith('-')) break;
    for (let at = 1; at < arg.length; at += 1) {
      const letter = arg[at]!;
      const takesValue = options.get(letter);
      const asked = wanted === undefined || wanted === letter;
      if (takesValue === undefined) {
        if (wanted === undefined) found.push('?');
        continue;
      }
      if (!takesValue) {
        if (asked) found.push(letter);
        continue;
      }
      const value = at + 1 < arg.length ? arg.slice(at + 1) : args[(index += 1)];
      if (asked && wanted === undefined && value !== undefined) found.push(letter);
      if (asked) found.push(value ?? absent);
      break;
    }
  }
  return wanted === undefined ? found : found.at(-1);
}

/** By letter, whether it takes a value. */
function optionsOf(letters: string): ReadonlyMap<string, boolean> {
  const list = [...letters.replace(/^:/, '').matchAll(/([^:])(:?)/g)];
  return new Map(list.map(([, letter, colon]) => [letter!, colon === ':']));
}
