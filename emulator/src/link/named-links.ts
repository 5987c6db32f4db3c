import { didYouMean, OpuError } from '@opu/core';
import { type TicksPerByte, ticksPerByte } from './rate.js';

/** How fast read-outs travel: what a byte costs, and where that figure comes from. */
export interface LinkModel {
  readonly name: string;
  readonly ticksPerByte: TicksPerByte;
  readonly source: string;
}

/** Links by name. A tick is 10 ns, so 100 MB/s are one tick a byte. */
export const namedLinks: readonly LinkModel[] = [
  {
    name: 'usb3',
    ticksPerByte: ticksPerByte(1n, 4n),
    source: 'choice: 400 MB/s, of the 500 MB/s that 5 Gbit/s carry after 8b/10b coding (USB 3.2 specification, Gen 1)',
  },
  {
    name: 'usb2',
    ticksPerByte: ticksPerByte(12_500n, 13n * 512n),
    source: 'USB 2.0 specification, table 5-10: 13 bulk transactions of 512 bytes in a microframe of 125 us',
  },
  {
    name: 'gige',
    ticksPerByte: ticksPerByte(8n * 1538n, 10n * 1460n),
    source: 'IEEE 802.3 at 1 Gbit/s: 1460 bytes of TCP payload in the 1538 byte times of a full frame',
  },
  {
    name: '10gige',
    ticksPerByte: ticksPerByte(8n * 1538n, 100n * 1460n),
    source: 'IEEE 802.3 at 10 Gbit/s: 1460 bytes of TCP payload in the 1538 byte times of a full frame',
  },
  {
    name: 'camera-link-full',
    ticksPerByte: ticksPerByte(100n, 850n),
    source: 'Camera Link specification, 80-bit configuration: 10 bytes at 85 MHz',
  },
  { name: 'ideal', ticksPerByte: ticksPerByte(0n, 1n), source: 'a link that takes no time' },
];

/** Bits that a byte takes on an asynchronous serial line: start, eight, stop. */
const SERIAL_BITS = 10n;

/**
 * Finds a link by name; `serial-<baud>` is an asynchronous serial line (8N1) of that many bits a second.
 * @throws OpuError INVALID_ARGUMENT for an unknown name
 */
export function resolveLink(name: string): LinkModel {
  const known = namedLinks.find((link) => link.name === name);
  if (known !== undefined) return known;
  const baud = /^serial-([1-9]\d{0,9})$/.exec(name)?.[1];
  if (baud !== undefined) {
    return {
      name,
      ticksPerByte: ticksPerByte(SERIAL_BITS * 100_000_000n, BigInt(baud)),
      source: `asynchronous serial line, 8N1: ${SERIAL_BITS} bits a byte at ${baud} bits a second`,
    };
  }
  const names = namedLinks.map((link) => link.name);
  throw new OpuError(
    'INVALID_ARGUMENT',
    `There is no link '${name}'.${didYouMean(name, names)} Links are ${names.join(', ')} and serial-<baud>.`,
    { details: { link: name } },
  );
}
