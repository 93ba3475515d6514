/**
 * The one closed list of error codes. A code is for programs and searches, the message is for people, `cause` is what
 * happened below. Errors are told apart by code, never by message text.
 */
export const errorCodes = {
  CONFIG_INVALID: 'A setting is missing, unknown or malformed.',
  HOST_UNSUPPORTED: 'This host lacks a right, a package or a kernel feature that the task needs.',
  EVENT_LOG_UNREACHABLE: 'The event log (Kafka or the SQLite file) does not answer.',
  EVENT_LOG_REJECTED: 'The event log answered, and refused the request.',
  WINDOW_STORE_UNREACHABLE: 'The window store (Redis) does not answer.',
  WINDOW_STORE_REJECTED: 'The window store answered, and refused the request.',
  JOB_QUEUE_UNREACHABLE: 'The job queue (Redis or the SQLite file) does not answer.',
  JOB_QUEUE_REJECTED: 'The job queue refused the job.',
  RECORD_UNDECODABLE: 'A record is not valid Avro of a schema known here.',
  RECORD_TOO_LARGE: 'A record exceeds its bound.',
  RULE_INVALID: 'A rule file was rejected; the details list every fault.',
  PLAYBOOK_INVALID: 'A playbook was rejected; the details list every fault.',
  COMMAND_REFUSED: 'A command failed one of the checks before action.',
  KEY_INVALID: 'A signing key is missing, malformed or not allowed for this use.',
  COLLECTOR_RUNNING: 'A collector of this node name runs on this host already.',
  KERNEL_REFUSED: 'The kernel refused a program, a map or an attachment.',
  SERVICE_FAILED: 'A fault that nothing expects ended a service; the log line has its stack.',
  CAPTURE_INVALID: 'A capture file is truncated, of another version or not a capture.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class RingfenceError extends Error {
  readonly code: ErrorCode;
  /** Facts for programs: file, line, host, errno, … Never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RingfenceError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof RingfenceError && error.code === code;
}
