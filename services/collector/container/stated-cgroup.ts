/**
 * Whether a cgroup is where a runtime says that it has put a container. Whoever can make a cgroup can give it the name of
 * another's container, and would pass for it (an image that a rule trusts, not privileged) if the name were enough.
 */

/** `path` is the container's own cgroup, `stated` OCI's cgroupsPath or the path that a runtime has noted; null when it notes none. */
export function isStatedCgroup(path: string, stated: string | null): boolean {
  // Users own what is below their service manager, and root's containers are not there.
  if (/\/user@\d+\.service\//.test(path)) return false;
  if (stated === null) return true;
  const [slice, prefix, name, ...more] = stated.split(':');
  if (prefix !== undefined && name !== undefined && more.length === 0 && !stated.startsWith('/')) {
    return path === scopePath(slice!, prefix, name) || path.endsWith(`/${stated}`);
  }
  // crun may note a cgroup of its own inside.
  if (stated.startsWith('/')) return path === stated || stated.startsWith(`${path}/`);
  return path.endsWith(`/${stated}`);
}

/** For systemd: slice:prefix:name is the unit prefix-name.scope in that slice, system.slice when there is none. */
function scopePath(slice: string, prefix: string, name: string): string {
  return `${slicePath(slice || 'system.slice')}/${prefix === '' ? name : `${prefix}-${name}`}.scope`;
}

/** a-b.slice lies in a.slice (systemd.slice(5)). */
function slicePath(slice: string): string {
  const parts = slice.replace(/\.slice$/, '').split('-');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('-')}.slice`).join('');
}
