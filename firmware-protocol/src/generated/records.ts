// Generated from src/schema by `npm run generate`; edits are lost.
import {
  isSafeU64,
  readF64,
  readU32,
  readU64,
  writeF64,
  writeU32,
  writeU64,
} from '../primitives/bytes.js';
import {
  RecordList,
} from '../primitives/record-list.js';
import type {
  CounterId,
  ReadoutFlag,
} from './enums.js';

/** What is known of one frame. */
export interface ReadoutRecord {
  /** Number of the frame since power-on; never wraps. */
  frame: number;
  /** The pattern that was on the modulator. */
  patternId: number;
  /** Tick of the reset pulse that showed the pattern. */
  resetTick: number;
  /** Tick on which the exposure started. */
  exposureStartTick: number;
  /** Length of the exposure, ticks. */
  exposureTicks: number;
  /** Phase of the reference beam, radians; 0 when it is off. */
  referencePhase: number;
  /** Flags of the frame. Bits of `readoutFlag`. */
  flags: ReadoutFlag;
  /** Pixels at full scale. */
  saturatedPixels: number;
  /** Frames that were discarded just before this one. */
  droppedBefore: number;
  /** CRC-32C of the bytes of the image. */
  imageCrc: number;
}

/** ReadoutRecords in place. */
export class ReadoutRecordList extends RecordList<ReadoutRecord> {
  /** Bytes of one record of this version. */
  static readonly recordBytes = 64;
  /** Bytes that a record has at least. */
  static readonly minimumBytes = 64;

  /** Room for `count` records, all zero, to be filled in place. */
  static allocate(count: number): ReadoutRecordList {
    return new ReadoutRecordList(new Uint8Array(count * 64), 0, count, 64);
  }

  static from(records: readonly ReadoutRecord[]): ReadoutRecordList {
    const list = ReadoutRecordList.allocate(records.length);
    for (let i = 0; i < records.length; i++) list.set(i, records[i]!);
    return list;
  }

  /** Number of the frame since power-on; never wraps. */
  frame(index: number): number {
    return readU64(this.bytes, this.place(index));
  }

  setFrame(index: number, value: number): void {
    writeU64(this.bytes, this.place(index), value, 'ReadoutRecord.frame');
  }

  /** The pattern that was on the modulator. */
  patternId(index: number): number {
    return readU64(this.bytes, this.place(index) + 8);
  }

  setPatternId(index: number, value: number): void {
    writeU64(this.bytes, this.place(index) + 8, value, 'ReadoutRecord.patternId');
  }

  /** Tick of the reset pulse that showed the pattern. */
  resetTick(index: number): number {
    return readU64(this.bytes, this.place(index) + 16);
  }

  setResetTick(index: number, value: number): void {
    writeU64(this.bytes, this.place(index) + 16, value, 'ReadoutRecord.resetTick');
  }

  /** Tick on which the exposure started. */
  exposureStartTick(index: number): number {
    return readU64(this.bytes, this.place(index) + 24);
  }

  setExposureStartTick(index: number, value: number): void {
    writeU64(this.bytes, this.place(index) + 24, value, 'ReadoutRecord.exposureStartTick');
  }

  /** Length of the exposure, ticks. */
  exposureTicks(index: number): number {
    return readU64(this.bytes, this.place(index) + 32);
  }

  setExposureTicks(index: number, value: number): void {
    writeU64(this.bytes, this.place(index) + 32, value, 'ReadoutRecord.exposureTicks');
  }

  /** Phase of the reference beam, radians; 0 when it is off. */
  referencePhase(index: number): number {
    return readF64(this.bytes, this.place(index) + 40);
  }

  setReferencePhase(index: number, value: number): void {
    writeF64(this.bytes, this.place(index) + 40, value, 'ReadoutRecord.referencePhase');
  }

  /** Flags of the frame. */
  flags(index: number): ReadoutFlag {
    return readU32(this.bytes, this.place(index) + 48);
  }

  setFlags(index: number, value: ReadoutFlag): void {
    writeU32(this.bytes, this.place(index) + 48, value, 'ReadoutRecord.flags');
  }

  /** Pixels at full scale. */
  saturatedPixels(index: number): number {
    return readU32(this.bytes, this.place(index) + 52);
  }

  setSaturatedPixels(index: number, value: number): void {
    writeU32(this.bytes, this.place(index) + 52, value, 'ReadoutRecord.saturatedPixels');
  }

  /** Frames that were discarded just before this one. */
  droppedBefore(index: number): number {
    return readU32(this.bytes, this.place(index) + 56);
  }

  setDroppedBefore(index: number, value: number): void {
    writeU32(this.bytes, this.place(index) + 56, value, 'ReadoutRecord.droppedBefore');
  }

  /** CRC-32C of the bytes of the image. */
  imageCrc(index: number): number {
    return readU32(this.bytes, this.place(index) + 60);
  }

  setImageCrc(index: number, value: number): void {
    writeU32(this.bytes, this.place(index) + 60, value, 'ReadoutRecord.imageCrc');
  }

  override get(index: number): ReadoutRecord {
    return {
      frame: this.frame(index),
      patternId: this.patternId(index),
      resetTick: this.resetTick(index),
      exposureStartTick: this.exposureStartTick(index),
      exposureTicks: this.exposureTicks(index),
      referencePhase: this.referencePhase(index),
      flags: this.flags(index),
      saturatedPixels: this.saturatedPixels(index),
      droppedBefore: this.droppedBefore(index),
      imageCrc: this.imageCrc(index),
    };
  }

  override set(index: number, record: ReadoutRecord): void {
    this.setFrame(index, record.frame);
    this.setPatternId(index, record.patternId);
    this.setResetTick(index, record.resetTick);
    this.setExposureStartTick(index, record.exposureStartTick);
    this.setExposureTicks(index, record.exposureTicks);
    this.setReferencePhase(index, record.referencePhase);
    this.setFlags(index, record.flags);
    this.setSaturatedPixels(index, record.saturatedPixels);
    this.setDroppedBefore(index, record.droppedBefore);
    this.setImageCrc(index, record.imageCrc);
  }

  /** Looks for a value that cannot be read. Returns the name of its field. */
  static problem(b: Uint8Array, start: number, count: number, stride: number): string | undefined {
    for (let i = 0; i < count; i++) {
      const at = start + i * stride;
      if (!isSafeU64(b, at)) return 'frame';
      if (!isSafeU64(b, at + 8)) return 'patternId';
      if (!isSafeU64(b, at + 16)) return 'resetTick';
      if (!isSafeU64(b, at + 24)) return 'exposureStartTick';
      if (!isSafeU64(b, at + 32)) return 'exposureTicks';
    }
    return undefined;
  }
}

/** Writes records one after the other at `at` and returns where they end. */
export function writeReadoutRecordList(b: Uint8Array, at: number, list: ReadoutRecordList): number {
  const size = ReadoutRecordList.recordBytes;
  if (list.stride === size) {
    b.set(list.bytes.subarray(list.start, list.start + list.count * size), at);
  } else {
    const target = new ReadoutRecordList(b, at, list.count, size);
    for (let i = 0; i < list.count; i++) target.set(i, list.get(i));
  }
  return at + list.count * size;
}

/** One counter. */
export interface CounterRecord {
  /** Which counter. One of `counterId`. */
  id: CounterId;
  /** Its value since power-on or the last reset. */
  value: number;
}

/** CounterRecords in place. */
export class CounterRecordList extends RecordList<CounterRecord> {
  /** Bytes of one record of this version. */
  static readonly recordBytes = 16;
  /** Bytes that a record has at least. */
  static readonly minimumBytes = 16;

  /** Room for `count` records, all zero, to be filled in place. */
  static allocate(count: number): CounterRecordList {
    return new CounterRecordList(new Uint8Array(count * 16), 0, count, 16);
  }

  static from(records: readonly CounterRecord[]): CounterRecordList {
    const list = CounterRecordList.allocate(records.length);
    for (let i = 0; i < records.length; i++) list.set(i, records[i]!);
    return list;
  }

  /** Which counter. */
  id(index: number): CounterId {
    return readU32(this.bytes, this.place(index));
  }

  setId(index: number, value: CounterId): void {
    writeU32(this.bytes, this.place(index), value, 'CounterRecord.id');
  }

  /** Its value since power-on or the last reset. */
  value(index: number): number {
    return readU64(this.bytes, this.place(index) + 8);
  }

  setValue(index: number, value: number): void {
    writeU64(this.bytes, this.place(index) + 8, value, 'CounterRecord.value');
  }

  override get(index: number): CounterRecord {
    return {
      id: this.id(index),
      value: this.value(index),
    };
  }

  override set(index: number, record: CounterRecord): void {
    this.setId(index, record.id);
    this.setValue(index, record.value);
  }

  /** Looks for a value that cannot be read. Returns the name of its field. */
  static problem(b: Uint8Array, start: number, count: number, stride: number): string | undefined {
    for (let i = 0; i < count; i++) {
      const at = start + i * stride;
      if (!isSafeU64(b, at + 8)) return 'value';
    }
    return undefined;
  }
}

/** Writes records one after the other at `at` and returns where they end. */
export function writeCounterRecordList(b: Uint8Array, at: number, list: CounterRecordList): number {
  const size = CounterRecordList.recordBytes;
  if (list.stride === size) {
    b.set(list.bytes.subarray(list.start, list.start + list.count * size), at);
  } else {
    const target = new CounterRecordList(b, at, list.count, size);
    for (let i = 0; i < list.count; i++) target.set(i, list.get(i));
  }
  return at + list.count * size;
}

/** One step of a stored sequence that is played. */
export interface SequenceStep {
  /** Which pattern of the stored sequence, from 0. */
  index: number;
}

/** SequenceSteps in place. */
export class SequenceStepList extends RecordList<SequenceStep> {
  /** Bytes of one record of this version. */
  static readonly recordBytes = 4;
  /** Bytes that a record has at least. */
  static readonly minimumBytes = 4;

  /** Room for `count` records, all zero, to be filled in place. */
  static allocate(count: number): SequenceStepList {
    return new SequenceStepList(new Uint8Array(count * 4), 0, count, 4);
  }

  static from(records: readonly SequenceStep[]): SequenceStepList {
    const list = SequenceStepList.allocate(records.length);
    for (let i = 0; i < records.length; i++) list.set(i, records[i]!);
    return list;
  }

  /** Which pattern of the stored sequence, from 0. */
  index(index: number): number {
    return readU32(this.bytes, this.place(index));
  }

  setIndex(index: number, value: number): void {
    writeU32(this.bytes, this.place(index), value, 'SequenceStep.index');
  }

  override get(index: number): SequenceStep {
    return {
      index: this.index(index),
    };
  }

  override set(index: number, record: SequenceStep): void {
    this.setIndex(index, record.index);
  }

  /** Looks for a value that cannot be read. Returns the name of its field. */
  static problem(b: Uint8Array, start: number, count: number, stride: number): string | undefined {
    return undefined;
  }
}

/** Writes records one after the other at `at` and returns where they end. */
export function writeSequenceStepList(b: Uint8Array, at: number, list: SequenceStepList): number {
  const size = SequenceStepList.recordBytes;
  if (list.stride === size) {
    b.set(list.bytes.subarray(list.start, list.start + list.count * size), at);
  } else {
    const target = new SequenceStepList(b, at, list.count, size);
    for (let i = 0; i < list.count; i++) target.set(i, list.get(i));
  }
  return at + list.count * size;
}

/** The list of each type of record. */
export const recordLists = {
  ReadoutRecord: ReadoutRecordList,
  CounterRecord: CounterRecordList,
  SequenceStep: SequenceStepList,
} as const;
