/**
 * Cgroup → container, with what its runtime knows of it. The hot path is one look-up in a map; files are read at first
 * sight of a cgroup and then ever more rarely, synchronously: a few of some kilobytes.
 *
 * What a runtime's files say counts only when they put the container into that very cgroup. Otherwise the id and the
 * runtime are what the cgroup's name claims, and everything else is null.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#runtime/clock/clock.ts';
import type { Container } from '#schemas/generated/types.gen.ts';
import { cgroupIdentity, type CgroupIdentity, type NamedContainer } from './cgroup-identity.ts';
import { CgroupIndex } from './cgroup-index.ts';
import { parseImageReference } from './image-reference.ts';
import { readRuntimeState, type RuntimeRoots, type RuntimeState, usualRoots } from './runtime-state.ts';
import { isStatedCgroup } from './stated-cgroup.ts';
import { isSafeName } from './state-file.ts';

/** Cgroups remembered: some hundred containers and units on a node, and what they nest. Some 500 bytes each. */
export const cgroupsMax = 8192;

/** A runtime writes its state while the container's first process is already in its cgroup: look again soon, then rarely. */
const firstLookMs = 50;

/** A container may be renamed, or started again with other mounts under the same id. */
const lastLookMs = 60_000;

/** The schema's bound: every event of the container carries them. */
const mountsMax = 64;

/** Longer names and paths are cut: image references end at 255 characters, paths at 4095. */
const textCharsMax = 4096;

/** Shared by the cgroups of a container. */
interface Known {
  /** The container's own cgroup, or the only one. */
  readonly cgroup: string;
  container: Container | null;
  dueMs: number;
  waitMs: number;
  /** The runtime's files were gone at the last look. */
  gone: boolean;
}

export class ContainerDirectory {
  /** Cgroups that had to make room. */
  evicted = 0;
  private readonly clock: Pick<Clock, 'monotonicMs'>;
  private readonly roots: RuntimeRoots;
  private readonly index: CgroupIndex;
  private readonly byCgroup = new Map<string, Known>();
  private nowMs: number;
  private indexedMs = -Infinity;

  constructor(clock: Pick<Clock, 'monotonicMs'>, roots: RuntimeRoots = usualRoots()) {
    this.clock = clock;
    this.roots = roots;
    this.index = new CgroupIndex(roots);
    this.nowMs = clock.monotonicMs();
  }

  /** Lets what is due be looked up again when it is next asked for. Once a batch: `of` does not read the clock. */
  tick(): void {
    this.nowMs = this.clock.monotonicMs();
  }

  /**
   * The container or unit that processes of the cgroup belong to; null on the bare host, and for an unknown cgroup. The same
   * object for all cgroups of a container as long as what is known of it stays. Never throws.
   */
  of(cgroup: string | null): Container | null {
    if (cgroup === null) return null;
    const known = this.byCgroup.get(cgroup) ?? this.learn(cgroup);
    if (known.dueMs <= this.nowMs) this.look(known);
    return known.container;
  }

  private learn(cgroup: string): Known {
    this.tick();
    const own = cgroupIdentity(cgroup).container?.path ?? this.placed(cgroup)?.path ?? cgroup;
    const known = this.byCgroup.get(own) ?? { cgroup: own, container: null, dueMs: -Infinity, waitMs: firstLookMs, gone: false };
    this.byCgroup.set(own, known);
    this.byCgroup.set(cgroup, known);
    while (this.byCgroup.size > cgroupsMax) this.makeRoom();
    return known;
  }

  private look(known: Known): void {
    const found = this.find(known.cgroup);
    // The last events of a container come when its files are gone already.
    const gone = hasFacts(known.container) && !hasFacts(found) && !known.gone;
    const changed = !gone && !isDeepStrictEqual(found, known.container);
    if (changed) known.container = found;
    known.gone = gone;
    known.waitMs = gone ? lastLookMs : changed ? firstLookMs : Math.min(known.waitMs * 2, lastLookMs);
    known.dueMs = this.nowMs + known.waitMs;
  }

  private find(cgroup: string): Container | null {
    const identity = cgroupIdentity(cgroup);
    const named = identity.container ?? this.placed(cgroup);
    if (named === null) return identity.unit === null ? null : { ...nothing, unit: identity.unit };
    // A cgroup that was seen before the runtime had written that it is inside a container.
    return named.path === cgroup ? this.describe(named, identity) : this.of(named.path);
  }

  private placed(cgroup: string): NamedContainer | null {
    if (this.indexedMs !== this.nowMs) this.index.refresh();
    this.indexedMs = this.nowMs;
    return this.index.find(cgroup);
  }

  private describe({ id, runtime, path }: NamedContainer, { unit, podUid }: CgroupIdentity): Container {
    const state = isSafeName(id) ? readRuntimeState(this.roots, runtime, id) : null;
    const claimed = { ...nothing, id, runtime, unit, pod_uid: podUid };
    return state !== null && isStatedCgroup(path, state.cgroup) ? { ...claimed, ...factsOf(state, podUid) } : claimed;
  }

  /** The one that was learnt first: it costs one look when it comes again. */
  private makeRoom(): void {
    this.byCgroup.delete(this.byCgroup.keys().next().value!);
    this.evicted++;
  }
}

/** Only a runtime's files say whether a container is privileged. */
function hasFacts(container: Container | null): boolean {
  return container !== null && container.privileged !== null;
}

const nothing: Container = {
  id: '',
  runtime: null,
  name: null,
  image: null,
  image_repository: null,
  image_tag: null,
  privileged: null,
  mounts: [],
  started: null,
  pod_name: null,
  pod_namespace: null,
  pod_uid: null,
  unit: null,
};

function factsOf(state: RuntimeState, podUid: string | null): Partial<Container> {
  const image = cut(state.image);
  const { repository, tag } = image === null ? { repository: null, tag: null } : parseImageReference(image);
  return {
    runtime: state.runtime,
    name: cut(state.name),
    image,
    image_repository: repository,
    image_tag: tag,
    privileged: state.privileged,
    mounts: state.mounts.slice(0, mountsMax).map((mount) => ({ source: cut(mount.source), destination: cut(mount.destination), read_only: mount.read_only })),
    started: state.started,
    pod_name: cut(state.pod.name),
    pod_namespace: cut(state.pod.namespace),
    pod_uid: cut(state.pod.uid) ?? podUid,
  };
}

function cut<T extends string | null>(text: T): T {
  return (text === null ? null : text.slice(0, textCharsMax)) as T;
}
