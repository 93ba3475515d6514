import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import { cgroupsMax, ContainerDirectory } from './container-directory.ts';
import { usualRoots } from './runtime-state.ts';

const id = '3f1d9f6b2c7a4e5d8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7';
const uid = '0d1c2b3a-4f5e-6d7c-8b9a-0a1b2c3d4e5f';

let host: string;
let clock: VirtualClock;
let directory: ContainerDirectory;

beforeEach(() => {
  host = mkdtempSync(join(tmpdir(), 'ringfence-host-'));
  clock = new VirtualClock();
  directory = new ContainerDirectory(clock, usualRoots(host));
});
afterEach(() => rmSync(host, { recursive: true }));

function write(path: string, content: unknown): void {
  const full = join(host, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
}

/** What was written just now is not there for the directory until it looks again. */
async function later(ms: number): Promise<void> {
  await clock.advance(ms);
  directory.tick();
}

const bind = { destination: '/data', type: 'bind', source: '/srv/data', options: ['rbind', 'ro'] };
const proc = { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] };
const allCapabilities = ['CAP_CHOWN', 'CAP_SYS_ADMIN', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_SYS_PTRACE', 'CAP_SYS_BOOT', 'CAP_MAC_ADMIN'];

function ociConfig(cgroupsPath: string, annotations: Record<string, string> = {}, privileged = false) {
  return {
    ociVersion: '1.0.2',
    process: { args: ['sleep'], capabilities: { bounding: privileged ? allCapabilities : ['CAP_CHOWN', 'CAP_SYS_ADMIN'] } },
    root: { path: 'rootfs' },
    mounts: [proc, bind],
    annotations,
    linux: { cgroupsPath, resources: { devices: [{ allow: privileged, access: 'rwm' }] } },
  };
}

function writeDocker(privileged = false, labels: Record<string, string> = {}): void {
  write(`var/lib/docker/containers/${id}/config.v2.json`, {
    ID: id,
    Name: '/web',
    Image: 'sha256:ab',
    Config: { Image: 'registry.example:5000/acme/web:1.2', Labels: labels },
    State: { Running: true, StartedAt: '2024-05-01T10:00:00.123456789Z' },
    MountPoints: { '/data': { Source: '/srv/data', Destination: '/data', RW: false, Name: '', Type: 'bind' }, '/v': { Source: '', Destination: '/v', RW: true, Name: 'volume' } },
  });
  write(`var/lib/docker/containers/${id}/hostconfig.json`, { Privileged: privileged, Binds: null });
}

const inDocker = `/system.slice/docker-${id}.scope`;

describe('the facts of a container', () => {
  test('of docker', () => {
    writeDocker(true);
    expect(directory.of(inDocker)).toEqual({
      id,
      runtime: 'docker',
      name: 'web',
      image: 'registry.example:5000/acme/web:1.2',
      image_repository: 'registry.example:5000/acme/web',
      image_tag: '1.2',
      privileged: true,
      mounts: [{ source: '/srv/data', destination: '/data', read_only: true }, { source: 'volume', destination: '/v', read_only: false }],
      started: 1_714_557_600_123_456_789n,
      pod_name: null,
      pod_namespace: null,
      pod_uid: null,
      unit: null,
    });
  });

  test('of docker under Kubernetes, whose cgroup names no runtime', () => {
    writeDocker(false, { 'io.kubernetes.container.name': 'app', 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.namespace': 'shop', 'io.kubernetes.pod.uid': uid });
    expect(directory.of(`/kubepods/burstable/pod${uid}/${id}`)).toMatchObject({ runtime: 'docker', name: 'app', pod_name: 'web-0', pod_namespace: 'shop', pod_uid: uid });
  });

  test.each(['run/containerd', 'run/k3s/containerd'])('of containerd under Kubernetes, with its state in %s', (root) => {
    const task = `${root}/io.containerd.runtime.v2.task/k8s.io/${id}`;
    write(`${task}/config.json`, ociConfig(`kubepods-besteffort-pod${uid.replaceAll('-', '_')}.slice:cri-containerd:${id}`, {
      'io.kubernetes.cri.container-name': 'app',
      'io.kubernetes.cri.image-name': 'docker.io/library/nginx:1.25',
      'io.kubernetes.cri.sandbox-name': 'web-0',
      'io.kubernetes.cri.sandbox-namespace': 'shop',
      'io.kubernetes.cri.sandbox-uid': uid,
    }));
    write(`${task}/init.pid`, '77');
    utimesSync(join(host, task, 'init.pid'), 1_700_000_000, 1_700_000_000);
    expect(directory.of(`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${uid.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope`)).toEqual({
      id,
      runtime: 'containerd',
      name: 'app',
      image: 'docker.io/library/nginx:1.25',
      image_repository: 'docker.io/library/nginx',
      image_tag: '1.25',
      privileged: false,
      mounts: [{ source: '/srv/data', destination: '/data', read_only: true }],
      started: 1_700_000_000_000_000_000n,
      pod_name: 'web-0',
      pod_namespace: 'shop',
      pod_uid: uid,
      unit: null,
    });
  });

  test('of a privileged container of containerd, with cgroupfs', () => {
    write(`run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`, ociConfig(`/kubepods/pod${uid}/${id}`, {}, true));
    expect(directory.of(`/kubepods/pod${uid}/${id}`)).toMatchObject({ runtime: 'containerd', privileged: true, pod_uid: uid });
  });

  test('of podman, whose names stand in the list of its storage', () => {
    write(`var/lib/containers/storage/overlay-containers/${id}/userdata/config.json`, ociConfig(`machine.slice:libpod:${id}`, { 'io.container.manager': 'libpod', 'io.podman.annotations.privileged': 'TRUE' }));
    write('var/lib/containers/storage/overlay-containers/containers.json', [
      { id: 'another', names: ['no'], metadata: '{}' },
      { id, names: ['web'], image: 'ab', metadata: JSON.stringify({ 'image-name': 'docker.io/acme/web:1.2', name: 'web' }) },
    ]);
    write(`run/containers/storage/overlay-containers/${id}/userdata/pidfile`, '77');
    const container = directory.of(`/machine.slice/libpod-${id}.scope/container`);
    expect(container).toMatchObject({ runtime: 'podman', name: 'web', image_repository: 'docker.io/acme/web', image_tag: '1.2', privileged: true });
    expect(container!.started).toBeGreaterThan(1_700_000_000_000_000_000n);
  });

  test('of CRI-O', () => {
    const slice = `kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice`;
    write(`var/lib/containers/storage/overlay-containers/${id}/userdata/config.json`, ociConfig(`${slice}:crio:${id}`, {
      'io.container.manager': 'cri-o',
      'io.kubernetes.cri-o.ImageName': 'quay.io/acme/app@sha256:ab',
      'io.kubernetes.cri-o.Created': '2024-05-01T12:00:00+02:00',
      'io.kubernetes.container.name': 'app',
      'io.kubernetes.pod.name': 'web-0',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': uid,
    }));
    expect(directory.of(`/kubepods.slice/kubepods-burstable.slice/${slice}/crio-${id}.scope`)).toMatchObject({
      runtime: 'cri-o',
      name: 'app',
      image: 'quay.io/acme/app@sha256:ab',
      image_repository: 'quay.io/acme/app',
      image_tag: null,
      started: 1_714_557_600_000_000_000n,
      pod_name: 'web-0',
      pod_namespace: 'shop',
      pod_uid: uid,
    });
  });

  test('of crun, wherever it was told to put it', () => {
    write('run/crun/web/status', { pid: 7, 'cgroup-path': '/any/place', bundle: '/b', created: '2024-05-01T10:00:00.5Z' });
    write('run/crun/web/config.json', ociConfig('/any/place'));
    const container = directory.of('/any/place/below');
    expect(container).toMatchObject({ id: 'web', runtime: 'crun', privileged: false, started: 1_714_557_600_500_000_000n, unit: null });
    expect(directory.of('/any/place')).toBe(container);
    expect(directory.of('/any')).toBeNull();
    expect(directory.of('/any/placebo')).toBeNull();
  });

  test('of runc, from the bundle that its state names', () => {
    write('bundle/config.json', ociConfig('', {}, true));
    write('run/runc/web/state.json', { id: 'web', created: '2024-05-01T10:00:00Z', config: { labels: [`bundle=${join(host, 'bundle')}`], cgroups: { path: '' } } });
    expect(directory.of('/system.slice/x.service/web')).toMatchObject({ id: 'web', runtime: 'runc', privileged: true, mounts: [{ destination: '/data' }] });
    expect(directory.of('/web2')).toBeNull();
  });
});

describe('a container is known by name only', () => {
  const onlyNamed = { id, name: null, image: null, privileged: null, mounts: [], started: null };

  test('when no file tells of it', () => {
    expect(directory.of(`/kubepods/pod${uid}/${id}`)).toMatchObject({ ...onlyNamed, runtime: null, pod_uid: uid });
  });

  test('when its runtime has put the container elsewhere: someone borrows the name', () => {
    write(`var/lib/containers/storage/overlay-containers/${id}/userdata/config.json`, ociConfig(`machine.slice:libpod:${id}`));
    expect(directory.of(`/machine.slice/libpod-${id}.scope`)!.privileged).toBe(false);
    expect(directory.of(`/evil.slice/libpod-${id}.scope`)).toMatchObject({ ...onlyNamed, runtime: 'podman' });
  });

  test('below a user\'s service manager, where the user makes the names', () => {
    writeDocker();
    expect(directory.of(`/user.slice/user-1000.slice/user@1000.service/docker-${id}.scope`)).toMatchObject({ ...onlyNamed, unit: 'user@1000.service' });
  });

  test.each([
    ['cut off', '{"Name": "/web", "Conf'],
    ['of another shape', '{"Config": []}'],
    ['no object', '[1, 2]'],
    ['too large', `"${'x'.repeat(5 << 20)}"`],
  ])('when its state is %s', (_, text) => {
    writeDocker();
    write(`var/lib/docker/containers/${id}/config.v2.json`, text);
    expect(directory.of(inDocker)).toMatchObject(onlyNamed);
  });

  test('when its state is a link to elsewhere or a directory', () => {
    writeDocker();
    write('elsewhere.json', { Privileged: false });
    const path = join(host, `var/lib/docker/containers/${id}/hostconfig.json`);
    rmSync(path);
    symlinkSync(join(host, 'elsewhere.json'), path);
    expect(directory.of(inDocker)).toMatchObject(onlyNamed);
    rmSync(path);
    mkdirSync(path);
    expect(new ContainerDirectory(clock, usualRoots(host)).of(inDocker)).toMatchObject(onlyNamed);
  });
});

describe('the directory', () => {
  test('gives the unit of what is in none, and nothing on the bare host', () => {
    expect(directory.of('/system.slice/nginx.service')).toMatchObject({ id: '', runtime: null, unit: 'nginx.service' });
    expect([directory.of('/'), directory.of('/user.slice'), directory.of(null)]).toEqual([null, null, null]);
  });

  test('gives the same object until what is known changes', async () => {
    const before = directory.of(inDocker);
    await later(1000);
    expect(directory.of(inDocker)).toBe(before);
    writeDocker();
    await later(60_000);
    const after = directory.of(inDocker);
    expect(after).toMatchObject({ id, name: 'web' });
    await later(60_000);
    expect(directory.of(inDocker)).toBe(after);
  });

  test('looks again soon after the first look, since runtimes write their state late', async () => {
    expect(directory.of('/any/place/below')).toBeNull();
    write('run/crun/web/status', { 'cgroup-path': '/any/place' });
    write('run/crun/web/config.json', ociConfig('/any/place'));
    expect(directory.of('/any/place/below')).toBeNull();
    await later(100);
    expect(directory.of('/any/place/below')).toMatchObject({ id: 'web', runtime: 'crun' });
  });

  test('keeps what it knew for a minute when the runtime\'s files go: the last events come after them', async () => {
    writeDocker();
    const before = directory.of(inDocker);
    rmSync(join(host, 'var'), { recursive: true });
    await later(1000);
    expect(directory.of(inDocker)).toBe(before);
    await later(30_000);
    expect(directory.of(inDocker)).toBe(before);
    await later(60_000);
    expect(directory.of(inDocker)).toMatchObject({ id, privileged: null });
  });

  test('keeps a bounded number of cgroups', () => {
    for (let index = 0; index <= cgroupsMax; index++) directory.of(`/${index}`);
    expect(directory.evicted).toBe(1);
  });

  test('bounds what a container adds to each of its events', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...bind, destination: `/${index}${'x'.repeat(5000)}` }));
    write('run/crun/web/status', { 'cgroup-path': '/c' });
    write('run/crun/web/config.json', { ...ociConfig('/c'), mounts: many });
    const { mounts } = directory.of('/c')!;
    expect([mounts.length, mounts[0]!.destination.length]).toEqual([64, 4096]);
  });
});
