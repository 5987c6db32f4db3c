/** Who has to act so that an error goes away. */
export type Blame = 'caller' | 'device' | 'link' | 'bug';

/**
 * Every error code of the SDK and who is to blame for it. Codes are stable: programs may branch on them.
 * The text of a message is for people and may change.
 */
export const errorBlame = {
  INVALID_ARGUMENT: 'caller',
  INVALID_FILE: 'caller',
  INVALID_ADDRESS: 'caller',
  INVALID_STATE: 'caller',
  NOT_SUPPORTED: 'caller',
  PERMISSION_DENIED: 'caller',
  ABORTED: 'caller',
  CONFIGURATION_REFUSED: 'caller',
  NOT_IN_CONTROL: 'caller',
  SOURCE_OVERFLOW: 'caller',
  DEVICE_FAULT: 'device',
  DEVICE_BUSY: 'device',
  PROTOCOL_VIOLATION: 'device',
  VERSION_MISMATCH: 'device',
  FRAMES_LOST: 'device',
  DEVICE_STALLED: 'device',
  DIVERGED: 'caller',
  LINK_UNAVAILABLE: 'link',
  LINK_LOST: 'link',
  LINK_CORRUPT: 'link',
  TIMEOUT: 'link',
  BUG: 'bug',
} as const satisfies Record<string, Blame>;

export type OpuErrorCode = keyof typeof errorBlame;

export interface OpuErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs and logs: the offending value, the bound, the field. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of the SDK. `message` says what was wrong, with which value, what is allowed and what to do.
 */
export class OpuError extends Error {
  override readonly name = 'OpuError';
  readonly code: OpuErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: OpuErrorCode, message: string, options: OpuErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get blame(): Blame {
    return errorBlame[this.code];
  }
}

/** True for an error of this SDK, of the given code if one is given; works across copies of the package. */
export function isOpuError(error: unknown, code?: OpuErrorCode): error is OpuError {
  const candidate = error as Partial<OpuError> | null;
  if (typeof candidate !== 'object' || candidate === null || candidate.name !== 'OpuError') return false;
  return code === undefined || candidate.code === code;
}
