import { OpuError } from '@opu/core';
import { type LinkErrorKind, linkErrorKind } from '../generated/enums.js';
import type { MessageHeader } from './header.js';

/** Bytes that are no message of ours: data, not an exception, because a link may be bad without anybody's fault. */
export interface LinkError {
  readonly kind: LinkErrorKind;
  /** What was wrong, with which value, and what is allowed. */
  readonly text: string;
  /** The header, a copy, when it is intact: the type and the request that were hit. */
  readonly header?: Readonly<MessageHeader>;
  /** True when the border to the next message is lost as well, so that nothing more can be received. */
  readonly fatal: boolean;
}

export function makeLinkError(
  kind: LinkErrorKind,
  text: string,
  header?: MessageHeader | undefined,
  fatal = false,
): LinkError {
  return header === undefined ? { kind, text, fatal } : { kind, text, fatal, header: { ...header } };
}

/** The same as an error that can be thrown. */
export function linkErrorToOpuError(error: LinkError): OpuError {
  const code =
    error.kind === linkErrorKind.VERSION
      ? 'VERSION_MISMATCH'
      : error.kind === linkErrorKind.MALFORMED
        ? 'PROTOCOL_VIOLATION'
        : 'LINK_CORRUPT';
  return new OpuError(code, error.text, { details: { kind: error.kind } });
}
