import type { Carrier } from '@opu/core';
import { cobsFrame } from './cobs.js';
import type { FrameMemory } from './frame-memory.js';

/**
 * The bytes of a message as they go over a carrier: the same, except on `stream`, which frames them.
 * @param memory where frames that are sent give their memory back
 */
export function frameForCarrier(carrier: Carrier, message: Uint8Array, memory?: FrameMemory): Uint8Array {
  return carrier === 'stream' ? cobsFrame(message, memory) : message;
}
