import type { Scheme, Schemes } from '@opu/driver';

/** Every kind of device address that the command line knows. A scheme's code is loaded when it is used. */
export const schemes: Schemes = {
  emulator: async (address) => (await import('@opu/emulator')).emulatorScheme(address),
  replay: async (address) => (await import('@opu/capture')).replayScheme(address),
  tcp: async (address) => (await import('@opu/driver/node')).tcpScheme(address),
  ws: async (address) => (await import('@opu/driver/node')).wsScheme(address),
  wss: async (address) => (await import('@opu/driver/node')).wsScheme(address),
  serial: async (address) => (await import('@opu/driver/node')).serialScheme(address),
  usb: async (address) => (await import('@opu/driver/node')).usbScheme(address),
} satisfies Record<string, Scheme>;
