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
export { type BitDepth, depthOfFormat, formatBitOfDepth, formatOfDepth, imageBytesOf } from './codec/pixel-formats.js';
export { sessionId } from './codec/session-id.js';
export { wrongImageOf } from './codec/wrong-image.js';
export { crc32c } from './crc/crc32c.js';
export { type Arrival, DeviceConnection, type UnreadableCode } from './device/device-connection.js';
export { DeviceMachine } from './device/device-machine.js';
export type { DeviceMachineOptions } from './device/device-options.js';
export type { DeviceEffects, DeviceRequest, Outlet } from './device/effects.js';
export {
  type ExpandedPatterns,
  expandPatterns,
  type PatternGrid,
  type WrittenPatterns,
} from './device/patterns/expand-patterns.js';
export { type PlayedSequence, StoredSequences } from './device/patterns/stored-sequences.js';
export { refused } from './device/refused.js';
export { createMessageReader } from './framing/create-message-reader.js';
export { frameForCarrier } from './framing/frame.js';
export {
  INITIAL_MAXIMUM_PAYLOAD,
  type MessageReader,
  type MessageSink,
  type ReaderOptions,
} from './framing/message-reader.js';
export { Outbox } from './framing/outbox.js';
export { SUMMED_UP_BYTES } from './framing/sum-up.js';
export * from './generated/enums.js';
export {
  compatibleFlag,
  counterId,
  eventKind,
  linkErrorKind,
  type ResultCode,
  resultCodeName,
} from './generated/enums.js';
export * from './generated/messages.js';
export { type CountersReply, createHello, type Message, messageType } from './generated/messages.js';
export * from './generated/records.js';
export type { ClockFitResult, ClockSample } from './host/clock-fit.js';
export type { Greeting, HostEffects } from './host/effects.js';
export { type HostArrival, HostMachine } from './host/host-machine.js';
export type { HostOptions } from './host/host-options.js';
export { ownReadouts } from './host/own-readouts.js';
export { refusalError } from './host/refusal-error.js';
export type { RequestPolicy } from './host/request-table.js';
export { RecordList } from './primitives/record-list.js';
export { schema } from './schema/schema.js';
export { TwoMachines } from './testing/two-machines.js';
export { invalidVectors } from './vectors/invalid.js';
