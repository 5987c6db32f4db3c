import { findUsbDevices } from './usb-devices.js';

/** A way to something that may be an OPU. */
export interface FoundDevice {
  /** To be opened with `openOpu`. */
  readonly address: string;
  readonly kind: 'serial' | 'usb' | 'emulator';
  /** What the system says of it. */
  readonly description: string;
}

export interface DeviceList {
  readonly devices: readonly FoundDevice[];
  /** Ways of looking that could not be gone, and why. */
  readonly problems: readonly string[];
}

/** Looks for serial ports and for the USB devices of OPUs. Whatever cannot be looked at is told as a problem. */
export async function listDevices(): Promise<DeviceList> {
  const devices: FoundDevice[] = [];
  const problems: string[] = [];
  try {
    const { SerialPort } = await import('serialport');
    for (const port of await SerialPort.list()) {
      const facts = [port.manufacturer, port.serialNumber, port.vendorId && `${port.vendorId}:${port.productId ?? ''}`];
      const description = facts.filter((fact) => fact !== undefined && fact !== '').join(', ') || 'serial port';
      devices.push({ address: `serial:${port.path}`, kind: 'serial', description });
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const hint = /udevadm/.test(text)
      ? ' (the list of ports needs the package udev; a port can be opened without it)'
      : '';
    problems.push(`serial ports: ${text}${hint}`);
  }
  try {
    for (const device of await findUsbDevices()) {
      const hex = (id: number): string => id.toString(16).padStart(4, '0');
      const serial = device.serialNumber ? `/${device.serialNumber}` : '';
      const address = `usb:${hex(device.vendorId)}:${hex(device.productId)}${serial}`;
      devices.push({ address, kind: 'usb', description: 'OPU on USB' });
    }
  } catch (error) {
    problems.push(`USB: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { devices, problems };
}
