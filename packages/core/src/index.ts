export type { Alarm, AlarmOptions, BookableClock, Clock } from './clock/clock.js';
export { freeRun, type Later } from './clock/free-run.js';
export { type Lateness, LatenessStatistics } from './clock/lateness.js';
export { RealTimeClock, type RealTimeClockOptions } from './clock/real-time-clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export { CLOSE_PATIENCE_TICKS, Closer, type CloserOptions, closeOnce } from './closing/closer.js';
export {
  type Blame,
  errorBlame,
  isOpuError,
  OpuError,
  type OpuErrorCode,
  type OpuErrorOptions,
} from './errors/opu-error.js';
export { didYouMean, nearestName } from './input/nearest.js';
export { type NumberBounds, ObjectReader } from './input/object-reader.js';
export { parseJson } from './input/parse-json.js';
export { checkBySchema, type SchemaValidator, type SchemaViolation } from './input/schema-check.js';
export { decodeNpy } from './npy/decode-npy.js';
export { encodeNpy, npyHeader } from './npy/encode-npy.js';
export type { NpyArray, NpyData, NpyType } from './npy/npy-array.js';
export { inBackground, letGo } from './promises/in-background.js';
export { memoryTransportPair } from './transport/memory.js';
export type { Carrier, Transport, TransportSink } from './transport/transport.js';
export * from './units/ticks.js';
