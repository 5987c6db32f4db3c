export type { Alarm, AlarmOptions, BookableClock, Clock } from './clock/clock.js';
export { freeRun, type Later } from './clock/free-run.js';
export { VirtualClock } from './clock/virtual-clock.js';
export {
  type Blame,
  errorBlame,
  isOpuError,
  OpuError,
  type OpuErrorCode,
  type OpuErrorOptions,
} from './errors/opu-error.js';
export { memoryTransportPair } from './transport/memory.js';
export type { Carrier, Transport, TransportSink } from './transport/transport.js';
export * from './units/ticks.js';
