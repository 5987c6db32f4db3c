export type { IgnoredTriggerReason, RunEnd, RunEndReason } from '@opu/device';
export type { Edge, SequencerListener } from './edge.js';
export { emptyFrameRecord, type FrameRecord } from './frame-record.js';
export { eventRank } from './rank.js';
export { Sequencer, type SequencerCounters } from './sequencer.js';
export { checkSettings, type SequencerSettings } from './settings.js';
