import { isOpuError, OpuError } from '@opu/core';
import { crc32c } from '../crc/crc32c.js';
import { linkErrorKind } from '../generated/enums.js';
import { type Message, type MessageCodec, type MessageTypeName, messageCodecs } from '../generated/messages.js';
import { putU32, readU32 } from '../primitives/bytes.js';
import { BuiltReadouts } from './built-readouts.js';
import { HEADER_BYTES, type HeaderFields, type MessageHeader, TRAILER_BYTES, writeMessageHeader } from './header.js';
import { type LinkError, makeLinkError } from './link-error.js';

const codecById = new Map<number, MessageCodec>(Object.values(messageCodecs).map((codec) => [codec.id, codec]));

/** The codec of a type of message by its number; undefined for one that this version does not know. */
export function codecOf(type: number): MessageCodec | undefined {
  return codecById.get(type);
}

/** Name of a type of message; undefined for one that this version does not know. */
export function messageTypeName(type: number): MessageTypeName | undefined {
  return codecById.get(type)?.name;
}

/** Bytes of a payload. */
export function payloadSize(message: Message): number {
  return messageCodecs[message.type].size(message as never);
}

/**
 * A whole message: header, payload, CRC. It is new and belongs to the caller. On the carriers `length` and `message`
 * these are the bytes that are sent; see `frameForCarrier` for `stream`.
 * Throws INVALID_ARGUMENT for a value that its field cannot hold.
 * @param lends the bytes of `BuiltReadouts` go back to them when they are recycled, instead of belonging to the caller
 * @param allocate gives memory for so many bytes, all of which are written
 */
export function encodeMessage(
  fields: HeaderFields,
  message: Message,
  lends = false,
  allocate = (length: number): Uint8Array => new Uint8Array(length),
): Uint8Array {
  const built = message.type === 'READOUTS' ? BuiltReadouts.takeBytes(message, fields, lends) : undefined;
  if (built !== undefined) return built;
  const codec = messageCodecs[message.type];
  const payloadLength = codec.size(message as never);
  const bytes = allocate(HEADER_BYTES + payloadLength + TRAILER_BYTES);
  codec.write(bytes, HEADER_BYTES, message as never);
  sealMessage(bytes, codec.id, fields);
  return bytes;
}

/**
 * Writes header and CRC around a payload that stands in its place already: `bytes` is a whole message's, the payload
 * from `HEADER_BYTES` on. For those who build large payloads without a copy.
 */
export function sealMessage(bytes: Uint8Array, type: number, fields: HeaderFields): void {
  const end = bytes.length - TRAILER_BYTES;
  if (end < HEADER_BYTES) throw new OpuError('BUG', `A message has at least 36 bytes; these are ${bytes.length}.`);
  writeMessageHeader(bytes, 0, type, end - HEADER_BYTES, fields);
  putU32(bytes, end, crc32c(bytes, HEADER_BYTES, end, readU32(bytes, HEADER_BYTES - 4)));
}

/**
 * Decodes a payload that a `MessageReader` handed out. Texts and numbers are copied; `data` and record lists are
 * borrowed from the payload. Never throws for what stands on the wire.
 */
export function decodeMessage(header: MessageHeader, payload: Uint8Array): Message | LinkError {
  const codec = codecById.get(header.type);
  if (codec === undefined) return unknownType(header);
  try {
    return codec.decode(payload);
  } catch (error) {
    if (!isOpuError(error, 'PROTOCOL_VIOLATION')) throw error;
    return makeLinkError(linkErrorKind.MALFORMED, error.message, header);
  }
}

export function isLinkError(result: Message | LinkError): result is LinkError {
  return 'kind' in result && 'fatal' in result;
}

export function unknownType(header: MessageHeader): LinkError {
  const type = `0x${header.type.toString(16).padStart(4, '0')}`;
  return makeLinkError(linkErrorKind.UNKNOWN_TYPE, `A message of type ${type} came; it is not known here.`, header);
}
