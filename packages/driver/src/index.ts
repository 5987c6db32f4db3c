export {
  type Blame,
  type Clock,
  didYouMean,
  errorBlame,
  isOpuError,
  OpuError,
  type OpuErrorCode,
  type OpuErrorOptions,
  RealTimeClock,
  secondsFromTicks,
  TICKS_PER_SECOND,
  type Ticks,
  type Transport,
  type TransportSink,
} from '@opu/core';
export { checkQuery, DeviceAddress, type ParsedAddress, parseAddress, withoutSecrets } from './address/address.js';
export type * from './api/opu-device.js';
export * from './calibration/index.js';
export { RemoteDevice } from './device/remote-device.js';
export { type CellLayout, cellLayout, writePattern } from './encode/pattern-layout.js';
export * from './linear/index.js';
export { type OpenOptions, openOpu, type Scheme, type SchemeConnection, type Schemes } from './open/open-opu.js';
export { type AveragedReadout, averageReadouts } from './operators/average-readouts.js';
export { batchReadouts } from './operators/batch-readouts.js';
export { type BoundedOptions, boundedConcatMap } from './operators/bounded-concat-map.js';
export { type Decimated, decimate } from './operators/decimate.js';
export { type RetryLinkOptions, retryLink } from './operators/retry-link.js';
export { DEFAULT_PROGRESS, DEFAULT_TIMEOUTS, defaultTimeouts, type Timeouts } from './session/options.js';
export { observeIterable } from './stream/observe-iterable.js';
export { type UsbDeviceLike, UsbTransport } from './transports/usb-transport.js';
export { type SerialPortLike, type WebSerialOptions, WebSerialTransport } from './transports/web-serial-transport.js';
export { webSocketScheme } from './transports/web-socket-scheme.js';
export {
  type WebSocketLike,
  type WebSocketOptions,
  type WebSocketTarget,
  WebSocketTransport,
} from './transports/web-socket-transport.js';
