import type { MessageHeader } from '../codec/header.js';
import { makeLinkError } from '../codec/link-error.js';
import { codecOf, unknownType } from '../codec/message.js';
import { linkErrorKind } from '../generated/enums.js';
import { readU32 } from '../primitives/bytes.js';
import type { MessageSink } from './message-reader.js';
import { plainCrc, readoutsCrc, SUMMED_UP_BYTES, wrongImage } from './sum-up.js';

/**
 * Checks the payload at `at` against the CRC behind it and the type, and hands it or the error to the sink. The CRC goes
 * on from that of the header, so that a payload cannot be taken for another header's.
 */
export function deliver(
  sink: MessageSink,
  header: MessageHeader,
  headerCrc: number,
  bytes: Uint8Array,
  at: number,
  borrowed: boolean,
): void {
  const end = at + header.payloadLength;
  const payload = bytes.subarray(at, end);
  const isLarge = payload.length >= SUMMED_UP_BYTES;
  const crc = isLarge ? readoutsCrc(header.type, payload, headerCrc) : undefined;
  if ((crc ?? plainCrc(payload, headerCrc)) !== readU32(bytes, end)) {
    sink.linkError(makeLinkError(linkErrorKind.PAYLOAD_CRC, 'A payload is damaged: its CRC is wrong.', header));
  } else if (crc !== undefined && wrongImage() >= 0) {
    const text = `Image ${wrongImage()} of READOUTS is not the one whose imageCrc its record tells (OPU-RDO-4).`;
    sink.linkError(makeLinkError(linkErrorKind.MALFORMED, text, header));
  } else if (codecOf(header.type) === undefined) sink.linkError(unknownType(header));
  else sink.message(header, payload, borrowed);
}
