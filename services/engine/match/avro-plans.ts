/**
 * How a field is read from an encoded event: worked out once for each kind of event, from the places that the field has
 * and the slots that a scan fills (schemas/codec/leaf.ts).
 */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { bodyLeaves, commonLeaves } from '#schemas/generated/scan.gen.ts';
import { formOf } from '../derivation-forms.ts';
import { everyPath, textPlaces, type EventFieldRef, type Place } from '../event-fields.ts';
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import { planOfDerived } from './avro-derived.ts';
import { nothing, planOfLeaf, type EncodedEvent, type FieldPlan, type PathLeaf, type TextRange } from './avro-leaf-plans.ts';
import type { VisitText } from './field-source.ts';

/** Of a field in the events of one kind of ours. One object for all names of a field: who asks under any of them shares what is found. */
export function planOf(field: FieldRef, kind: EventKind): FieldPlan {
  const { placeIn } = field as Partial<EventFieldRef>;
  if (placeIn === undefined) return whole(field);
  const place = placeIn(kind);
  if (place === undefined) return nothing;
  const key = keyOf(place, kind);
  return key === undefined ? planInto(place, field, kind) : plans.getOrInsertComputed(key, () => planInto(place, field, kind));
}

/** As many as fields have places: what rules may name of a list's items is bounded. */
const plans = new Map<string, FieldPlan>();

/** Places of one key have the same value; undefined when that is not known. */
function keyOf({ paths, derive }: Place, kind: EventKind): string | undefined {
  const form = derive && formOf(derive);
  return derive === undefined || form !== undefined ? JSON.stringify([kind, paths, form]) : undefined;
}

function planInto(place: Place, field: FieldRef, kind: EventKind): FieldPlan {
  if (place.paths.includes(everyPath)) return new EveryText(textPlaces(kind).map((each) => planAt(each, kind) ?? nothing));
  return planAt(place, kind) ?? whole(field);
}

/** Undefined when it takes the event as a whole. */
function planAt(place: Place, kind: EventKind): FieldPlan | undefined {
  const leaves = place.paths.map((path) => leafAt(path, kind));
  return leaves.includes('whole') ? undefined : planOfPlace(place, leaves as PathLeaf[]);
}

/** To decode an event: estimated, see FieldPlan.readNs. */
const wholeNs = 10_000;

function whole(field: FieldRef): FieldPlan {
  return { readNs: wholeNs, read: (event) => field.read(event.whole()), locate: () => false };
}

/** `whole` for a path that leads to a record and not to a value. */
function leafAt(path: string, kind: EventKind): PathLeaf | 'whole' {
  if (path === 'node' || path === 'hostname') return { batch: path };
  const leaves = path.startsWith('body.') ? bodyLeaves[kind] : commonLeaves;
  const leaf = leaves[path];
  if (leaf !== undefined) return leaf.type === 'records' ? 'whole' : { leaf };
  for (const [list, each] of Object.entries(leaves)) {
    if (each.type !== 'records' || !path.startsWith(`${list}.`)) continue;
    const item = each.item.leaves[path.slice(list.length + 1)];
    return item === undefined ? 'whole' : { leaf: each, item };
  }
  return path === 'body' || Object.keys(leaves).some((known) => known.startsWith(`${path}.`)) ? 'whole' : undefined;
}

function planOfPlace({ derive }: Place, leaves: readonly PathLeaf[]): FieldPlan {
  const plans = leaves.map(planOfLeaf);
  if (derive !== undefined) return planOfDerived(derive, leaves, plans);
  const [first] = plans;
  return plans.length === 1 && first !== undefined ? first : new FirstOf(plans);
}

/** The first that has a value. */
class FirstOf implements FieldPlan {
  readonly readNs: number;
  private readonly plans: readonly FieldPlan[];

  constructor(plans: readonly FieldPlan[]) {
    this.plans = plans;
    this.readNs = readNsOf(plans);
  }

  read(event: EncodedEvent): FieldValue {
    let value: FieldValue;
    for (const plan of this.plans) if (value === null || value === undefined) value = plan.read(event);
    return value;
  }

  locate(event: EncodedEvent, range: TextRange): boolean {
    for (const plan of this.plans) {
      if (plan.locate(event, range)) return true;
      const value = plan.read(event);
      if (value !== null && value !== undefined) return false;
    }
    return false;
  }
}

/** What keywords search: the texts of all these fields, each a value of its own. */
class EveryText implements FieldPlan {
  readonly readNs: number;
  private readonly plans: readonly FieldPlan[];
  private readonly range: TextRange = { bytes: new Uint8Array(0), start: 0, end: 0 };

  constructor(plans: readonly FieldPlan[]) {
    this.plans = plans;
    this.readNs = readNsOf(plans);
  }

  read(event: EncodedEvent): FieldValue {
    return this.plans.flatMap((plan) => plan.read(event) ?? []).filter((value) => typeof value === 'string');
  }

  locate(): boolean {
    return false;
  }

  locateEach(event: EncodedEvent, visit: VisitText): boolean {
    const { range } = this;
    for (const plan of this.plans) {
      if (plan.locate(event, range)) visit(range.bytes, range.start, range.end);
      else if (plan.locateEach?.(event, visit) !== true) visitTexts(plan.read(event), visit);
    }
    return true;
  }
}

function readNsOf(plans: readonly FieldPlan[]): number {
  return plans.reduce((sum, { readNs }) => sum + (readNs ?? 0), 0);
}

function visitTexts(value: FieldValue, visit: VisitText): void {
  if (value === null || value === undefined) return;
  for (const text of typeof value === 'object' ? value : [value]) {
    if (typeof text !== 'string') continue;
    const bytes = Buffer.from(text);
    visit(bytes, 0, bytes.length);
  }
}
