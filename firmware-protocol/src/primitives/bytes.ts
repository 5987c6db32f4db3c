import { OpuError } from '@opu/core';

/** Numbers, texts and bytes at a place of a `Uint8Array`, little-endian. Used by the generated codec. */

const floatBytes = new Uint8Array(8);
const float = new DataView(floatBytes.buffer);
const encoder = new TextEncoder();
// A reader never refuses a message for its text: what is no UTF-8 shows as U+FFFD.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const MAX_HIGH = 0x1fffff;

export const EMPTY_BYTES = new Uint8Array(0);

export function readU16(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8);
}

export function readU32(b: Uint8Array, at: number): number {
  return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
}

/** True when the 64-bit number there is at most 2^53 - 1. */
export function isSafeU64(b: Uint8Array, at: number): boolean {
  return readU32(b, at + 4) <= MAX_HIGH;
}

/** The caller has checked `isSafeU64`. */
export function readU64(b: Uint8Array, at: number): number {
  return readU32(b, at) + readU32(b, at + 4) * 0x1_0000_0000;
}

export function readF64(b: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) floatBytes[i] = b[at + i]!;
  return float.getFloat64(0, true);
}

export function readString(b: Uint8Array, at: number, length: number): string {
  return length === 0 ? '' : decoder.decode(b.subarray(at, at + length));
}

export function readHex(b: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += b[at + i]!.toString(16).padStart(2, '0');
  return text;
}

/** A field that cannot be written: the caller's fault, told with the field, the value and what is allowed. */
function unwritable(field: string, value: unknown, allowed: string): never {
  throw new OpuError('INVALID_ARGUMENT', `${field} cannot be ${String(value)}: ${allowed} is needed.`, {
    details: { field, value },
  });
}

export function writeU8(b: Uint8Array, at: number, value: number, field: string): void {
  if ((value & 0xff) !== value) unwritable(field, value, 'an integer from 0 to 255');
  b[at] = value;
}

export function writeU16(b: Uint8Array, at: number, value: number, field: string): void {
  if ((value & 0xffff) !== value) unwritable(field, value, 'an integer from 0 to 65535');
  b[at] = value;
  b[at + 1] = value >>> 8;
}

export function writeU32(b: Uint8Array, at: number, value: number, field: string): void {
  if (value >>> 0 !== value) unwritable(field, value, 'an integer from 0 to 2^32 - 1');
  putU32(b, at, value);
}

/** Without a check. */
export function putU32(b: Uint8Array, at: number, value: number): void {
  b[at] = value;
  b[at + 1] = value >>> 8;
  b[at + 2] = value >>> 16;
  b[at + 3] = value >>> 24;
}

export function writeU64(b: Uint8Array, at: number, value: number, field: string): void {
  if (!Number.isSafeInteger(value) || value < 0) unwritable(field, value, 'an integer from 0 to 2^53 - 1');
  putU32(b, at, value >>> 0);
  putU32(b, at + 4, Math.floor(value / 0x1_0000_0000));
}

export function writeF64(b: Uint8Array, at: number, value: number, field: string): void {
  if (typeof value !== 'number') unwritable(field, value, 'a number');
  float.setFloat64(0, value, true);
  b.set(floatBytes, at);
}

export function writeZeros(b: Uint8Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) b[at + i] = 0;
}

export function writeHex(b: Uint8Array, at: number, value: string, count: number, field: string): void {
  if (value.length !== 2 * count || !/^[0-9a-f]*$/.test(value)) {
    unwritable(field, value, `${2 * count} lower-case hexadecimal digits`);
  }
  for (let i = 0; i < count; i++) b[at + i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
}

/** Bytes that a text takes on the wire, without its byte count. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      // A pair of surrogates is 4 bytes for 2 units; a lone one becomes U+FFFD, 3 bytes.
      if (next >= 0xdc00 && next < 0xe000) {
        i++;
      }
    }
  }
  return length;
}

/** The bytes of an identifier; too long is an error. */
export function stringLength(text: string, maximum: number, field: string): number {
  const length = utf8Length(text);
  if (length > maximum) unwritable(field, `a text of ${length} bytes`, `at most ${maximum} bytes of UTF-8`);
  return length;
}

/** The bytes that a text for people takes: cut after the last whole character that fits. */
export function clampedLength(text: string, maximum: number): number {
  const length = utf8Length(text);
  if (length <= maximum) return length;
  let used = 0;
  for (const character of text) {
    const more = utf8Length(character);
    if (used + more > maximum) break;
    used += more;
  }
  return used;
}

/** Writes the first `length` bytes of a text, `length` being on the border of a character. */
export function writeString(b: Uint8Array, at: number, text: string, length: number): void {
  if (length > 0) encoder.encodeInto(text, b.subarray(at, at + length));
}

/** A payload that does not hold what its type needs. */
export function malformed(message: string, field: string, problem: string): never {
  throw new OpuError('PROTOCOL_VIOLATION', `${message}.${field} is malformed: ${problem}.`, {
    details: { message, field, problem },
  });
}

/** Checks that `needed` bytes stand at `at`. */
export function need(b: Uint8Array, at: number, needed: number, message: string, field: string): void {
  if (b.length - at < needed) {
    malformed(message, field, `it needs ${needed} bytes, and ${Math.max(0, b.length - at)} are left in the payload`);
  }
}

export const U64_TOO_LARGE = 'it is above 2^53 - 1';
