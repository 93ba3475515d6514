/** The responder's settings. */
import { z } from 'zod';
import { commonSettings, setting, shipped } from '#runtime/config.ts';

export const responderSettings = z.object({
  ...commonSettings,
  playbooks: setting.text(shipped('rules/playbooks')).describe('Directory or file of playbooks.'),
  respond: setting.choice(['observe', 'enforce'], 'observe').describe('observe: commands only ask what would happen, whatever a playbook says. enforce: playbooks in mode enforce act.'),
  detectionAgeMs: setting.integer(1_000, 86_400_000, 60_000).describe('A detection older than this is not answered any more: the situation is another.'),
  commandTtlMs: setting.integer(1_000, 30_000, 15_000).describe('How long a command may be obeyed.'),
  concurrency: setting.integer(1, 1_000, 32).describe('Jobs handled at once.'),
  fetchMaxWaitMs: setting.integer(1, 5_000, 100).describe('Longest wait of one fetch of detections and receipts.'),
  retryDelayMs: setting.integer(10, 60_000, 250).describe('Pause before something that failed is tried again.'),
});

export type ResponderSettings = z.infer<typeof responderSettings>;
