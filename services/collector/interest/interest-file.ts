/**
 * The signed records that the collector last obeyed, beside its other state: <home>/interests-<node>.json. They are
 * verified again when read, so that the file needs no trust of its own.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export interface KeptRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly kid: string;
  readonly signature: string;
}

const fileSchema = z.array(z.strictObject({ key: z.string(), value: z.base64(), kid: z.string(), signature: z.string() }));

export class InterestFile {
  private readonly path: string;

  constructor(home: string, node: string) {
    this.path = join(home, `interests-${encodeURIComponent(node)}.json`);
  }

  /** Empty when there is no file. Throws when it is not one of ours. */
  read(): KeptRecord[] {
    if (!existsSync(this.path)) return [];
    return fileSchema.parse(JSON.parse(readFileSync(this.path, 'utf8'))).map(({ value, ...record }) => ({ ...record, value: Buffer.from(value, 'base64') }));
  }

  /** Whole or not at all. Throws what the file system says. */
  write(records: readonly KeptRecord[]): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const content = records.map(({ value, ...record }) => ({ ...record, value: value.toString('base64') }));
    writeFileSync(`${this.path}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
