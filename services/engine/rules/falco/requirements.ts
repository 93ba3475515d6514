/** What a file requires: `required_engine_version` as Falco counts its engine, `required_plugin_versions`, which are named and not needed. */
import { quote, type Faults } from '../diagnostics.ts';
import { describeNode, entryOf, type SourceNode } from '../yaml-source.ts';
import { scalarOf, type Item } from './items.ts';

/** The version of Falco's engine whose language this is. Before there were three numbers there was the second alone. */
export const engineVersion = [0, 57, 0] as const;

export function checkRequirements(item: Item): void {
  if (item.kind === 'required_engine_version') checkEngine(item);
  else if (item.kind === 'required_plugin_versions') checkPlugins(entryOf(item.map, 'required_plugin_versions')!.value, item.faults);
}

function checkEngine({ map, faults }: Item): void {
  const scalar = scalarOf(map, 'required_engine_version', faults);
  if (scalar === undefined) return;
  const required = versionOf(/^\d+$/.test(scalar.text) ? `0.${scalar.text}.0` : scalar.text);
  if (required === undefined) faults.add('VALUE_KIND', scalar.at, `${quote(scalar.text)} is no version such as 0.57.0`);
  else if (isNewer(required)) faults.add('ENGINE_TOO_OLD', scalar.at, `version ${scalar.text} of the language is required, and this is ${engineVersion.join('.')}`);
}

function isNewer([major, minor]: readonly number[]): boolean {
  // Of one major number, each minor one understands those before it; patches change nothing.
  return major !== engineVersion[0] || minor! > engineVersion[1];
}

function versionOf(text: string): readonly number[] | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(text);
  return found?.slice(1, 4).map(Number);
}

function checkPlugins(node: SourceNode, faults: Faults): void {
  if (node.kind !== 'list') return void faults.add('VALUE_KIND', node.at, `"required_plugin_versions" must be a list, not ${describeNode(node)}`);
  for (const plugin of node.items) {
    checkPlugin(plugin, faults);
    const alternatives = plugin.kind === 'map' ? entryOf(plugin, 'alternatives')?.value : undefined;
    if (alternatives === undefined) continue;
    if (alternatives.kind === 'list') for (const alternative of alternatives.items) checkPlugin(alternative, faults);
    else faults.add('VALUE_KIND', alternatives.at, '"alternatives" must be a list');
  }
}

function checkPlugin(plugin: SourceNode, faults: Faults): void {
  if (plugin.kind !== 'map') return void faults.add('VALUE_KIND', plugin.at, `a plugin is a map with "name" and "version", not ${describeNode(plugin)}`);
  scalarOf(plugin, 'name', faults);
  const version = scalarOf(plugin, 'version', faults);
  if (version !== undefined && versionOf(version.text) === undefined) faults.add('VALUE_KIND', version.at, `${quote(version.text)} is no version such as 0.4.0`);
}
