/**
 * What the path of a cgroup says: which container or systemd unit its processes belong to.
 *
 * The name is a claim: whoever may create cgroups (root, and users below a delegated one) can call one docker-<hex>.scope.
 * So the outermost container counts, since what is below it was named from inside; and what runtimes know of a container
 * is believed only where its own files name that cgroup (see container-directory.ts).
 */

export type Runtime = 'docker' | 'containerd' | 'cri-o' | 'podman' | 'buildah' | 'crun' | 'runc' | 'lxc' | 'systemd-nspawn';

export interface CgroupIdentity {
  readonly container: NamedContainer | null;
  /** The first systemd unit of the path that is no slice, as `systemctl status` shows it; not the container's own scope. */
  readonly unit: string | null;
  /** Uid of the Kubernetes pod, with dashes. */
  readonly podUid: string | null;
}

export interface NamedContainer {
  readonly id: string;
  /** Null where the name does not tell. */
  readonly runtime: Runtime | null;
  /** The container's own cgroup: the path or the beginning of it. */
  readonly path: string;
}

/** A path from the root of the v2 hierarchy, as in /proc/<pid>/cgroup. Pure; never throws. */
export function cgroupIdentity(path: string): CgroupIdentity {
  const segments = path.split('/').filter((segment) => segment !== '');
  let unit: string | null = null;
  let podUid: string | null = null;
  for (const [index, segment] of segments.entries()) {
    podUid ??= podOf(segment);
    const named = containerOf(segment, segments.slice(0, index));
    if (named !== null) return { container: { ...named, path: `/${segments.slice(0, index + 1).join('/')}` }, unit, podUid };
    unit ??= unitOf(segment);
  }
  return { container: null, unit, podUid };
}

type Named = Omit<NamedContainer, 'path'>;

const hexId = '[0-9a-f]{64}';

/** <prefix>-<id> by cgroupfs, <prefix>-<id>.scope by systemd; libpod-payload is podman's --cgroups=split. */
const prefixed = new RegExp(`^(docker|cri-containerd|crio|libpod|libpod-payload|nerdctl)-(${hexId})(?:\\.scope)?$`);

/** The form for systemd, <slice>:<prefix>:<id>, taken literally by a runtime that manages cgroups itself. */
const unsplit = new RegExp(`^[^:]*:(docker|cri-containerd|crio|libpod|nerdctl):(${hexId})$`);

const bareId = new RegExp(`^${hexId}$`);

const runtimeOfPrefix: Readonly<Record<string, Runtime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
  'libpod-payload': 'podman',
};

/** Names that people choose, with the runtime that makes a cgroup of that form. */
const chosenForms: readonly (readonly [RegExp, Runtime])[] = [
  [/^lxc\.payload\.(.+)$/, 'lxc'],
  [/^systemd-nspawn@(.+)\.service$/, 'systemd-nspawn'],
  [/^machine-(?!qemu\\x2d)(.+)\.scope$/, 'systemd-nspawn'],
  [/^buildah-(buildah\d+)\.scope$/, 'buildah'],
  [/^crun-(.+)\.scope$/, 'crun'],
  [/^runc-(.+)\.scope$/, 'runc'],
];

function containerOf(segment: string, above: readonly string[]): Named | null {
  const [, prefix, id] = prefixed.exec(segment) ?? unsplit.exec(segment) ?? [];
  if (prefix !== undefined && id !== undefined) return { id, runtime: runtimeOfPrefix[prefix]! };
  if (bareId.test(segment)) return { id: segment, runtime: runtimeAbove(above) };
  return nestedName(segment, above) ?? chosenName(segment);
}

/** Who keeps bare ids below a directory of its own; Kubernetes with cgroupfs does not say who its runtime is. */
function runtimeAbove(above: readonly string[]): Runtime | null {
  if (above.includes('docker')) return 'docker';
  if (above[0] === 'libpod_parent') return 'podman';
  return above[0] === 'k8s.io' || above[0] === 'default' ? 'containerd' : null;
}

/** /lxc/<name>, /lxc.payload/<name>, /docker/buildkit/<id>. */
function nestedName(segment: string, above: readonly string[]): Named | null {
  const parent = above.at(-1);
  if (above.length === 1 && (parent === 'lxc' || parent === 'lxc.payload')) return { id: segment, runtime: 'lxc' };
  if (parent === 'buildkit' && above.at(-2) === 'docker') return { id: segment, runtime: 'docker' };
  return null;
}

function chosenName(segment: string): Named | null {
  for (const [form, runtime] of chosenForms) {
    const name = form.exec(segment)?.[1];
    if (name !== undefined) return { id: unescapeUnit(name), runtime };
  }
  return null;
}

/** kubelet: pod<uid> with cgroupfs, kubepods-<class>-pod<uid>.slice with systemd, where dashes became underscores. */
const pod = /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice|\.slice:.*)?$/;

function podOf(segment: string): string | null {
  return pod.exec(segment)?.[1]?.replaceAll('_', '-') ?? null;
}

const unit = /^_?([^/:]+\.(?:service|scope|socket|mount|swap))$/;

/** systemd puts '_' before a unit's name that would clash with a file of the kernel's. */
function unitOf(segment: string): string | null {
  return unit.exec(segment)?.[1] ?? null;
}

/** systemd-escape(1): \x2d is a dash. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
