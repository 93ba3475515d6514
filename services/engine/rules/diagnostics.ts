/**
 * Faults of rule files: a closed list of codes, the collector that gathers every fault of a document instead of
 * stopping at the first, and the rendering with a caret. Text from rule files is made inert before it is shown.
 */
export const faultCodes = {
  FILE_UNREADABLE: 'A path does not exist or cannot be read.',
  FILE_TOO_LARGE: 'A rule file exceeds its bound.',
  TOO_MANY_RULES: 'More rules than one load accepts.',
  TESTS_TOO_MANY: 'The conditions of one load have more tests than it accepts.',
  YAML_INVALID: 'The file is not valid YAML.',
  YAML_TOO_DEEP: 'The document nests deeper than a rule may.',
  YAML_TOO_LARGE: 'The document holds more nodes than a rule may, aliases expanded.',
  DOCUMENT_KIND: 'The document is not a rule of a kind that Ringfence loads.',
  KEY_MISSING: 'A required key is missing.',
  VALUE_KIND: 'A value is not of the kind that its place asks for.',
  VALUE_EMPTY: 'A list, map or text is empty where it must not be.',
  ID_DUPLICATE: 'Two rules have the same id.',
  MODIFIER_UNKNOWN: 'A modifier does not exist.',
  MODIFIER_MISUSED: 'A modifier does not go with the others, or stands in the wrong order.',
  PLACEHOLDER_UNRESOLVED: 'A value needs a placeholder that nothing resolves.',
  REGEX_INVALID: 'A regular expression is malformed, or cannot be matched in linear time.',
  CIDR_INVALID: 'A network is malformed.',
  VARIANTS_TOO_MANY: 'A value expands to more variants than a rule may have.',
  CONDITION_SYNTAX: 'The condition does not follow the grammar.',
  CONDITION_AGGREGATION: 'The condition uses the aggregation that Sigma v2 removed.',
  CONDITION_TOO_DEEP: 'The condition nests deeper than a rule may.',
  SELECTION_UNKNOWN: 'The condition names a selection that the rule does not have.',
  CORRELATION_TYPE_UNKNOWN: 'The correlation type does not exist.',
  CORRELATION_TYPE_UNSUPPORTED: 'The correlation type exists in Sigma, and is not supported yet.',
  CORRELATION_CONDITION_UNSUPPORTED: 'The correlation condition exists in Sigma, and is not supported yet.',
  CORRELATION_ALIASES_UNSUPPORTED: 'Correlation aliases are not supported yet.',
  CORRELATION_CHAIN_UNSUPPORTED: 'A correlation over correlations is not supported yet.',
  NUMBER_RANGE: 'A number is outside of its range.',
  TIMESPAN_INVALID: 'A timespan is malformed or outside of its range.',
  TIMESPAN_TOO_LONG: 'Events are not kept long enough to rebuild a window of this timespan.',
  RULE_UNKNOWN: 'A correlation or filter refers to a rule that is not loaded.',
  RULE_REJECTED: 'A correlation or filter refers to a rule that was rejected.',
  LIST_NAME_INVALID: 'The name of a list of values is malformed.',
  LIST_KIND_UNKNOWN: 'A list of values does not say what kind of values it lists.',
  LIST_ENTRY_INVALID: 'An entry of a list is not of the kind that the list is of.',
  LIST_TOO_LARGE: 'A list of values exceeds its bound.',
  TEST_RULE_UNKNOWN: 'A test is about a rule that is not loaded.',
  TEST_FIELD_UNKNOWN: 'An event of a test names a field that events of its kind do not have.',
  TEST_VALUE_IMPOSSIBLE: 'An event of a test has a value that no such event can have.',
  TEST_EVENT_UNJUDGED: 'An event of a test is of no log source that the rule judges.',
  FILTER_TARGET: 'A filter refers to what it cannot filter.',
  FILTER_UNUSED: 'A filter changes nothing of a rule that it is for (a warning).',
  ITEM_UNKNOWN: 'An item of a Falco file is neither a rule, a macro, a list nor a requirement.',
  ITEM_MISSING: 'An item changes one that is not there.',
  KEY_UNKNOWN: 'A key has no meaning here.',
  KEY_DEPRECATED: 'A key still works, and another way is preferred.',
  NAME_INVALID: 'A name has characters that conditions cannot refer to.',
  ENGINE_TOO_OLD: 'The file requires a newer version of the rule language than this one.',
  OVERRIDE_MISUSED: 'An item says wrongly how it changes an earlier one.',
  EXCEPTION_MISUSED: 'The fields, comparisons and values of an exception do not fit.',
  MACRO_UNKNOWN: 'A condition names a macro that is not there, or comes after it.',
  MACRO_LOOP: 'A macro refers to itself, through others or directly.',
  MACRO_REJECTED: 'A condition names a macro that was rejected.',
  MACRO_UNUSED: 'Nothing refers to the macro.',
  LIST_UNUSED: 'Nothing refers to the list.',
  LIST_TOO_LONG: 'A list has more items than it may, or all lists of a load together have, the lists within them written out.',
  CONDITION_TOO_LARGE: 'A condition has more tests than a rule may, macros and lists written out.',
  FIELD_UNKNOWN: 'The rule language has no such field.',
  FIELD_MISUSED: 'A field does not go with its argument or its place.',
  OPERATOR_MISUSED: 'An operator or transformer does not go with the type of the field.',
  OUTPUT_SYNTAX: 'The output does not follow the grammar.',
  EVENT_TYPES_OPEN: 'The rule does not say which events it is about, so that it is judged for all.',
  FIELD_UNSUPPLIED: 'No sensor here supplies a field that the rule cannot do without.',
} as const;

export type FaultCode = keyof typeof faultCodes;

/** A place in a file; both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Position {
  readonly file: string;
  readonly code: FaultCode;
  readonly message: string;
  readonly hint?: string;
}

/** More faults than this in one document help nobody; the rest is counted by `dropped`. */
export const faultsMax = 100;

/** Gathers the faults of one document. */
export class Faults {
  readonly list: Diagnostic[] = [];
  dropped = 0;
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** A place that names its file is in that one: what a rule is made of may stand in several. */
  add(code: FaultCode, at: Position & { readonly file?: string }, message: string, hint?: string): undefined {
    if (this.list.length >= faultsMax) {
      this.dropped += 1;
      return undefined;
    }
    const fault = { file: at.file ?? this.file, line: at.line, column: at.column, code, message: inert(message) };
    this.list.push(hint === undefined ? fault : { ...fault, hint: inert(hint) });
    return undefined;
  }
}

/**
 * One fault as a person reads it:
 *
 *     rules/shell.yml:9:15: MODIFIER_UNKNOWN: there is no modifier "endwith"
 *       9 |         Image|endwith: /bash
 *         |               ^
 *       hint: did you mean "endswith"?
 */
export function renderDiagnostic(fault: Diagnostic, source?: string): string {
  const lines = [`${inert(fault.file)}:${fault.line}:${fault.column}: ${fault.code}: ${fault.message}`];
  const text = source?.split('\n', fault.line)[fault.line - 1]?.replace(/\r$/, '');
  if (text !== undefined) {
    const excerpt = excerptAround(text, fault.column - 1);
    const margin = ' '.repeat(String(fault.line).length);
    lines.push(`  ${fault.line} | ${excerpt.text}`, `  ${margin} | ${' '.repeat(excerpt.caret)}^`);
  }
  if (fault.hint !== undefined) lines.push(`  hint: ${fault.hint}`);
  return lines.join('\n');
}

/** Replaces what a terminal could obey (controls, line separators, direction overrides) by \u escapes. */
export function inert(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Text quoted in a message: inert, and short enough for a line. */
export function quote(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return `"${inert(shown)}"`;
}

const excerptColumnsMax = 120;

/** The part of a long line around the caret; tabs become one blank so that the caret stands right. */
function excerptAround(text: string, index: number): { text: string; caret: number } {
  const start = index < excerptColumnsMax - 20 ? 0 : index - 60;
  const before = inert(text.slice(start, index).replaceAll('\t', ' '));
  const after = inert(text.slice(index, start + excerptColumnsMax).replaceAll('\t', ' '));
  return { text: before + after, caret: before.length };
}
