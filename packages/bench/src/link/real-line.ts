import type { RawExchange } from './exchange.js';

/**
 * A serial line as fast as the common bridges between USB and serial lines make them, bits a second: "UART Transfer Data Rate up to
 * 12Mbaud" (FTDI, data sheet of the FT2232H, document FT_000061, version 2.6).
 */
export const FASTEST_BAUD = 12_000_000;

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

/** Frames that take about a second at that rate. */
export const framesOnLine = { tiny: 1024, upward: 9, full: 5 } as const;

/**
 * The least that a line of this rate takes for the bytes of an exchange: the busier direction all the time, and the other one
 * while the first pattern has not come, or nothing but the last image is left.
 */
export function secondsOnLine({ frames, patternBytes, imageBytes }: RawExchange, baud: number): number {
  const bytes = Math.max(patternBytes, imageBytes) * frames + Math.min(patternBytes, imageBytes);
  return (bytes * BITS_PER_BYTE) / baud;
}
