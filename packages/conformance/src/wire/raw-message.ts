import { crc32c, HEADER_BYTES, type MessageHeader, TRAILER_BYTES, writeHeader } from '@opu/protocol';

/** Bytes of a message of which everything can be wrong. */
export interface RawMessage extends Partial<MessageHeader> {
  readonly type: number;
  readonly payload?: Uint8Array;
  readonly damage?: 'header-crc' | 'payload-crc' | 'magic';
}

export function rawMessage(raw: RawMessage): Uint8Array {
  const { payload = new Uint8Array(), damage, ...header } = raw;
  const bytes = new Uint8Array(HEADER_BYTES + payload.length + TRAILER_BYTES);
  writeHeader(bytes, {
    versionMajor: 1,
    versionMinor: 0,
    incompatibleFlags: 0,
    compatibleFlags: 0,
    requestId: 0,
    sequence: 0,
    session: 0,
    payloadLength: payload.length,
    ...header,
  });
  bytes.set(payload, HEADER_BYTES);
  if (damage === 'header-crc') bytes[HEADER_BYTES - 1]! ^= 0x10;
  if (damage === 'magic') bytes[0]! ^= 0x10;
  const view = new DataView(bytes.buffer);
  const end = HEADER_BYTES + payload.length;
  const crc = crc32c(bytes, HEADER_BYTES, end, view.getUint32(HEADER_BYTES - 4, true));
  view.setUint32(end, damage === 'payload-crc' ? (crc ^ 0x100) >>> 0 : crc, true);
  return bytes;
}
