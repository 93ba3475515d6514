/** The parts of an OCI bundle's config.json that say what a container may do and who made it (opencontainers/runtime-spec). */
import { z } from 'zod';
import type { ContainerMount } from '#schemas/generated/types.gen.ts';

const texts = z.array(z.string()).catch([]);

const number = z.number().nullable().catch(null);

const device = z.object({ allow: z.boolean(), access: z.string().catch(''), type: z.string().catch('a'), major: number, minor: number });

const noResources = { devices: [] };
const noLinux = { cgroupsPath: '', resources: noResources };
const noCapabilities = { bounding: [] };

export const ociConfig = z.object({
  annotations: z.record(z.string(), z.string()).catch({}),
  mounts: z.array(z.object({ destination: z.string(), source: z.string().catch(''), type: z.string().catch(''), options: texts })).catch([]),
  process: z
    .object({ capabilities: z.object({ bounding: texts }).catch(noCapabilities) })
    .catch({ capabilities: noCapabilities }),
  linux: z
    .object({
      cgroupsPath: z.string().catch(''),
      resources: z.object({ devices: z.array(device).catch([]) }).catch(noResources),
    })
    .catch(noLinux),
});

export type OciConfig = z.infer<typeof ociConfig>;

/** What no runtime gives to a container unless it is told to give everything. */
const telling = ['CAP_SYS_ADMIN', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_SYS_PTRACE', 'CAP_SYS_BOOT', 'CAP_MAC_ADMIN'];

/** The config has no word for it: --privileged shows as all capabilities and all devices. */
export function isPrivileged({ process, linux }: OciConfig): boolean {
  const bounding = new Set(process.capabilities.bounding);
  // A list of rules, of which the last that fits counts.
  const everyDevice = linux.resources.devices.findLast(({ type, major, minor }) => type === 'a' && major === null && minor === null);
  return everyDevice !== undefined && everyDevice.allow && everyDevice.access.includes('w') && telling.every((capability) => bounding.has(capability));
}

/** What comes from the host; the file systems that every container gets for itself (proc, tmpfs, …) say nothing. */
export function hostMounts({ mounts }: OciConfig): ContainerMount[] {
  return mounts
    .filter(({ type, options }) => type === 'bind' || options.includes('bind') || options.includes('rbind'))
    .map(({ source, destination, options }) => ({ source, destination, read_only: options.includes('ro') }));
}
