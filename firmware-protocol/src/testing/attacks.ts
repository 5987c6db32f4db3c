import type { Carrier } from '@opu/core';
import type { MessageHeader } from '../codec/header.js';
import { decodeMessage, encodeMessage, isLinkError } from '../codec/message.js';
import { createMessageReader } from '../framing/create-message-reader.js';
import { frameForCarrier } from '../framing/frame.js';
import type { MessageReader } from '../framing/message-reader.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { randomMessage } from './random-message.js';

const MAXIMUM_PAYLOAD = 2048;
const POOL = 256;

/** What became of mutated byte strings. */
export interface AttackReport {
  attacks: number;
  /** Whole messages that came through unharmed, in front of or behind the damage. */
  intact: number;
  /** Messages with right CRCs but other content that were taken. */
  forged: number;
  refused: number;
}

/**
 * Sends mutated messages, each followed by a good one, and looks at what a reader makes of them. Throws when a message is
 * taken that nobody sent, when a carrier with borders misses the good one, or when anything throws.
 */
export function attack(seed: number, count: number): AttackReport {
  const random = new Random(seed);
  const pool = Array.from({ length: POOL }, (_, sequence) =>
    encodeMessage({ sequence, requestId: random.next() }, randomMessage(random)),
  );
  const report: AttackReport = { attacks: 0, intact: 0, forged: 0, refused: 0 };
  let isForged = false;
  let last = -1;
  let label = '';

  const take = (header: MessageHeader, payload: Uint8Array): void => {
    const original = pool[header.sequence];
    if (original !== undefined && isSame(original, header, payload)) {
      report.intact++;
      last = header.sequence;
      return;
    }
    if (!isForged) throw new Error(`${label}: a message was taken that nobody sent`);
    const message = decodeMessage(header, payload);
    if (isLinkError(message)) {
      report.refused++;
      return;
    }
    report.forged++;
    // What was understood can be said again, and is understood again.
    const again = decodeMessage(header, encodeMessage(header, message).subarray(32, -4));
    if (isLinkError(again)) throw new Error(`${label}: ${message.type} cannot be read again: ${again.text}`);
  };
  const sink = { message: take, linkError: () => void report.refused++ };
  const options = { maximumPayload: MAXIMUM_PAYLOAD, borrow: true };
  const stream = createMessageReader('stream', sink, options);
  const transfers = createMessageReader('message', sink, options);

  for (let i = 0; i < count; i++) {
    const carrier: Carrier = random.pick(['stream', 'length', 'message']);
    label = `seed ${seed}, attack ${i}, ${carrier}`;
    const good = random.below(POOL);
    const { bytes, forged } = mutate(pool[random.below(POOL)]!, pool[random.below(POOL)]!, random);
    isForged = forged;
    last = -1;
    const reader =
      carrier === 'stream' ? stream : carrier === 'message' ? transfers : createMessageReader('length', sink, options);
    if (carrier === 'stream') {
      // Half of the damage hits the frame, half the message inside.
      const frame = random.oneIn(2)
        ? frameForCarrier(carrier, bytes)
        : mutate(frameForCarrier(carrier, pool[good]!), bytes, random).bytes;
      feed(reader, frame, random);
      last = -1;
      feed(reader, frameForCarrier(carrier, pool[good]!), random);
    } else if (carrier === 'message') {
      reader.receive(bytes);
      reader.receive(pool[good]!);
    } else {
      feed(reader, bytes, random);
      feed(reader, pool[good]!, random);
    }
    if (carrier !== 'length' && last !== good)
      throw new Error(`${label}: the good message behind the damage was missed`);
    report.attacks++;
  }
  return report;
}

function feed(reader: MessageReader, bytes: Uint8Array, random: Random): void {
  const cut = random.oneIn(2) ? 0 : random.below(bytes.length + 1);
  if (cut > 0) reader.receive(bytes.subarray(0, cut));
  reader.receive(bytes.subarray(cut));
}

/** Whether a received message is the one that was sent, byte for byte. */
function isSame(original: Uint8Array, header: MessageHeader, payload: Uint8Array): boolean {
  if (original.length !== payload.length + 36 || header.incompatibleFlags !== 0) return false;
  const type = original[8]! | (original[9]! << 8);
  if (header.type !== type || header.compatibleFlags !== original[7] || header.versionMinor !== original[5])
    return false;
  for (let i = 0; i < payload.length; i++) if (payload[i] !== original[32 + i]) return false;
  return true;
}
