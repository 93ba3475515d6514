/**
 * Containers whose cgroup's name says nothing: crun, runc and `ctr` put them where they are told, under any name. Their
 * state says where, so it is read the other way round, cgroup → container.
 */
import { join } from 'node:path';
import type { NamedContainer, Runtime } from './cgroup-identity.ts';
import { containerdNamespacesMax, readRuntimeState, type RuntimeRoots } from './runtime-state.ts';
import { isStatedCgroup } from './stated-cgroup.ts';
import { directoryState, isSafeName, listDirectory } from './state-file.ts';

/** Containers read of one directory; Kubernetes allows some 250 pods on a node. */
const containersMax = 1024;

/** Ids that an engine has made: their cgroups have them in their names, and there may be hundreds. */
const generatedId = /^[0-9a-f]{64}$/;

interface Listing {
  readonly state: string | null;
  readonly containers: ReadonlyMap<string, Placed>;
}

interface Placed {
  readonly state: string;
  readonly runtime: Runtime;
  /** Null as long as the runtime has not written it. */
  readonly cgroup: string | null;
}

export class CgroupIndex {
  private readonly roots: RuntimeRoots;
  private readonly listings = new Map<string, Listing>();

  constructor(roots: RuntimeRoots) {
    this.roots = roots;
  }

  /** The outermost container at the path or above it, as of the last refresh. */
  find(path: string): NamedContainer | null {
    const segments = path.split('/').slice(1);
    for (let depth = 1; depth <= segments.length; depth++) {
      const prefix = `/${segments.slice(0, depth).join('/')}`;
      const found = this.at(prefix);
      if (found !== null) return { ...found, path: prefix };
    }
    return null;
  }

  /** Reads what has changed. */
  refresh(): void {
    const directories = this.directories();
    for (const known of this.listings.keys()) {
      if (!directories.has(known)) this.listings.delete(known);
    }
    for (const [directory, runtime] of directories) this.refreshListing(directory, runtime);
  }

  private at(path: string): Omit<NamedContainer, 'path'> | null {
    for (const { containers } of this.listings.values()) {
      for (const [id, { runtime, cgroup }] of containers) {
        if (cgroup !== null && (cgroup.startsWith('/') ? cgroup === path : isStatedCgroup(path, cgroup))) return { id, runtime };
      }
    }
    return null;
  }

  private directories(): Map<string, Runtime> {
    const found = new Map<string, Runtime>([[this.roots.crun, 'crun'], [this.roots.runc, 'runc']]);
    for (const root of this.roots.containerdTasks) {
      for (const namespace of listDirectory(root, containerdNamespacesMax)) found.set(join(root, namespace), 'containerd');
    }
    return found;
  }

  private refreshListing(directory: string, runtime: Runtime): void {
    const before = this.listings.get(directory);
    const state = directoryState(directory);
    const settled = before?.state === state && [...before.containers.values()].every((placed) => placed.cgroup !== null);
    if (settled) return;
    const containers = new Map<string, Placed>();
    for (const id of listDirectory(directory, containersMax)) {
      const own = isSafeName(id) && !generatedId.test(id) ? directoryState(join(directory, id)) : null;
      if (own === null) continue;
      const known = before?.containers.get(id);
      containers.set(id, known?.state === own && known.cgroup !== null ? known : this.place(runtime, id, own));
    }
    this.listings.set(directory, { state, containers });
  }

  private place(runtime: Runtime, id: string, state: string): Placed {
    return { state, runtime, cgroup: readRuntimeState(this.roots, runtime, id)?.cgroup ?? null };
  }
}
