/** The engine's settings. */
import { z } from 'zod';
import { commonSettings, setting, shipped } from '#runtime/config.ts';
import type { LogSource } from './rules/fields.ts';

/** It stands in the keys of records, between slashes, in names of consumer groups and of files. */
const groupPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const groupSetting = z.string().regex(groupPattern, 'must be letters, digits, dots, dashes and underscores, at most 100, and begin with a letter or digit').default('ringfence-engine');

export const engineSettings = z.object({
  ...commonSettings,
  rules: setting.text(shipped('rules/detections')).describe('Rule files and directories, comma-separated.'),
  lists: setting.text(shipped('rules/lists')).describe('Folders of lists of values that rules refer to, comma-separated; of two lists of one name, that of the later folder counts.'),
  watchMs: setting.integer(0, 3_600_000, 5_000).describe('How often rule files and lists are looked at for changes, beside what the system tells; 0 does not follow them.'),
  settleMs: setting.integer(1, 60_000, 500).describe('How long changed files must have been left alone before they are read.'),
  external: z.string().max(4096).default('').transform(parseLogSources).describe('Log sources that other sensors feed through ringfence.external.v1, as category=process_creation/product=windows, comma-separated: rules on them may name any field.'),
  group: groupSetting.describe('Consumer group: workers of one group share the events, and the rules that are published for it.'),
  fetchMaxWaitMs: setting.integer(1, 5_000, 100).describe('Longest wait of one fetch of events.'),
  fetchBytes: setting.integer(65_536, 64 << 20, 4 << 20).describe('Most bytes of one fetch of a partition.'),
  commitIntervalMs: setting.integer(10, 60_000, 500).describe('How often offsets are committed when there is nothing to say.'),
  retryDelayMs: setting.integer(10, 60_000, 250).describe('Pause before a batch that failed is tried again.'),
  statsMs: setting.integer(100, 3_600_000, 10_000).describe('How often the counters are logged.'),
});

export type EngineSettings = z.infer<typeof engineSettings>;

const parts: readonly string[] = ['category', 'product', 'service'];

function parseLogSources(text: string, context: z.core.$RefinementCtx<string>): LogSource[] {
  return text.split(',').filter((each) => each.trim() !== '').map((each): LogSource => {
    const pairs = each.trim().toLowerCase().split('/').map((pair) => pair.split('='));
    if (pairs.every(([part = '', value, ...more]) => parts.includes(part) && value !== undefined && value !== '' && more.length === 0)) return Object.fromEntries(pairs) as LogSource;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(each)} is no log source such as category=process_creation/product=windows` });
    return {};
  });
}
