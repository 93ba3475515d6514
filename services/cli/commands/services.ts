/** `ringfence collector | engine | responder`: one service, from its settings. */
import { collectorSettings, main as collectorMain } from '../../collector/main.ts';
import { engineSettings, main as engineMain } from '../../engine/main.ts';
import { main as responderMain, responderSettings } from '../../responder/main.ts';
import type { z } from 'zod';
import type { Flags } from '#runtime/config.ts';
import type { Command } from '../command.ts';
import { describeSettings, settingOptions } from '../flags.ts';

export const collector = service('Watches this node: kernel events to the event log, commands to acts.', collectorSettings, collectorMain);
export const engine = service('Judges events by rules: detections.', engineSettings, engineMain);
export const responder = service('Answers detections by playbooks: signed commands.', responderSettings, responderMain);

function service(summary: string, settings: z.ZodObject, main: (flags: Flags) => Promise<number>): Command {
  return {
    usage: '[--SETTING VALUE …]',
    summary: `${summary}\n\n${describeSettings(settings)}`,
    options: settingOptions(settings),
    run: (flags) => main(flags),
  };
}
