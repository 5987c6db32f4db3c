import { ObjectReader } from '@opu/core';
import type { RecordKind } from './records.js';

type JsonKind = Exclude<RecordKind, 'readout' | 'pattern'>;

/**
 * Refuses a record whose JSON is whole and is not what its topic promises: whoever reads it relies on these fields.
 * @throws OpuError INVALID_FILE that names the field
 */
export function checkJsonRecord(kind: JsonKind, value: unknown, topic: string): void {
  const reader = new ObjectReader(value, `A record on ${topic}`);
  reader.number('tick', whole);
  checks[kind](reader);
}

const whole = { min: 0, integer: true } as const;

const checks: Readonly<Record<JsonKind, (record: ObjectReader) => void>> = {
  device(record) {
    record.string('address');
    const identity = record.object('identity');
    for (const key of ['vendor', 'model', 'serial', 'firmwareVersion', 'profile']) identity.string(key);
    const limits = record.object('limits');
    limits.number('tickPicoseconds', { min: 1 });
    for (const key of ['modulator', 'sensor']) {
      const part = limits.object(key);
      for (const side of ['width', 'height']) part.number(side, { min: 1, integer: true });
    }
    for (const key of ['exposureTicks', 'periodTicks']) {
      const range = limits.object(key);
      for (const end of ['minimum', 'maximum']) range.number(end, whole);
    }
    if (!Array.isArray(limits.raw('features')))
      throw limits.error('features', 'must be a list', limits.raw('features'));
  },
  configuration(record) {
    const applied = record.object('applied');
    applied.string('hash');
    for (const key of ['periodTicks', 'exposureTicks', 'patternBytes']) applied.number(key, whole);
    const region = applied.object('regionOfInterest');
    for (const key of ['x', 'y', 'width', 'height']) region.number(key, whole);
  },
  event(record) {
    record.string('name');
  },
  counters(record) {
    const counters = record.object('counters');
    for (const name of counters.keys()) counters.number(name);
  },
  log(record) {
    record.string('message');
    record.string('name');
  },
  gap(record) {
    for (const key of ['frames', 'framesInAll']) record.number(key, whole);
  },
};
