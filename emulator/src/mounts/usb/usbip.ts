import { type AddressInfo, createServer, type Socket } from 'node:net';
import { OpuError } from '@opu/protocol';
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
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new OpuError('INVALID_ARGUMENT', `A TCP port is a whole number from 0 to 65535; got ${port}.`);
  }
  const exported: readonly ExportedDevice[] = [
    { device: new UsbDevice(device, 'vendor', serial, 'usbip:1-1'), busId: '1-1', deviceNumber: 2 },
    { device: new UsbDevice(device, 'serial', serial, 'usbip:1-2'), busId: '1-2', deviceNumber: 3 },
  ];
  const taken = new Set<string>();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const connection = new UsbIpConnection(exported, taken, {
      write: (bytes) => void socket.write(bytes),
      end: () => socket.end(),
    });
    socket.on('data', (chunk: Buffer) => connection.receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connection.ended();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new OpuError('LINK_UNAVAILABLE', `Cannot serve USB/IP on 127.0.0.1:${port}: ${error.message}.`, {
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `usbip://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
