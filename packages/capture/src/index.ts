export type * from './format/records.js';
export { type ByteSource, memorySource, openFileSource } from './read/byte-source.js';
export { type CaptureIndex, type FrameEntry, indexCapture, type Location, RecordReader } from './read/capture-index.js';
export { type RecoverReport, recoverFile, recoverTo } from './read/recover.js';
export { type Damage, type VerifyReport, verifyCapture } from './read/verify.js';
export { openRecorder } from './record/open-recorder.js';
export { recordDevice } from './record/record-device.js';
export { Recorder, type RecorderOptions, type RecorderStatistics, type SlowDiskPolicy } from './record/recorder.js';
export { type ByteSink, createFileSink } from './write/byte-sink.js';
