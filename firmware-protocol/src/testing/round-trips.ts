import type { Carrier } from '@opu/core';
import { decodeMessage, encodeMessage, isLinkError } from '../codec/message.js';
import { createMessageReader } from '../framing/create-message-reader.js';
import { frameForCarrier } from '../framing/frame.js';
import { messageToPlain } from '../schema/plain.js';
import { referenceDecode } from '../schema/reference-codec.js';
import { schema } from '../schema/schema.js';
import { Random } from './random.js';
import { randomMessage } from './random-message.js';

const BATCH = 64;
const REFERENCE_EVERY = 16;

/**
 * Encodes random messages, sends them over a carrier in chunks of random size, and compares what comes out with what went
 * in: header, and payload byte for byte after another encoding; every 16th also field for field with the reference codec.
 * Throws on the first difference. Returns the number of messages that came through.
 */
export function roundTrips(seed: number, count: number): number {
  const random = new Random(seed);
  let received = 0;
  for (let done = 0; done < count; done += BATCH) {
    const carrier: Carrier = random.pick(['stream', 'length', 'message']);
    received += batch(random, carrier, Math.min(BATCH, count - done), `seed ${seed}, message ${done}, ${carrier}`);
  }
  return received;
}

function batch(random: Random, carrier: Carrier, count: number, label: string): number {
  const sent: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const sequence = random.oneIn(2) ? i : random.next() * 2 ** random.below(22);
    sent.push(
      encodeMessage({ sequence, requestId: random.next(), compatibleFlags: random.below(256) }, randomMessage(random)),
    );
  }
  let next = 0;
  const reader = createMessageReader(
    carrier,
    {
      message: (header, payload) => {
        const original = sent[next]!;
        const message = decodeMessage(header, payload);
        if (isLinkError(message)) throw new Error(`${label} + ${next}: ${message.text}`);
        if (Buffer.compare(encodeMessage(header, message), original) !== 0) {
          throw new Error(`${label} + ${next}: ${message.type} came out as other bytes`);
        }
        if (next % REFERENCE_EVERY === 0) {
          const type = schema.messages.find((m) => m.name === message.type)!;
          const reference = referenceDecode(schema, type, payload);
          if (JSON.stringify(reference) !== JSON.stringify(messageToPlain(message))) {
            throw new Error(`${label} + ${next}: ${message.type} is read otherwise by the reference codec`);
          }
        }
        next++;
      },
      linkError: (error) => {
        throw new Error(`${label} + ${next}: ${error.text}`);
      },
    },
    { borrow: random.oneIn(2) },
  );
  if (carrier === 'message') for (const message of sent) reader.receive(message);
  else {
    const all = new Uint8Array(Buffer.concat(sent.map((message) => frameForCarrier(carrier, message))));
    const largest = random.pick([1, 3, 40, 700, 5000]) + 1;
    for (let at = 0; at < all.length; ) {
      const end = Math.min(all.length, at + 1 + random.below(largest));
      reader.receive(all.subarray(at, end));
      at = end;
    }
  }
  if (next !== count) throw new Error(`${label}: ${count} messages went in and ${next} came out`);
  return next;
}
