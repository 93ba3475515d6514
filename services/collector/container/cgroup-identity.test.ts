import { describe, expect, test } from 'vitest';
import { cgroupIdentity } from './cgroup-identity.ts';

const id = '3f1d9f6b2c7a4e5d8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7';
const other = id.replaceAll('3', '0');
const uid = '0d1c2b3a-4f5e-6d7c-8b9a-0a1b2c3d4e5f';
const sliceUid = uid.replaceAll('-', '_');
const staticPod = '0123456789abcdef0123456789abcdef';

function containerOf(path: string) {
  const { container, podUid } = cgroupIdentity(path);
  return [container?.runtime, container?.id, ...(podUid === null ? [] : [podUid])];
}

describe('a cgroup\'s path', () => {
  test.each([
    ['docker', `/docker/${id}`, ['docker', id]],
    ['docker with systemd', `/system.slice/docker-${id}.scope`, ['docker', id]],
    ['docker below a parent of the user\'s choice', `/ecs/task/${id}`, [null, id]],
    ['docker told a systemd form that cgroupfs took literally', `/system.slice:docker:${id}`, ['docker', id]],
    ['a build of docker\'s', '/docker/buildkit/v3x8k2m9q4', ['docker', 'v3x8k2m9q4']],
    ['containerd in a pod with cgroupfs', `/kubepods/burstable/pod${uid}/${id}`, [null, id, uid]],
    ['containerd in a pod of the class guaranteed with cgroupfs', `/kubepods/pod${uid}/${id}`, [null, id, uid]],
    ['containerd in a pod', `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${sliceUid}.slice/cri-containerd-${id}.scope`, ['containerd', id, uid]],
    ['containerd in a pod of the class guaranteed', `/kubepods.slice/kubepods-pod${sliceUid}.slice/cri-containerd-${id}.scope`, ['containerd', id, uid]],
    ['containerd in a static pod', `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${staticPod}.slice/cri-containerd-${id}.scope`, ['containerd', id, staticPod]],
    ['containerd in a pod, mixed drivers', `/system.slice/containerd.service/kubepods-besteffort-pod${sliceUid}.slice:cri-containerd:${id}`, ['containerd', id, uid]],
    ['nerdctl', `/system.slice/nerdctl-${id}.scope`, ['containerd', id]],
    ['containerd by itself', `/default/${id}`, ['containerd', id]],
    ['CRI-O', `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${sliceUid}.slice/crio-${id}.scope`, ['cri-o', id, uid]],
    ['CRI-O with a cgroup of crun\'s inside', `/kubepods.slice/kubepods-pod${sliceUid}.slice/crio-${id}.scope/container`, ['cri-o', id, uid]],
    ['CRI-O with cgroupfs', `/kubepods/besteffort/pod${uid}/crio-${id}`, ['cri-o', id, uid]],
    ['podman', `/machine.slice/libpod-${id}.scope`, ['podman', id]],
    ['podman with a cgroup of crun\'s inside', `/machine.slice/libpod-${id}.scope/container`, ['podman', id]],
    ['podman with cgroupfs', `/libpod_parent/libpod-${id}`, ['podman', id]],
    ['podman in a pod of its own', `/machine.slice/machine-libpod_pod_${other}.slice/libpod-${id}.scope`, ['podman', id]],
    ['podman of a user', `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope/container`, ['podman', id]],
    ['podman in a systemd unit', `/system.slice/web.service/libpod-payload-${id}`, ['podman', id]],
    ['buildah', '/machine.slice/buildah-buildah1234567.scope', ['buildah', 'buildah1234567']],
    ['crun with systemd', '/system.slice/crun-web.scope', ['crun', 'web']],
    ['runc with systemd', '/system.slice/runc-my.web.scope', ['runc', 'my.web']],
    ['LXC', '/lxc.payload.web/system.slice/ssh.service', ['lxc', 'web']],
    ['LXC of old', '/lxc/101/ns/init.scope', ['lxc', '101']],
    ['systemd-nspawn', '/machine.slice/systemd-nspawn@web.service/payload/init.scope', ['systemd-nspawn', 'web']],
    ['a registered machine', '/machine.slice/machine-my\\x2dweb.scope', ['systemd-nspawn', 'my-web']],
  ])('of %s', (_, path, expected) => {
    expect(containerOf(path)).toEqual(expected);
  });

  test.each([
    '/',
    '',
    '/init.scope',
    `/docker/${id.slice(1)}`,
    `/system.slice/docker-${id}.service`,
    '/system.slice/docker.service',
    `/machine.slice/libpod-conmon-${id}.scope`,
    `/kubepods.slice/kubepods-pod${sliceUid}.slice/crio-conmon-${id}.scope`,
    '/lxc.monitor.web',
    '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope',
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${sliceUid}.slice`,
    '/ringfence-test-x/hbcrun',
  ])('%s names no container', (path) => {
    expect(cgroupIdentity(path).container).toBeNull();
  });

  test('names the container\'s own cgroup, whatever is below', () => {
    expect(cgroupIdentity(`/machine.slice/libpod-${id}.scope/container/x`).container!.path).toBe(`/machine.slice/libpod-${id}.scope`);
  });

  test('names the outermost container: what is inside was named by those inside', () => {
    expect(containerOf(`/docker/${id}/docker/${other}`)).toEqual(['docker', id]);
    expect(containerOf(`/docker/${id}/system.slice/containerd.service/kubepods/pod${uid}/${other}`)).toEqual(['docker', id]);
  });

  test.each([
    ['/system.slice/nginx.service', 'nginx.service'],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
    ['/user.slice/user-1000.slice/session-3.scope', 'session-3.scope'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/evil.service', 'user@1000.service'],
    ['/system.slice/_cgroup.service', 'cgroup.service'],
    [`/system.slice/web.service/libpod-payload-${id}`, 'web.service'],
    [`/system.slice/docker-${id}.scope`, null],
    ['/init.scope', 'init.scope'],
    ['/user.slice', null],
    ['/', null],
  ])('%s belongs to the unit %s', (path, unit) => {
    expect(cgroupIdentity(path).unit).toBe(unit);
  });
});
