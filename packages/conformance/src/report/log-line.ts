import type { WireLogEntry } from '../log/wire-log.js';

/** One piece of the wire log: when, on which connection, which way, what it was, and its bytes in hexadecimal. */
export function logLines({ ticks, connection, from, messages, byteLength, hex }: WireLogEntry): string[] {
  const arrow = from === 'host' ? '→' : '←';
  const more = byteLength * 2 > hex.length ? ' …' : '';
  const head = `${String(ticks).padStart(12)}  ${connection} ${arrow} ${messages.join(' ') || '-'} (${byteLength} bytes)`;
  return hex === '' ? [head] : [head, `${' '.repeat(18)}${hex}${more}`];
}
