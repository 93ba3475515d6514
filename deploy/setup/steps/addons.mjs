/** The native addons: small C sources over N-API, so that one build serves every version of Node. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { fingerprint, hasStamp, removeStamp, writeStamp } from '../fingerprint.mjs';
import { root } from '../project.mjs';
import { nodePath } from './node.mjs';

export const addonSteps = [
  addonStep({
    name: 'libbpf-ts',
    script: 'bpf/libbpf-ts/build.mjs',
    sources: ['bpf/libbpf-ts/native', 'bpf/libbpf-ts/build.mjs'],
    outputs: ['bpf/libbpf-ts/build/libbpf.node'],
  }),
  addonStep({
    name: 'collector addons',
    script: 'services/collector/native/build.mjs',
    sources: ['services/collector/native'],
    outputs: ['services/collector/build/pidfd.node', 'services/collector/build/flock.node'],
  }),
];

/** `script` builds the files `outputs`. */
function addonStep({ name, script, sources, outputs }) {
  const stamp = `${name.replace(' ', '-')}.stamp`;
  const state = () => fingerprint(sources, [process.arch]);
  return {
    name,
    isDone: () => !existsSync(join(root, script)) || (outputs.every((output) => existsSync(join(root, output))) && hasStamp(stamp, state())),
    async run(note) {
      note(`node ${script}`);
      const built = state();
      removeStamp(stamp);
      await runCommand(nodePath(), [script]);
      writeStamp(stamp, built);
    },
  };
}
