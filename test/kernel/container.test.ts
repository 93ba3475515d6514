/** Containers that real runtimes make: from the exec that the sensor sees to the container's name, image and mounts. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ContainerDirectory } from '../../services/collector/container/container-directory.ts';
import { usualRoots } from '../../services/collector/container/runtime-state.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import type { Process } from '../../schemas/generated/types.gen.ts';
import { containerHindrance, ContainerLab, type Tool } from '../support/containers.ts';
import { hindrance, Watched } from './watched.ts';

function describeWith(tool: Tool, tests: () => void): void {
  const reason = hindrance ?? containerHindrance(tool);
  describe.skipIf(reason !== null)(`a container of ${tool}${reason === null ? '' : ` (${reason})`}`, tests);
}

describe('containers', () => {
  let watched: Watched;
  let lab: ContainerLab;
  let directory: ContainerDirectory;
  let startedAfter: bigint;

  beforeAll(() => {
    if (hindrance !== null) return;
    watched = new Watched('containers');
    lab = new ContainerLab();
    const roots = usualRoots(lab.folder);
    directory = new ContainerDirectory(systemClock(), {
      ...roots,
      crun: lab.root('crun'),
      runc: lab.root('runc'),
      storage: join(lab.root('podman'), 'storage'),
      storageRun: join(lab.root('podman'), 'run'),
    });
    startedAfter = BigInt(Date.now() - 1000) * 1_000_000n;
  });

  afterAll(async () => {
    await lab?.remove();
    await watched?.close();
  });

  /** The container's first program in its exec, told by its arguments. */
  async function execOf(seconds: string): Promise<Process> {
    const { process } = await watched.until((record) => record.body?.kind === 'process_exec' && record.process.args.join(' ') === `/bin/sleep ${seconds}`);
    return process;
  }

  function cgroup(name: string): string {
    return `${watched.cgroup.relativePath}/${name}`;
  }

  const ociRuntimes = ['crun', 'runc'] as const;
  for (const [index, tool] of ociRuntimes.entries()) {
    describeWith(tool, () => {
      test('is found by the cgroup that it was put into, under any name', async () => {
        const seconds = `100${index}1`;
        lab.runBundle(tool, 'plain', { cgroup: cgroup(`chosen-${tool}`), args: ['/bin/sleep', seconds] });
        const process = await execOf(seconds);
        expect(process.cgroup).toBe(cgroup(`chosen-${tool}`));
        const container = directory.of(process.cgroup);
        expect(container).toMatchObject({ id: 'plain', runtime: tool, privileged: false, mounts: [{ source: lab.data, destination: '/data', read_only: true }] });
        expect(container!.started).toBeGreaterThan(startedAfter);
      });

      test('is known to be privileged', async () => {
        const seconds = `100${index}2`;
        lab.runBundle(tool, 'strong', { cgroup: cgroup(`strong-${tool}`), args: ['/bin/sleep', seconds], privileged: true });
        expect(directory.of((await execOf(seconds)).cgroup)).toMatchObject({ id: 'strong', runtime: tool, privileged: true });
      });
    });
  }

  describeWith('podman', () => {
    test('from a root file system has its name and mounts', async () => {
      lab.runPodman(watched.cgroup.relativePath, ['--name', 'plain', '--volume', `${lab.data}:/data:ro`, '--rootfs', lab.rootFileSystem, '/bin/sleep', '2001']);
      const process = await execOf('2001');
      expect(process.cgroup).toMatch(/\/libpod-[0-9a-f]{64}$/);
      const container = directory.of(process.cgroup);
      expect(container).toMatchObject({ id: process.cgroup!.slice(-64), runtime: 'podman', name: 'plain', image: null, privileged: false });
      expect(container!.mounts).toContainEqual({ source: lab.data, destination: '/data', read_only: true });
      expect(container!.started).toBeGreaterThan(startedAfter);
    });

    test('from an image has its repository and tag', async () => {
      lab.importImage('docker.io/acme/web:1.2');
      lab.runPodman(watched.cgroup.relativePath, ['--name', 'strong', '--privileged', 'docker.io/acme/web:1.2', '/bin/sleep', '2002']);
      expect(directory.of((await execOf('2002')).cgroup)).toMatchObject({
        runtime: 'podman',
        name: 'strong',
        image: 'docker.io/acme/web:1.2',
        image_repository: 'docker.io/acme/web',
        image_tag: '1.2',
        privileged: true,
      });
    });

    test('does not lend its facts to a cgroup that takes its name', async () => {
      lab.runPodman(watched.cgroup.relativePath, ['--name', 'victim', '--rootfs', lab.rootFileSystem, '/bin/sleep', '2003']);
      const process = await execOf('2003');
      const borrowed = `/elsewhere/${process.cgroup!.split('/').at(-1)}`;
      expect(directory.of(process.cgroup)).toMatchObject({ name: 'victim' });
      expect(directory.of(borrowed)).toMatchObject({ id: process.cgroup!.slice(-64), runtime: 'podman', name: null, privileged: null });
    });
  });
});
