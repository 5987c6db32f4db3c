import { crc32c, encodeMessage, HEADER_BYTES, messageCodecs, resultCode, TRAILER_BYTES } from '@opu/protocol';
import type { WireDefect } from './broken-link.js';
import { type BrokenDevice, changed, misheard, refusals, remembered, sealed } from './defects.js';

const is = (chunk: Uint8Array, type: number): boolean =>
  chunk.length >= HEADER_BYTES + TRAILER_BYTES && chunk[0] === 0x4f && chunk[8]! + 256 * chunk[9]! === type;
const headerHolds = (chunk: Uint8Array): boolean =>
  chunk.length < HEADER_BYTES ||
  crc32c(chunk, 0, HEADER_BYTES - 4) === new DataView(chunk.buffer, chunk.byteOffset).getUint32(HEADER_BYTES - 4, true);

/** Changes the bytes of CLOCK_SYNC_REPLY. */
const clockBytes = (change: (bytes: Uint8Array, view: DataView) => void): WireDefect => ({
  says: (said) => {
    if (said.message.type !== 'CLOCK_SYNC_REPLY') return [said];
    const bytes = encodeMessage(said, said.message);
    change(bytes, new DataView(bytes.buffer, bytes.byteOffset));
    return [bytes];
  },
});

/** Messages, carriers, payloads and damage. */
export const wireDefects: readonly BrokenDevice[] = [
  {
    defect: 'a number is big-endian',
    clause: 'OPU-MSG-1',
    wire: clockBytes((bytes) => {
      bytes.subarray(HEADER_BYTES, HEADER_BYTES + 8).reverse();
      sealed(bytes);
    }),
  },
  {
    defect: 'CRCs lack their final complement',
    clause: 'OPU-MSG-2',
    wire: clockBytes((bytes, view) => {
      for (const at of [HEADER_BYTES - 4, bytes.length - TRAILER_BYTES]) view.setUint32(at, ~view.getUint32(at), false);
    }),
  },
  {
    defect: 'the major version of a header is not looked at',
    clause: 'OPU-MSG-9',
    wire: {
      hearsBytes: (chunk) => {
        if (chunk.length < 36 || chunk[4] === 1 || !headerHolds(chunk)) return [chunk];
        const copy = new Uint8Array(chunk);
        copy[4] = 1;
        return [sealed(copy)];
      },
    },
  },
  {
    defect: 'a frame is lost when it comes in pieces',
    clause: 'OPU-CAR-3',
    carrier: 'stream',
    wire: { hearsBytes: (chunk) => (chunk.length < HEADER_BYTES ? [] : [chunk]) },
  },
  {
    defect: 'pieces of 254 bytes are misread',
    clause: 'OPU-CAR-4',
    carrier: 'stream',
    wire: {
      hearsBytes: (chunk) =>
        chunk.length > 280 && chunk.includes(255) ? [chunk.map((byte) => (byte === 255 ? 254 : byte))] : [chunk],
    },
  },
  {
    defect: 'the first frame after garbage is lost',
    clause: 'OPU-CAR-5',
    carrier: 'stream',
    wire: {
      hearsBytes: (chunk, wire) => {
        const isFrame = chunk[0] === 0 && chunk.at(-1) === 0;
        const wasFrame = wire.state.get('frame') !== false;
        wire.state.set('frame', isFrame);
        return isFrame && !wasFrame ? [] : [chunk];
      },
    },
  },
  {
    defect: 'a number above 2^53 - 1 is taken',
    clause: 'OPU-PAY-2',
    wire: {
      says: (said) => {
        const { message } = said;
        const isIt = message.type === 'REFUSED' && message.requestType === messageCodecs.CLOCK_SYNC.id;
        return [isIt ? { ...said, message: { type: 'DONE', tick: 0, value: 0 } } : said];
      },
    },
  },
  {
    defect: 'patterns need a request id',
    clause: 'OPU-REQ-9',
    wire: misheard('PATTERNS', (m, _, heard) => (heard.requestId === 0 && m.count > 0 ? undefined : m)),
  },
  {
    defect: 'a sequence is skipped',
    clause: 'OPU-MSG-4',
    wire: { says: (said) => [{ ...said, sequence: said.sequence + (said.sequence >= 2 ? 1 : 0) }] },
  },
  {
    defect: 'the sequence wraps after 255',
    clause: 'OPU-MSG-4',
    wire: { says: (said) => [{ ...said, sequence: said.sequence % 256 }] },
  },
  {
    defect: 'the payload CRC does not go on from the header',
    clause: 'OPU-MSG-3',
    wire: clockBytes((bytes, view) => {
      const end = bytes.length - TRAILER_BYTES;
      view.setUint32(end, crc32c(bytes, HEADER_BYTES, end), true);
    }),
  },
  {
    defect: 'an unknown incompatible flag is ignored',
    clause: 'OPU-MSG-5',
    wire: {
      hearsBytes: (chunk) => {
        if (chunk.length < 36 || chunk[6] === 0 || !headerHolds(chunk)) return [chunk];
        const copy = new Uint8Array(chunk);
        copy[6] = 0;
        return [sealed(copy)];
      },
    },
  },
  {
    defect: 'a message with an unknown compatible flag is dropped',
    clause: 'OPU-MSG-5',
    wire: {
      hearsBytes: (chunk) => (chunk.length >= 36 && (chunk[7]! & 0x80) !== 0 && headerHolds(chunk) ? [] : [chunk]),
    },
  },
  {
    defect: 'a flag that is not defined is set',
    clause: 'OPU-MSG-6',
    wire: { says: (said) => [{ ...said, compatibleFlags: said.compatibleFlags | 4 }] },
  },
  {
    defect: 'stored replies do not carry REPEATED',
    clause: 'OPU-MSG-7',
    wire: { says: (said) => [{ ...said, compatibleFlags: 0 }] },
  },
  {
    defect: 'a message that comes in pieces is lost',
    clause: 'OPU-CAR-1',
    wire: { hearsBytes: (chunk) => (chunk.length < HEADER_BYTES ? [] : [chunk]) },
  },
  {
    defect: 'a damaged header does not end the connection',
    clause: 'OPU-CAR-6',
    wire: { hearsBytes: (chunk) => (headerHolds(chunk) ? [chunk] : []) },
  },
  {
    defect: 'a reserved field is not 0',
    clause: 'OPU-PAY-1',
    wire: {
      says: (said) => {
        if (said.message.type !== 'DESCRIBE_REPLY') return [said];
        const bytes = encodeMessage(said, said.message);
        bytes[HEADER_BYTES + 133] = 1;
        return [sealed(bytes)];
      },
    },
  },
  {
    defect: 'a payload with fields of a later version is called malformed',
    clause: 'OPU-PAY-3',
    wire: {
      hearsBytes: (chunk) => {
        if (!is(chunk, messageCodecs.CLOCK_SYNC.id) || chunk.length < 50 || !headerHolds(chunk)) return [chunk];
        const short = new Uint8Array([...chunk.subarray(0, HEADER_BYTES + 3), 0, 0, 0, 0]);
        short[24] = 3;
        return [sealed(short)];
      },
    },
  },
  {
    defect: 'a short payload is filled with zeros',
    clause: 'OPU-PAY-4',
    wire: {
      hearsBytes: (chunk) => {
        if (!is(chunk, messageCodecs.ACQUIRE_CONTROL.id) || chunk.length !== 39 || !headerHolds(chunk)) return [chunk];
        const long = new Uint8Array(44);
        long.set(chunk.subarray(0, HEADER_BYTES + 3));
        long[24] = 8;
        return [sealed(long)];
      },
    },
  },
  {
    defect: 'a count that lies is taken for the patterns that are there',
    clause: 'OPU-PAY-5',
    wire: misheard('PATTERNS', (m) => ({ ...m, count: Math.min(m.count, Math.floor(m.data.length / m.patternBytes)) })),
  },
  {
    defect: 'names of any length are taken',
    clause: 'OPU-PAY-6',
    wire: refusals(({ resultCode: code, requestType }) =>
      code === resultCode.MALFORMED && requestType === messageCodecs.HELLO.id ? { resultCode: resultCode.NO_ROOM } : {},
    ),
  },
  {
    defect: 'a number that an enumeration does not name makes a message malformed',
    clause: 'OPU-PAY-7',
    wire: refusals(({ field }) => (field === 'triggerMode' ? { resultCode: resultCode.MALFORMED, field: '' } : {})),
  },
  {
    defect: 'an unknown bit is set in the features',
    clause: 'OPU-PAY-8',
    wire: changed('DESCRIBE_REPLY', (m) => ({ ...m, features: (m.features | (2 ** 30)) >>> 0 })),
  },
  {
    defect: 'a message with a wrong payload CRC is acted on',
    clause: 'OPU-LNK-1',
    wire: { hearsBytes: (chunk) => [chunk.length >= 36 && headerHolds(chunk) ? sealed(new Uint8Array(chunk)) : chunk] },
  },
  {
    defect: 'a payload that is too long is called done',
    clause: 'OPU-LNK-2',
    wire: {
      says: (said) => {
        const { message } = said;
        const isTooLong = message.type === 'REFUSED' && message.resultCode === resultCode.NO_ROOM;
        return [isTooLong ? { ...said, message: { type: 'DONE', tick: 0, value: 0 } } : said];
      },
    },
  },
  {
    defect: 'messages that were lost are not counted',
    clause: 'OPU-LNK-3',
    wire: misheardSequences(),
  },
  {
    defect: 'a refusal does not say which type was refused',
    clause: 'OPU-LNK-5',
    wire: refusals(() => ({ requestType: 0 })),
  },
  {
    defect: 'an unknown type is called malformed',
    clause: 'OPU-LNK-5',
    wire: refusals(({ resultCode: code }) =>
      code === resultCode.NOT_SUPPORTED ? { resultCode: resultCode.MALFORMED } : {},
    ),
  },
  {
    defect: 'device time goes back',
    clause: 'OPU-CLK-1',
    wire: changed('CLOCK_SYNC_REPLY', (m, wire) => {
      const offset = remembered(wire, 'offset', 1000, (value) => value - 1);
      return { ...m, arrivalTick: m.arrivalTick + offset, departureTick: m.departureTick + offset };
    }),
  },
  {
    defect: 'a reply leaves before its question came',
    clause: 'OPU-CLK-2',
    wire: changed('CLOCK_SYNC_REPLY', (m) => ({ ...m, arrivalTick: m.departureTick + 1 })),
  },
];

/** Messages get the numbers that were expected. */
function misheardSequences(): WireDefect {
  return {
    hearsBytes: (chunk, wire) => {
      if (chunk.length < 36 || !headerHolds(chunk)) return [chunk];
      const copy = new Uint8Array(chunk);
      const next = remembered(wire, `next ${wire.connection}`, -1, (value) => value + 1);
      new DataView(copy.buffer).setUint32(16, next, true);
      const isSound = sealed(new Uint8Array(chunk)).every((byte, i) => byte === chunk[i]);
      return [isSound ? sealed(copy) : chunk];
    },
  };
}
