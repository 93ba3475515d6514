/** Falco's fields of containers and pods. */
import type { PathValue, Place } from '../event-fields.ts';
import { globMatch } from '../rules/falco/patterns.ts';
import { RegexCompiler } from '../rules/regex.ts';
import { matchesWildcard } from '../match/wildcard.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { FalcoField } from './index.ts';
import { listOf, textOf } from './values.ts';

const at = (...paths: string[]): FalcoField => ({ all: { paths } });
const from = (paths: readonly string[], derive: NonNullable<Place['derive']>): FalcoField => ({ all: { paths, derive } });

/** A unit of systemd is no container: its id is empty. */
const idOf = (id: PathValue): string | undefined => textOf(id) || undefined;

export const containerFields: Readonly<Record<string, FalcoField>> = {
  'container.id': from(['container.id'], ([id]) => idOf(id)?.slice(0, 12) ?? 'host'),
  'container.full_id': from(['container.id'], ([id]) => idOf(id)),
  'container.name': from(['container.id', 'container.name'], ([id, name]) => (idOf(id) === undefined ? 'host' : textOf(name))),
  'container.type': from(['container.id', 'container.runtime'], ([id, runtime]) => (idOf(id) === undefined ? 'host' : textOf(runtime))),
  'container.image': at('container.image'),
  'container.image.repository': at('container.image_repository'),
  'container.image.tag': at('container.image_tag'),
  'container.privileged': at('container.privileged'),
  'container.mounts': from(['container.mounts.source', 'container.mounts.destination', 'container.mounts.read_only'], ([sources, destinations, readOnly]) => {
    const mounts = listOf(sources).map((source, index) => `${source}:${listOf(destinations)[index]}:${listOf(readOnly)[index] === true ? 'ro' : 'rw'}`);
    return mounts.length === 0 ? undefined : mounts.join(' ');
  }),
  'container.start_ts': at('container.started'),
  'k8s.ns.name': at('container.pod_namespace'),
  'k8s.pod.name': at('container.pod_name'),
  'k8s.pod.uid': at('container.pod_uid'),
  'k8s.pod.id': at('container.pod_uid'),
};

const wanted: Readonly<Record<string, 'source' | 'destination' | 'mode'>> = {
  'container.mount.source': 'source',
  'container.mount.dest': 'destination',
  'container.mount.mode': 'mode',
};

const mountPaths = ['container.mounts.source', 'container.mounts.destination', 'container.mounts.read_only', 'container.id'];
const derivations = new Map<string, NonNullable<Place['derive']>>();

/** A mount by its number, or by a glob of its source; for its source, of its destination. */
export function containerPlace(name: string, argument: string): Place | undefined {
  const part = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
  if (part === undefined) return undefined;
  return { paths: mountPaths, derive: derivations.getOrInsertComputed(`${part} ${argument}`, () => mountPart(part, argument)) };
}

function mountPart(part: 'source' | 'destination' | 'mode', argument: string): NonNullable<Place['derive']> {
  const key = part === 'source' ? 1 : 0;
  const fits = globTest(argument);
  return (values): FieldValue => {
    const [sources, destinations, readOnly] = values.map(listOf);
    const index = /^\d+$/.test(argument) ? Number(argument) : listOf(values[key]).findIndex((path) => typeof path === 'string' && fits(path));
    // The stock rules ask for N/A where a container has no such mount.
    if (index < 0 || index >= sources!.length) return idOf(values[3]) === undefined ? undefined : 'N/A';
    if (part === 'mode') return readOnly![index] === true ? 'ro' : 'rw';
    return (part === 'source' ? sources : destinations)![index];
  };
}

function globTest(glob: string): (text: string) => boolean {
  const match = globMatch(glob, true, new RegexCompiler());
  if (!('kind' in match)) return () => false;
  if (match.kind === 'wildcard') return (text) => matchesWildcard(match.pattern, text);
  return match.kind === 'exact' ? (text) => text === match.text : match.kind === 'regex' ? (text) => match.regex.test(text) : () => false;
}
