/** The texts of rule files once more, to show the lines that faults point at. */
import { readFileSync } from 'node:fs';

/** Reads each file once; undefined for what is gone or cannot be read. */
export function sourceTexts(): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (file) => texts.getOrInsertComputed(file, read);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
