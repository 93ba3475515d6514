/**
 * The case-insensitive form of a text: two texts are the same to a rule when their folds are equal. Lower case by
 * Unicode, with one correction: the final form of the Greek sigma depends on its neighbours, so that a part of a text
 * would fold otherwise than the whole.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
