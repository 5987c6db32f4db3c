import type { RecordType } from './model/types.js';

export const records: readonly RecordType[] = [
  {
    name: 'ReadoutRecord',
    doc: 'What is known of one frame.',
    fields: [
      { name: 'frame', type: 'u64', doc: 'Number of the frame since power-on; never wraps.' },
      { name: 'patternId', type: 'u64', doc: 'The pattern that was on the modulator.' },
      { name: 'resetTick', type: 'u64', doc: 'Tick of the reset pulse that showed the pattern.' },
      { name: 'exposureStartTick', type: 'u64', doc: 'Tick on which the exposure started.' },
      { name: 'exposureTicks', type: 'u64', doc: 'Length of the exposure, ticks.' },
      { name: 'referencePhase', type: 'f64', doc: 'Phase of the reference beam, radians; 0 when it is off.' },
      { name: 'flags', type: 'u32', bits: 'ReadoutFlag', doc: 'Flags of the frame.' },
      { name: 'saturatedPixels', type: 'u32', doc: 'Pixels at full scale.' },
      { name: 'droppedBefore', type: 'u32', doc: 'Frames that were discarded just before this one.' },
      { name: 'imageCrc', type: 'u32', doc: 'CRC-32C of the bytes of the image.' },
    ],
  },
  {
    name: 'CounterRecord',
    doc: 'One counter.',
    fields: [
      { name: 'id', type: 'u32', values: 'CounterId', doc: 'Which counter.' },
      { name: 'reserved', type: 'reserved', bytes: 4 },
      { name: 'value', type: 'u64', doc: 'Its value since power-on or the last reset.' },
    ],
  },
  {
    name: 'SequenceStep',
    doc: 'One step of a stored sequence that is played.',
    fields: [{ name: 'index', type: 'u32', doc: 'Which pattern of the stored sequence, from 0.' }],
  },
];
