import { expect, test } from 'vitest';
import { isStatedCgroup } from './stated-cgroup.ts';

test.each([
  ['/docker/ab', '/docker/ab', true],
  ['/evil/docker/ab', '/docker/ab', false],
  ['/libpod_parent/libpod-ab', '/libpod_parent/libpod-ab/container', true],
  ['/libpod_parent/libpod-a', '/libpod_parent/libpod-ab', false],
  ['/system.slice/docker-ab.scope', 'system.slice:docker:ab', true],
  ['/system.slice/docker-ab.scope', ':docker:ab', true],
  ['/evil.slice/docker-ab.scope', 'system.slice:docker:ab', false],
  ['/a.slice/a-b.slice/a-b-podc.slice/crio-ab.scope', 'a-b-podc.slice:crio:ab', true],
  ['/system.slice/containerd.service/a.slice:cri-containerd:ab', 'a.slice:cri-containerd:ab', true],
  ['/system.slice/x.service/web', 'web', true],
  ['/system.slice/x.service/cobweb', 'web', false],
  ['/docker/ab', null, true],
  ['/user.slice/user-1.slice/user@1.service/docker/ab', null, false],
  ['/user.slice/user-1.slice/user@1.service/web', 'web', false],
])('%s is where %s says: %s', (path, stated, expected) => {
  expect(isStatedCgroup(path, stated)).toBe(expected);
});
