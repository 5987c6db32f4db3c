import { hasMagic, isHeaderIntact, type MessageHeader, readHeader } from '../codec/header.js';
import { type LinkError, makeLinkError } from '../codec/link-error.js';
import { linkErrorKind } from '../generated/enums.js';
import { PROTOCOL_VERSION_MAJOR, PROTOCOL_VERSION_MINOR } from '../generated/messages.js';

/** Looks at magic and CRC of the 32 bytes at `at`. When they are right, fills `header`. */
export function readIntactHeader(bytes: Uint8Array, at: number, header: MessageHeader): LinkError | undefined {
  if (!hasMagic(bytes, at)) {
    const start = [...bytes.subarray(at, at + 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
    return makeLinkError(linkErrorKind.BAD_MAGIC, `Bytes ${start} are not the start of a message (4f 50 55 b1).`);
  }
  if (!isHeaderIntact(bytes, at)) {
    return makeLinkError(linkErrorKind.HEADER_CRC, 'The header of a message is damaged: its CRC is wrong.');
  }
  readHeader(bytes, at, header);
  return undefined;
}

/** Whether an intact header is one that we can take: version, flags, sequence, length, in this order. */
export function refuseHeader(header: MessageHeader, maximumPayload: number): LinkError | undefined {
  if (header.versionMajor !== PROTOCOL_VERSION_MAJOR) {
    const theirs = `${header.versionMajor}.${header.versionMinor}`;
    const ours = `${PROTOCOL_VERSION_MAJOR}.${PROTOCOL_VERSION_MINOR}`;
    return makeLinkError(
      linkErrorKind.VERSION,
      `The other end speaks protocol version ${theirs}, this end ${ours}; the major versions have to be equal. Update one of them.`,
      header,
    );
  }
  if (header.incompatibleFlags !== 0) {
    const flags = `0x${header.incompatibleFlags.toString(16).padStart(2, '0')}`;
    return makeLinkError(
      linkErrorKind.INCOMPATIBLE_FLAG,
      `A message has the incompatible flags ${flags}; none is known here.`,
      header,
    );
  }
  if (!Number.isSafeInteger(header.sequence)) {
    return makeLinkError(linkErrorKind.MALFORMED, 'The sequence of a message is above 2^53 - 1.', header);
  }
  if (header.payloadLength > maximumPayload) {
    return makeLinkError(
      linkErrorKind.TOO_LONG,
      `A message announces a payload of ${header.payloadLength} bytes; at most ${maximumPayload} were agreed.`,
      header,
    );
  }
  return undefined;
}
