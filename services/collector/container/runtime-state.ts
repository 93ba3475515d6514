/**
 * What container runtimes write down of their containers, read from their own directories: no socket, no client, and it
 * works while the runtime is down. Rootless runtimes keep their state in their users' homes, where the users can write
 * anything: it is not read.
 *
 *   docker      <docker>/containers/<id>/{config.v2,hostconfig}.json
 *   containerd  <tasks>/<namespace>/<id>/{config.json,init.pid}
 *   podman      <storage>/<driver>-containers/{containers.json,<id>/userdata/config.json}, CRI-O the same
 *   crun        <crun>/<id>/{status,config.json}
 *   runc        <runc>/<id>/state.json, which names the bundle with its config.json
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { ContainerMount } from '#schemas/generated/types.gen.ts';
import type { Runtime } from './cgroup-identity.ts';
import { hostMounts, isPrivileged, ociConfig, type OciConfig } from './oci-config.ts';
import { listDirectory, parseTimeNs, readState, writtenNs } from './state-file.ts';

export interface RuntimeRoots {
  readonly docker: string;
  /** Directories of task state of containerd, by its distributions. */
  readonly containerdTasks: readonly string[];
  /** Static and running state of containers/storage, which podman and CRI-O share. */
  readonly storage: string;
  readonly storageRun: string;
  readonly crun: string;
  readonly runc: string;
}

/** `host`: where the host's root is mounted, for a collector that runs in a container. */
export function usualRoots(host = '/'): RuntimeRoots {
  const tasks = 'io.containerd.runtime.v2.task';
  return {
    docker: join(host, 'var/lib/docker'),
    containerdTasks: ['run/containerd', 'run/k3s/containerd', 'var/snap/microk8s/common/run/containerd', 'run/docker/containerd/daemon'].map((root) => join(host, root, tasks)),
    storage: join(host, 'var/lib/containers/storage'),
    storageRun: join(host, 'run/containers/storage'),
    crun: join(host, 'run/crun'),
    runc: join(host, 'run/runc'),
  };
}

export interface RuntimeState {
  readonly runtime: Runtime;
  readonly name: string | null;
  readonly image: string | null;
  readonly privileged: boolean;
  readonly mounts: readonly ContainerMount[];
  /** ns since the epoch. */
  readonly started: bigint | null;
  readonly pod: { readonly name: string | null; readonly namespace: string | null; readonly uid: string | null };
  /** Where it was put, in the form of OCI's cgroupsPath; null when the files don't say. */
  readonly cgroup: string | null;
}

type Reader = (roots: RuntimeRoots, id: string) => RuntimeState | null;

const readers: Readonly<Record<Runtime, readonly Reader[]>> = {
  docker: [readDocker],
  containerd: [readContainerd],
  'cri-o': [readStorage],
  podman: [readStorage],
  buildah: [],
  crun: [readCrun],
  runc: [readRunc],
  lxc: [],
  'systemd-nspawn': [],
};

/** Docker comes before containerd and podman before crun: the one above knows the names. */
const anyReader: readonly Reader[] = [readDocker, readContainerd, readStorage, readCrun, readRunc];

/** Null when no runtime's files have it. The id must be a safe file name. */
export function readRuntimeState(roots: RuntimeRoots, runtime: Runtime | null, id: string): RuntimeState | null {
  for (const read of runtime === null ? anyReader : readers[runtime]) {
    const state = read(roots, id);
    if (state !== null) return state;
  }
  return null;
}

const optionalText = z.string().optional().catch(undefined);

const dockerConfig = z.object({
  Name: z.string().catch(''),
  Config: z.object({ Image: z.string().catch(''), Labels: z.record(z.string(), z.string()).catch({}) }),
  State: z.object({ StartedAt: optionalText }).catch({ StartedAt: undefined }),
  MountPoints: z.record(z.string(), z.object({ Source: z.string().catch(''), Destination: z.string(), RW: z.boolean().catch(true), Name: z.string().catch('') })).catch({}),
});

const dockerHostConfig = z.object({ Privileged: z.boolean() });

function readDocker(roots: RuntimeRoots, id: string): RuntimeState | null {
  const directory = join(roots.docker, 'containers', id);
  const config = readState(join(directory, 'config.v2.json'), dockerConfig);
  const host = config && readState(join(directory, 'hostconfig.json'), dockerHostConfig);
  if (config === null || host === null) return null;
  const labels = config.Config.Labels;
  return {
    runtime: 'docker',
    name: labels['io.kubernetes.container.name'] ?? (config.Name.replace(/^\//, '') || null),
    image: config.Config.Image || null,
    privileged: host.Privileged,
    mounts: Object.values(config.MountPoints).map((mount) => ({ source: mount.Source || mount.Name, destination: mount.Destination, read_only: !mount.RW })),
    started: parseTimeNs(config.State.StartedAt),
    pod: { name: labels['io.kubernetes.pod.name'] ?? null, namespace: labels['io.kubernetes.pod.namespace'] ?? null, uid: labels['io.kubernetes.pod.uid'] ?? null },
    cgroup: findTask(roots, id)?.config.linux.cgroupsPath || null,
  };
}

function readContainerd(roots: RuntimeRoots, id: string): RuntimeState | null {
  const task = findTask(roots, id);
  if (task === null) return null;
  const { annotations } = task.config;
  return {
    ...ofConfig(task.config),
    runtime: 'containerd',
    name: annotations['io.kubernetes.cri.container-name'] ?? annotations['nerdctl/name'] ?? null,
    image: annotations['io.kubernetes.cri.image-name'] ?? null,
    started: writtenNs(join(task.directory, 'init.pid')),
    pod: {
      name: annotations['io.kubernetes.cri.sandbox-name'] ?? null,
      namespace: annotations['io.kubernetes.cri.sandbox-namespace'] ?? null,
      uid: annotations['io.kubernetes.cri.sandbox-uid'] ?? null,
    },
  };
}

/** Namespaces of containerd: k8s.io, moby, default and few others. */
export const containerdNamespacesMax = 16;

function findTask(roots: RuntimeRoots, id: string): { directory: string; config: OciConfig } | null {
  for (const root of roots.containerdTasks) {
    for (const namespace of listDirectory(root, containerdNamespacesMax)) {
      const directory = join(root, namespace, id);
      const config = readState(join(directory, 'config.json'), ociConfig);
      if (config !== null) return { directory, config };
    }
  }
  return null;
}

const storageDrivers = ['overlay', 'vfs', 'btrfs'] as const;

const storedContainers = z.array(z.object({ id: z.string(), names: z.array(z.string()).catch([]), metadata: z.string().catch('{}') }));

const storedMetadata = z.object({ 'image-name': optionalText, name: optionalText });

function readStorage(roots: RuntimeRoots, id: string): RuntimeState | null {
  for (const driver of storageDrivers) {
    const containers = `${driver}-containers`;
    const config = readState(join(roots.storage, containers, id, 'userdata/config.json'), ociConfig);
    if (config === null) continue;
    const { annotations } = config;
    const crio = annotations['io.container.manager'] === 'cri-o';
    const stored = readStored(join(roots.storage, containers, 'containers.json'), id);
    return {
      ...ofConfig(config),
      runtime: crio ? 'cri-o' : 'podman',
      name: annotations['io.kubernetes.container.name'] ?? stored.name,
      image: annotations['io.kubernetes.cri-o.ImageName'] ?? annotations['io.kubernetes.cri-o.Image'] ?? stored.image,
      privileged: isSaidPrivileged(annotations) ?? isPrivileged(config),
      started: writtenNs(join(roots.storageRun, containers, id, 'userdata/pidfile')) ?? parseTimeNs(annotations['io.kubernetes.cri-o.Created']),
      pod: {
        name: annotations['io.kubernetes.pod.name'] ?? null,
        namespace: annotations['io.kubernetes.pod.namespace'] ?? null,
        uid: annotations['io.kubernetes.pod.uid'] ?? null,
      },
    };
  }
  return null;
}

/** The config says neither the name that podman gave nor the image: the list of the storage does. */
function readStored(list: string, id: string): { name: string | null; image: string | null } {
  const stored = readState(list, storedContainers)?.find((container) => container.id === id);
  const metadata = parseMetadata(stored?.metadata);
  return { name: metadata?.name ?? stored?.names[0] ?? null, image: metadata?.['image-name'] || null };
}

function parseMetadata(text: string | undefined): z.infer<typeof storedMetadata> | undefined {
  try {
    return storedMetadata.safeParse(JSON.parse(text ?? '{}')).data;
  } catch {
    return undefined;
  }
}

function isSaidPrivileged(annotations: Readonly<Record<string, string>>): boolean | null {
  const said = annotations['io.podman.annotations.privileged'];
  return said === undefined ? null : said === 'TRUE';
}

const crunStatus = z.object({ 'cgroup-path': z.string().catch(''), created: optionalText });

function readCrun(roots: RuntimeRoots, id: string): RuntimeState | null {
  const directory = join(roots.crun, id);
  const status = readState(join(directory, 'status'), crunStatus);
  const config = status && readState(join(directory, 'config.json'), ociConfig);
  if (status === null || config === null) return null;
  return { ...ofConfig(config), runtime: 'crun', started: parseTimeNs(status.created), cgroup: status['cgroup-path'] || null };
}

const runcState = z.object({
  created: optionalText,
  config: z.object({ labels: z.array(z.string()).catch([]), cgroups: z.object({ path: z.string().catch('') }).catch({ path: '' }) }),
});

function readRunc(roots: RuntimeRoots, id: string): RuntimeState | null {
  const state = readState(join(roots.runc, id, 'state.json'), runcState);
  const bundle = state?.config.labels.find((label) => label.startsWith('bundle='))?.slice('bundle='.length);
  const config = bundle === undefined ? null : readState(join(bundle, 'config.json'), ociConfig);
  if (state === null || config === null) return null;
  // Without a path, runc makes one of the id below its own cgroup.
  return { ...ofConfig(config), runtime: 'runc', started: parseTimeNs(state.created), cgroup: state.config.cgroups.path || config.linux.cgroupsPath || id };
}

/** What every config says, for a container that nobody named. */
function ofConfig(config: OciConfig): Omit<RuntimeState, 'runtime'> {
  return {
    name: null,
    image: null,
    privileged: isPrivileged(config),
    mounts: hostMounts(config),
    started: null,
    pod: { name: null, namespace: null, uid: null },
    cgroup: config.linux.cgroupsPath || null,
  };
}
