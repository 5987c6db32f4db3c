import { createServer } from 'node:net';
import { checkPort, listen } from '../listening.js';
import type { Attachable, Mount } from '../mount.js';
import { UsbDevice } from './usb-device.js';
import { type ExportedDevice, UsbIpConnection } from './usbip-connection.js';

/** The port that USB/IP clients use. */
const USBIP_PORT = 3240;

export interface UsbIpMountOptions {
  /** 3240 by default; 0 takes a free one. */
  readonly port?: number;
  /** Serial number that the USB descriptors carry. */
  readonly serial: string;
}

/**
 * Exports a device over USB/IP, on loopback: `usbip attach -r 127.0.0.1 -b 1-1` makes it a real USB device of a Linux with
 * the module vhci-hcd. Bus id 1-1 is the vendor-class device (bulk endpoints), 1-2 the same OPU as a serial port (CDC-ACM).
 */
export async function mountUsbIp(device: Attachable, options: UsbIpMountOptions): Promise<Mount> {
  const { port = USBIP_PORT, serial } = options;
  checkPort(port);
  const exported: readonly ExportedDevice[] = [
    { device: new UsbDevice(device, 'vendor', serial, 'usbip:1-1'), busId: '1-1', deviceNumber: 2 },
    { device: new UsbDevice(device, 'serial', serial, 'usbip:1-2'), busId: '1-2', deviceNumber: 3 },
  ];
  const taken = new Set<string>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new UsbIpConnection(exported, taken, {
      write: (bytes) => void socket.write(bytes),
      end: () => socket.end(),
    });
    socket.on('data', (chunk: Buffer) => connection.receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => connection.ended());
  });
  const listening = await listen(server, '127.0.0.1', port, 'serve USB/IP');
  return { address: `usbip://${listening.authority}`, close: () => listening.close() };
}
