/** The engine's settings. */
import { z } from 'zod';
import { commonSettings, setting, shipped } from '#runtime/config.ts';

export const engineSettings = z.object({
  ...commonSettings,
  rules: setting.text(shipped('rules/detections')).describe('Rule files and directories, comma-separated.'),
  group: setting.text('ringfence-engine').describe('Consumer group: workers of one group share the events.'),
  fetchMaxWaitMs: setting.integer(1, 5_000, 100).describe('Longest wait of one fetch of events.'),
  fetchBytes: setting.integer(65_536, 64 << 20, 4 << 20).describe('Most bytes of one fetch of a partition.'),
  commitIntervalMs: setting.integer(10, 60_000, 500).describe('How often offsets are committed when there is nothing to say.'),
  retryDelayMs: setting.integer(10, 60_000, 250).describe('Pause before a batch that failed is tried again.'),
  statsMs: setting.integer(100, 3_600_000, 10_000).describe('How often the counters are logged.'),
});

export type EngineSettings = z.infer<typeof engineSettings>;
