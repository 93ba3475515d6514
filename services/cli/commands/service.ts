/** A service as a command. Each stands in a file of its own, so that its process holds no other service's modules in memory. */
import type { z } from 'zod';
import type { Flags } from '#runtime/config.ts';
import type { Command } from '../command.ts';
import { describeSettings, settingOptions } from '../flags.ts';

export function service(summary: string, settings: z.ZodObject, main: (flags: Flags) => Promise<number>): Command {
  return {
    usage: '[--SETTING VALUE …]',
    summary: `${summary}\n\n${describeSettings(settings)}`,
    options: settingOptions(settings),
    run: (flags) => main(flags),
  };
}
