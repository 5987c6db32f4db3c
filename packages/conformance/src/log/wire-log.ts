import type { Clock, Ticks } from '@opu/core';

/** One piece of what went over the wire. */
export interface WireLogEntry {
  /** Ticks of the host's clock since the case began. */
  readonly ticks: Ticks;
  /** Which connection of the case, from 1. */
  readonly connection: number;
  readonly from: 'host' | 'device';
  /** Types of the messages that are whole with it. */
  readonly messages: readonly string[];
  readonly byteLength: number;
  /** The bytes, at most the first 128 of them. */
  readonly hex: string;
}

const SHOWN_BYTES = 128;
const MOST_ENTRIES = 400;

/** Keeps the wire log of one case; a flood is cut off, and the last entry says so. */
export class WireLog {
  readonly entries: WireLogEntry[] = [];
  readonly #clock: Clock;
  readonly #begin: Ticks;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begin = clock.now();
  }

  add(connection: number, from: 'host' | 'device', bytes: Uint8Array, messages: readonly string[]): void {
    if (this.entries.length > MOST_ENTRIES) return;
    const full = this.entries.length === MOST_ENTRIES;
    this.entries.push({
      ticks: this.#clock.now() - this.#begin,
      connection,
      from,
      messages: full ? ['(the rest is left out)'] : messages,
      byteLength: bytes.length,
      hex: Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    });
  }
}
