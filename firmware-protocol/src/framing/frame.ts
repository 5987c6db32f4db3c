import type { Carrier } from '../transport/transport.js';
import { cobsFrame } from './cobs.js';

/** The bytes of a message as they go over a carrier: the same, except on `stream`, which frames them. */
export function frameForCarrier(carrier: Carrier, message: Uint8Array): Uint8Array {
  return carrier === 'stream' ? cobsFrame(message) : message;
}
