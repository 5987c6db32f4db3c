export { createEmulatedDevice, type EmulatedDevice, type EmulatedDeviceOptions } from './device/emulated-device.js';
export type { Attachable, Mount } from './mounts/mount.js';
export { mountSerial, type SerialMountOptions } from './mounts/serial.js';
export { mountTcp, type TcpMountOptions } from './mounts/tcp.js';
export * from './optics/index.js';
export * from './profiles/index.js';
export * from './sequencer/index.js';
