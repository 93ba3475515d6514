/**
 * The case-insensitive form of a text: two texts are the same to a rule when their folds are equal. Lower case by
 * Unicode, with one correction: the final form of the Greek sigma depends on its neighbours, so that a part of a text
 * would fold otherwise than the whole.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/**
 * The form in which the index looks for literals of rules in texts. Coarser than `fold`: the long s stands with the s, as
 * it does in case-insensitive regular expressions (the Kelvin sign, the only other letter that they put with one of
 * ASCII, is a k by `fold` already). What is equal or contained by the rules' meaning is so in this form; not conversely.
 */
export function foldForIndex(text: string): string {
  const folded = fold(text);
  return folded.includes('ſ') ? folded.replaceAll('ſ', 's') : folded;
}
