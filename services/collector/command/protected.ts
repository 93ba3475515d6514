/**
 * What this node will not let itself be told to kill, whoever signs: without these a node can't be reached or governed
 * any more. A service counts by the file on the host that it runs, never by its name: any process can call itself sshd,
 * and a container can hold a file of that path.
 */
import { hostProgram, processFacts } from './process-files.ts';

const protectedPrograms: readonly RegExp[] = [
  /^\/(usr\/)?s?bin\/(init|sshd|agetty|login|dbus-daemon|dbus-broker|auditd|redis-server|redis-check-rdb|valkey-server)$/,
  /^\/(usr\/)?lib\/systemd\/systemd(-[a-z-]+)?$/,
  /^\/(usr\/)?lib\/openssh\/sshd(-session|-auth)?$/,
  /^\/(usr\/)?(local\/)?s?bin\/(kubelet|containerd|containerd-shim[a-z0-9-]*|dockerd|docker-proxy|crio|conmon|runc|crun|k3s)$/,
];

/** An ancestor chain longer than this is a loop or an attack; what is protected is near. */
const ancestorsMax = 64;

export function isProtected(pid: number, self: number = process.pid): boolean {
  if (pid <= 1 || pid === self || ancestors(self).includes(pid)) return true;
  if (processFacts(pid)?.kernelThread) return true;
  const path = hostProgram(pid);
  return path !== null && protectedPrograms.some((program) => program.test(path));
}

function ancestors(pid: number): number[] {
  const chain: number[] = [];
  for (let at = processFacts(pid)?.ppid ?? 0; at > 0 && chain.length < ancestorsMax; at = processFacts(at)?.ppid ?? 0) chain.push(at);
  return chain;
}
