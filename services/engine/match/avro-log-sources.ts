/** Which log sources an encoded event answers: the very lists that event-sources.ts gives for the decoded one. */
import { longAt } from '#schemas/codec/avro-take.ts';
import type { EventBatchScan, Walk } from '#schemas/codec/event-scan.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { bodyLeaves, scannedKinds } from '#schemas/generated/scan.gen.ts';
import { answeredOf, sourcesOf, type BodyTest } from '../event-sources.ts';
import type { LogSource } from '../rules/fields.ts';

/** Of the event that the walk of the batch stands at. */
export function encodedLogSources({ walk }: EventBatchScan): readonly LogSource[] {
  return kinds[walk.slots[0]!]!.answeredBy(walk);
}

/** A field of the body that log sources depend on: which of them each of its values leaves, as bits. */
interface Choice {
  readonly slot: number;
  readonly isBoolean: boolean;
  /** By the number of the symbol; of a boolean false and true. */
  readonly left: readonly number[];
  readonly leftByNull: number;
}

class KindSources {
  private readonly kind: EventKind;
  private readonly all: number;
  private readonly choices: readonly Choice[];
  private readonly lists: (readonly LogSource[] | undefined)[] = [];

  constructor(kind: EventKind) {
    this.kind = kind;
    this.all = (1 << sourcesOf(kind).length) - 1;
    const fields = new Set(sourcesOf(kind).flatMap(({ when }) => when.map(({ field }) => field)));
    this.choices = [...fields].map((field) => choiceOf(kind, field));
  }

  answeredBy(walk: Walk): readonly LogSource[] {
    let answered = this.all;
    for (let index = 0; index < this.choices.length; index++) answered &= leftBy(this.choices[index]!, walk);
    return (this.lists[answered] ??= answeredOf(this.kind, answered));
  }
}

const kinds = scannedKinds.map((kind) => new KindSources(kind));

function leftBy({ slot, isBoolean, left, leftByNull }: Choice, { bytes, slots }: Walk): number {
  const at = slots[slot]!;
  if (at < 0) return leftByNull;
  if (isBoolean) return left[bytes[at] === 0 ? 0 : 1]!;
  return left[longAt(bytes, at)]!;
}

function choiceOf(kind: EventKind, field: string): Choice {
  const leaf = bodyLeaves[kind][`body.${field}`];
  const values = leaf?.type === 'boolean' ? [false, true] : leaf?.type === 'enum' ? leaf.symbols : undefined;
  if (leaf === undefined || values === undefined) throw new Error(`${kind}: no log source can depend on ${field}`);
  const leftIf = (holds: (test: BodyTest) => boolean): number => {
    return sourcesOf(kind).reduce((left, { when }, index) => (when.every((test) => test.field !== field || holds(test)) ? left | (1 << index) : left), 0);
  };
  const left = values.map((value) => leftIf((test) => test.values.includes(value)));
  return { slot: leaf.slot, isBoolean: leaf.type === 'boolean', left, leftByNull: leftIf(() => false) };
}
