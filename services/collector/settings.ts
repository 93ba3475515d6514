/** The collector's settings. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { commonSettings, setting } from '#runtime/config.ts';

export const collectorSettings = z.object({
  ...commonSettings,
  node: setting.text(hostname()).describe('Node id: the key of events and commands.'),
  scopeCgroup: setting.optionalText().describe('Report and act only on processes of this cgroup v2 directory and below; decided in the kernel.'),
  scopeTree: z.coerce.number().int().min(1).max(4_194_304).optional().describe('Report only this process and its descendants from now on; decided in the kernel.'),
  // What the log has not taken goes to the spool: a ring holds what comes while the reader is busy. At 100,000 events a second
  // 8 MiB are a fifth of one. A ring is mapped whole: all of it counts as resident, also while nothing is in it.
  ringBytes: setting
    .integer(65_536, 1 << 30, 8 << 20)
    .refine((bytes) => (bytes & (bytes - 1)) === 0, 'must be a power of two')
    .describe('Size of each of the two ring buffers: they hold what comes while the collector is busy or away.'),
  readBytes: setting.integer(65_536, 16 << 20, 1 << 20).describe('Most bytes read from the ring in one turn of the event loop.'),
  lingerMs: setting.integer(0, 1000, 1).describe('How long a first event waits for company before it is sent.'),
  pollMs: setting.integer(1, 1000, 5).describe('How often the ring is read for events that are not urgent enough to wake the reader.'),
  batchEvents: setting.integer(1, 10_000, 512).describe('Most events of one record of the event log.'),
  appendRecords: setting.integer(1, 1000, 16).describe('Most records of one append.'),
  pendingBytes: setting.integer(65_536, 1 << 30, 8 << 20).describe('Most bytes of events waiting for the append under way; above it they go to the spool, and without one the rings fill.'),
  retryDelayMs: setting.integer(10, 60_000, 250).describe('Pause after a failed append.'),
  redactPatterns: setting.optionalText().describe('File of further patterns of secrets, one regular expression (RE2) a line; what they match leaves the node as a hash.'),
  environmentKept: setting.text('LD_PRELOAD,LD_LIBRARY_PATH,LD_AUDIT,LD_DEBUG,GLIBC_TUNABLES,GCONV_PATH,PATH,PYTHONPATH,NODE_OPTIONS,BASH_ENV,ENV,HISTFILE,HTTP_PROXY,HTTPS_PROXY').describe('Variables of a program\'s environment that its events show, comma-separated; the others never leave the node.'),
  spoolAfterMs: setting.integer(100, 60_000, 1_000).describe('An append without a good end for so long means that the event log is away: events then go to the spool on disk.'),
  spoolBytes: setting.integer(0, 1 << 40, 1 << 30).describe('Most bytes of the spool, as it stores them (compressed); 0: no spool.'),
  spoolOverflow: setting.choice(['drop-oldest', 'drop-newest'], 'drop-oldest').describe('Which events make room, or find none, when the spool is full. They are counted, and told as losses.'),
  fetchMaxWaitMs: setting.integer(1, 5_000, 100).describe('Longest wait of one fetch of commands.'),
  killsPerMinute: setting.integer(0, 1_000_000, 60).describe('Kill commands obeyed a minute, on average.'),
  killsBurst: setting.integer(1, 1_000_000, 20).describe('Kill commands obeyed at once.'),
  replay: setting.optionalText().describe('Read this capture instead of the kernel.'),
  record: setting.optionalText().describe('Write what the kernel says to this capture.'),
  statsMs: setting.integer(100, 3_600_000, 10_000).describe('How often the counters are logged.'),
});

export type CollectorSettings = z.infer<typeof collectorSettings>;
