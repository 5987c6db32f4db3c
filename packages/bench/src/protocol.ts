import {
  crc32c,
  createMessageReader,
  createPatterns,
  createReadouts,
  decodePatterns,
  decodeReadouts,
  encodeMessage,
  type Message,
  type MessageHeader,
  type MessageReader,
  messageType,
  ReadoutRecordList,
} from '@opu/protocol';
import type { Bench, BenchCase } from './harness/bench.js';

/** How many different messages a case goes through, so that it does not live in the first-level cache. */
const DISTINCT = 16;
const HEADER_BYTES = 32;
const TCP_CHUNK = 65_536;

/** Decoding against the CRC that it cannot do without, and small messages against a million a second. */
export const protocolBench: Bench = {
  name: 'protocol',
  description: 'decoding of messages against the CRC alone over the same bytes, one thread',
  async *cases({ quick }) {
    const bytes = quick ? 2e6 : 4e8;
    yield decodeCase('130 kB of patterns', patterns(1, 130_000), bytes);
    yield decodeCase('130 kB of patterns in chunks of 64 kB', patterns(1, 130_000), bytes, TCP_CHUNK);
    yield decodeCase('500 patterns of 260 B', patterns(500, 260), bytes);
    yield decodeCase('a readout of 300 kB', readouts(1, 300_000), bytes);
    yield decodeCase('a readout of 300 kB in chunks of 64 kB', readouts(1, 300_000), bytes, TCP_CHUNK);
    yield decodeCase('150 readouts of 2048 B', readouts(150, 2048), bytes);
    yield smallCase(quick ? 20_000 : 2_000_000);
  },
};

function patterns(count: number, patternBytes: number): Message {
  return { ...createPatterns(), count, patternBytes, data: filled(count * patternBytes) };
}

function readouts(count: number, imageBytes: number): Message {
  const data = filled(count * imageBytes);
  const frames = ReadoutRecordList.allocate(count);
  for (let i = 0; i < count; i++) frames.setImageCrc(i, crc32c(data, i * imageBytes, (i + 1) * imageBytes));
  return { ...createReadouts(), imageBytes, frames, data };
}

function filled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 167) >> 3);
}

/** Decodes every message into the same two objects, as a driver on its hot path does, and reads every record. */
function decodingReader(seen: { sum: number }): MessageReader {
  const intoPatterns = createPatterns();
  const intoReadouts = createReadouts();
  const message = (header: MessageHeader, payload: Uint8Array): void => {
    if (header.type === messageType.PATTERNS) {
      seen.sum += decodePatterns(payload, intoPatterns).data.length;
    } else {
      const { frames } = decodeReadouts(payload, intoReadouts);
      for (let i = 0; i < frames.count; i++) seen.sum += frames.frame(i) + frames.flags(i);
    }
  };
  const linkError = (error: { text: string }): void => {
    throw new Error(error.text);
  };
  return createMessageReader('length', { message, linkError }, { maximumPayload: 1 << 20, borrow: true });
}

function decodeCase(name: string, message: Message, bytes: number, chunk = Number.POSITIVE_INFINITY): BenchCase {
  const messages = Array.from({ length: DISTINCT }, (_, sequence) => encodeMessage({ sequence }, message));
  const size = messages[0]!.length;
  const chunks = messages.map((whole) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < size; at += chunk) parts.push(whole.subarray(at, Math.min(size, at + chunk)));
    return parts;
  });
  const repetitions = Math.max(1, Math.round(bytes / size / DISTINCT));
  const seen = { sum: 0 };
  const reader = decodingReader(seen);
  return {
    name: `decode ${name}`,
    work: { amount: (size * DISTINCT * repetitions) / 1e9, unit: 'GB' },
    ours: {
      name: 'opu: reassemble, check, decode',
      run: () => {
        for (let i = 0; i < repetitions; i++)
          for (const parts of chunks) for (const part of parts) reader.receive(part);
        return undefined;
      },
    },
    peers: [
      {
        name: 'CRC-32C alone',
        reach: 0.7,
        run: () => {
          for (let i = 0; i < repetitions; i++) for (const whole of messages) seen.sum += crc32c(whole, HEADER_BYTES);
          return undefined;
        },
      },
    ],
  };
}

function smallCase(count: number): BenchCase {
  const message = patterns(1, 32);
  const one = Array.from({ length: DISTINCT }, (_, sequence) => encodeMessage({ sequence }, message));
  const together = new Uint8Array(Buffer.concat(one));
  const repetitions = count / DISTINCT;
  const seen = { sum: 0 };
  const reader = decodingReader(seen);
  return {
    name: 'decode small messages, 64 B of payload',
    work: { amount: count / 1e6, unit: 'million messages' },
    ours: {
      name: 'opu: reassemble, check, decode',
      run: () => {
        for (let i = 0; i < repetitions; i++) reader.receive(together);
        return undefined;
      },
    },
    peers: [{ name: 'a million a second', reach: 1, run: () => count / 1e6 }],
  };
}
