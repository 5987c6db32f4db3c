export { type DeviceList, type FoundDevice, listDevices } from './list-devices.js';
export { serialScheme } from './serial-scheme.js';
export { type SerialOptions, type SerialTarget, SerialTransport } from './serial-transport.js';
export { tcpScheme } from './tcp-scheme.js';
export { type TcpTarget, TcpTransport } from './tcp-transport.js';
export { findUsbDevices, OPU_USB_IDS, type UsbFilter } from './usb-devices.js';
export { usbScheme } from './usb-scheme.js';
export { type DeviceChange, type WatchOptions, watchDevices } from './watch-devices.js';
export { wsScheme } from './ws-scheme.js';
