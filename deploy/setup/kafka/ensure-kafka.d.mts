export function ensureKafka(options?: { home?: string; log?: (line: string) => void }): Promise<string>;
export function ringfenceHome(): string;
