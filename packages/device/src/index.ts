export { configurationReply } from './configuration/configuration-reply.js';
export { type CheckedConfiguration, Configurator, type ConfiguratorOptions } from './configuration/configurator.js';
export { type FrameSourceOptions, frameSource } from './device/frame-source.js';
export { createSoftwareDevice, type SoftwareDevice, type SoftwareDeviceOptions } from './device/software-device.js';
export type { Attachable, Mount } from './mounts/mount.js';
export { PseudoTerminal } from './mounts/pseudo-terminal.js';
export { mountSerial, type SerialMountOptions } from './mounts/serial.js';
export { SocketTransport } from './mounts/socket-transport.js';
export { mountTcp, type TcpMountOptions } from './mounts/tcp.js';
export { UsbDevice, type UsbRequest, type UsbResult } from './mounts/usb/usb-device.js';
export { mountUsbIp, type UsbIpMountOptions } from './mounts/usb/usbip.js';
export { mountWebSocket, type WebSocketMountOptions } from './mounts/web-socket.js';
export { readoutMessageBytes } from './readout/readout-assembler.js';
export {
  type DuePattern,
  type FramePlanner,
  type NoFrame,
  PeriodPlanner,
  type PlannedFrame,
} from './sequencer/frame-planner.js';
export { PlannedSequencer } from './sequencer/planned-sequencer.js';
export { DeviceLink, type LinkObserver } from './serve/device-link.js';
export { DeviceServer, type DeviceServerOptions } from './serve/device-server.js';
export { LeaseWatch } from './serve/lease-watch.js';
export { Pacer } from './serve/pacer.js';
export {
  type Configuration,
  type Configurations,
  type ConfigurationWish,
  isRefused,
  type LimitingTerm,
  type MinimumPeriod,
} from './source/configuration.js';
export { type DeviceFacts, type DeviceIdentity, deviceFacts } from './source/device-facts.js';
export type { ExposureRequest, FrameTicks, ImagePixels, ImageSource, RenderedImage } from './source/exposure.js';
export type {
  FrameListener,
  FrameSequencer,
  IgnoredTriggerReason,
  RunEnd,
  RunEndReason,
  SequencerCounters,
  TriggerOutcome,
} from './source/frame-sequencer.js';
export type { FrameSource, PatternGate } from './source/frame-source.js';
export { minimumPeriodOf, type PeriodStages, roundUpTo } from './source/minimum-period.js';
export { type BitDepth, depthOfFormat, formatOfDepth, imageBytesOf, packedBytes } from './source/pixel-formats.js';
export { type StageFacts, stagesOfFacts } from './source/stages.js';
export type { StoredPattern } from './source/stored-pattern.js';
