/** A decoder's refusal; `code` is one of a closed list. */
export class DecodeError extends Error {
  readonly code: 'HEADER_INVALID' | 'SCHEMA_UNKNOWN' | 'BODY_INVALID' | 'TOO_LARGE';

  constructor(code: DecodeError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DecodeError';
    this.code = code;
  }
}
