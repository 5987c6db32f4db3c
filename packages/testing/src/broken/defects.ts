import type { DeviceBehaviour } from '@opu/emulator';
import { crc32c, HEADER_BYTES, type Message, ReadoutRecordList, TRAILER_BYTES } from '@opu/protocol';
import type { BrokenWire, Passing, WireDefect } from './broken-link.js';

/** A healthy device, made worse in one way from outside. */
export interface BrokenDevice {
  readonly defect: string;
  /** What it offends against: a case that names it has to fail. */
  readonly clause: string;
  readonly wire?: WireDefect;
  readonly behaviours?: () => readonly DeviceBehaviour[];
  /** For defects of a carrier for lines that may be damaged. */
  readonly carrier?: 'stream';
  /** For defects that show in real time alone. */
  readonly clock?: 'realtime';
}

export type OfType<Type extends Message['type']> = Extract<Message, { type: Type }>;

/** Changes every message of one type that the device says. */
export function changed<Type extends Message['type']>(
  type: Type,
  change: (message: OfType<Type>, wire: BrokenWire, said: Passing) => Message | undefined,
): WireDefect {
  return {
    says: (said, wire) => {
      if (said.message.type !== type) return [said];
      const message = change(said.message as OfType<Type>, wire, said);
      return message === undefined ? [] : [{ ...said, message }];
    },
  };
}

/** Changes every message of one type that the device hears. */
export function misheard<Type extends Message['type']>(
  type: Type,
  change: (message: OfType<Type>, wire: BrokenWire, heard: Passing) => Message | undefined,
): WireDefect {
  return {
    hears: (heard, wire) => {
      if (heard.message.type !== type) return [heard];
      const message = change(heard.message as OfType<Type>, wire, heard);
      return message === undefined ? [] : [{ ...heard, message }];
    },
  };
}

/** Changes every record of READOUTS. */
export function records(
  change: (record: ReturnType<ReadoutRecordList['get']>, wire: BrokenWire) => object,
): WireDefect {
  return changed('READOUTS', (message, wire) => ({
    ...message,
    frames: ReadoutRecordList.from(message.frames.toArray().map((record) => ({ ...record, ...change(record, wire) }))),
  }));
}

export const refusals = (change: (message: OfType<'REFUSED'>) => Partial<OfType<'REFUSED'>>): WireDefect =>
  changed('REFUSED', (message) => ({ ...message, ...change(message) }));

/** Gives a message that was changed byte by byte its CRCs. */
export function sealed(message: Uint8Array): Uint8Array {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  view.setUint32(HEADER_BYTES - 4, crc32c(message, 0, HEADER_BYTES - 4), true);
  const end = message.length - TRAILER_BYTES;
  view.setUint32(end, crc32c(message, HEADER_BYTES, end, view.getUint32(HEADER_BYTES - 4, true)), true);
  return message;
}

/** Remembers a value that goes on over messages and connections. */
export function remembered<T>(wire: BrokenWire, key: string, initial: T, next: (value: T) => T): T {
  const value = next((wire.state.has(key) ? wire.state.get(key) : initial) as T);
  wire.state.set(key, value);
  return value;
}
