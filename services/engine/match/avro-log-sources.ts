/** Which log sources an encoded event answers: the very lists that event-sources.ts gives for the decoded one. */
import { longAt } from '#schemas/codec/avro-take.ts';
import type { EventBatchScan, Walk } from '#schemas/codec/event-scan.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { bodyLeaves, scannedKinds } from '#schemas/generated/scan.gen.ts';
import { answeredOf, sourcesOf, type BodyTest } from '../event-sources.ts';
import type { LogSource } from '../rules/fields.ts';

/** Of the event that the walk of the batch stands at. */
export function encodedLogSources({ walk }: EventBatchScan): readonly LogSource[] {
  return kinds[walk.slots[0]!]!(walk);
}

type WalkTest = (walk: Walk) => boolean;

const kinds = scannedKinds.map((kind) => {
  const sources = sourcesOf(kind).map(({ when }) => when.map((test) => walkTest(kind, test)));
  const lists: (readonly LogSource[] | undefined)[] = [];
  return (walk: Walk): readonly LogSource[] => {
    let answered = 0;
    for (let index = 0; index < sources.length; index++) if (holdsAll(sources[index]!, walk)) answered |= 1 << index;
    return (lists[answered] ??= answeredOf(kind, answered));
  };
});

function holdsAll(tests: readonly WalkTest[], walk: Walk): boolean {
  for (const test of tests) if (!test(walk)) return false;
  return true;
}

function walkTest(kind: EventKind, { field, values }: BodyTest): WalkTest {
  const leaf = bodyLeaves[kind][`body.${field}`];
  if (leaf?.type === 'boolean') return ({ bytes, slots }) => values.includes(bytes[slots[leaf.slot]!] !== 0);
  if (leaf?.type !== 'enum') throw new Error(`${kind}: no log source can depend on ${field}`);
  const accepted = leaf.symbols.map((symbol) => values.includes(symbol));
  return ({ bytes, slots }) => {
    const at = slots[leaf.slot]!;
    return at >= 0 && accepted[longAt(bytes, at)]!;
  };
}
