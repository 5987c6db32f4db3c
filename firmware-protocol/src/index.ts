export type { Alarm, AlarmOptions, BookableClock, Clock } from './clock/clock.js';
export { freeRun, type Later } from './clock/free-run.js';
export { type Lateness, LatenessStatistics } from './clock/lateness.js';
export { RealTimeClock, type RealTimeClockOptions } from './clock/real-time-clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export { BuiltReadouts, type ReadoutShape } from './codec/built-readouts.js';
export { type ConfigurationValues, valuesOfField } from './codec/configuration-values.js';
export {
  createHeader,
  HEADER_BYTES,
  type HeaderFields,
  type MessageHeader,
  readHeader,
  TRAILER_BYTES,
  writeHeader,
} from './codec/header.js';
export { type LinkError, linkErrorToOpuError } from './codec/link-error.js';
export {
  codecOf,
  decodeMessage,
  encodeMessage,
  isLinkError,
  messageTypeName,
  payloadSize,
  sealMessage,
} from './codec/message.js';
export { encodePatternParts } from './codec/message-parts.js';
export { RecordList } from './codec/record-list.js';
export { crc32c } from './crc/crc32c.js';
export { type Arrival, DeviceConnection } from './device/device-connection.js';
export { DeviceMachine, type DeviceMachineOptions } from './device/device-machine.js';
export type { DeviceEffects, DeviceRequest, Outlet } from './device/effects.js';
export {
  type ExpandedPatterns,
  expandPatterns,
  type PatternGrid,
  type WrittenPatterns,
} from './device/patterns/expand-patterns.js';
export { type PlayedSequence, StoredSequences } from './device/patterns/stored-sequences.js';
export { refused } from './device/refused.js';
export { DeviceLink, type LinkObserver } from './device/serve/device-link.js';
export { DeviceServer, type DeviceServerOptions } from './device/serve/device-server.js';
export { LeaseWatch } from './device/serve/lease-watch.js';
export { Pacer } from './device/serve/pacer.js';
export {
  type Blame,
  errorBlame,
  isOpuError,
  OpuError,
  type OpuErrorCode,
  type OpuErrorOptions,
} from './errors/opu-error.js';
export { frameForCarrier } from './framing/frame.js';
export {
  createMessageReader,
  INITIAL_MAXIMUM_PAYLOAD,
  type MessageReader,
  type MessageSink,
  type ReaderOptions,
} from './framing/message-reader.js';
export { Outbox } from './framing/outbox.js';
export * from './generated/enums.js';
export * from './generated/messages.js';
export * from './generated/records.js';
export type { ClockFitResult, ClockSample } from './host/clock-fit.js';
export type { Greeting, HostEffects } from './host/effects.js';
export { type HostArrival, HostMachine } from './host/host-machine.js';
export type { HostOptions } from './host/host-options.js';
export { ownReadouts } from './host/own-readouts.js';
export { refusalError } from './host/refusal-error.js';
export type { RequestPolicy } from './host/request-table.js';
export { didYouMean, nearestName } from './input/nearest.js';
export { type NumberBounds, ObjectReader } from './input/object-reader.js';
export { memoryTransportPair } from './transport/memory.js';
export type { Carrier, Transport, TransportSink } from './transport/transport.js';
export * from './units/ticks.js';
