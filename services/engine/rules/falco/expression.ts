/** Conditions as they are written: what the parser gives, before names are looked up. */
import type { Place } from './source-text.ts';

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'macro'; readonly name: string; readonly at: Place }
  | Check;

export interface Check {
  readonly kind: 'check';
  readonly left: Operand;
  readonly operator: Operator;
  readonly operatorAt: Place;
  /** How many of the values must fit, each by itself. */
  readonly modifier?: Modifier;
  /** Undefined for `exists`. */
  readonly right: Right | undefined;
}

export type Operator = (typeof operators)[number];

/** Longer ones before those that they begin with. */
export const numberOperators = ['<=', '<', '>=', '>'] as const;
export const textOperators = ['==', '=', '!=', 'glob', 'iglob', 'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex'] as const;
export const listOperators = ['intersects', 'in', 'pmatch'] as const;
export const operators = ['exists', ...numberOperators, ...textOperators, ...listOperators] as const;

export type Modifier = (typeof modifiers)[number];
export const modifiers = ['oneof', 'anyof', 'allof'] as const;

export type Operand = FieldOperand | TransformerOperand;

export interface FieldOperand {
  readonly kind: 'field';
  readonly name: string;
  /** In brackets: proc.aname[2]. */
  readonly argument?: string;
  readonly at: Place;
}

export interface TransformerOperand {
  readonly kind: 'transformer';
  readonly name: Transformer;
  /** In brackets behind it: getopt(…)[p]. */
  readonly argument?: string;
  readonly of: readonly TransformerArgument[];
  readonly at: Place;
}

export type Transformer = (typeof transformers)[number];
export const transformers = ['tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'] as const;

export type TransformerArgument = Operand | { readonly kind: 'value'; readonly text: string; readonly at: Place } | TransformerList;

export interface TransformerList {
  readonly kind: 'list';
  readonly of: readonly TransformerArgument[];
  readonly at: Place;
}

export type Right =
  | { readonly kind: 'values'; readonly values: readonly Value[] }
  /** val(field), or a transformed field. */
  | { readonly kind: 'operand'; readonly operand: Operand };

/** A value as it is written; a bare one may be the name of a list. */
export interface Value {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: Place;
}
