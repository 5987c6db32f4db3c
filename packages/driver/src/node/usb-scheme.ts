import { OpuError, type Transport } from '@opu/core';
import { checkQuery, type ParsedAddress } from '../address/address.js';
import type { SchemeConnection } from '../open/open-opu.js';
import { UsbTransport } from '../transports/usb-transport.js';
import { findUsbDevices, type UsbFilter } from './usb-devices.js';

/** `usb:`, `usb:1209:0001`, `usb:1209:0001/SERIAL`, `usb:/SERIAL`. */
export async function usbScheme(address: ParsedAddress): Promise<SchemeConnection> {
  checkQuery(address, []);
  const filter = parseFilter(address);
  const transport = await find(address, filter);
  // After an unplug the very same device has to come back, wherever it is plugged in.
  const same = { ...filter, serial: serialOf(transport) ?? filter.serial };
  return { transport, reconnect: () => find(address, same) };
}

function serialOf(transport: Transport): string | undefined {
  const at = transport.address.indexOf('/');
  return at < 0 ? undefined : transport.address.slice(at + 1);
}

async function find(address: ParsedAddress, filter: UsbFilter): Promise<UsbTransport> {
  const found = await findUsbDevices(filter);
  if (found.length === 1) return new UsbTransport(found[0]!);
  if (found.length === 0) {
    throw new OpuError(
      'LINK_UNAVAILABLE',
      `No USB device fits ${address.text}. Is it plugged in and on? opu devices lists what is there.`,
    );
  }
  const serials = found.map((device) => device.serialNumber ?? 'without a serial number').join(', ');
  throw new OpuError(
    'INVALID_ADDRESS',
    `${found.length} USB devices fit ${address.text} (${serials}); name one: usb:/SERIAL.`,
  );
}

function parseFilter(address: ParsedAddress): UsbFilter {
  const match = /^(?:([0-9a-f]{4}):([0-9a-f]{4}))?(?:\/(.+))?$/i.exec(address.target);
  if (match === null) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address.text}" is no USB address: it takes usb:, usb:vid:pid (hexadecimal, like usb:1209:0001) and a serial number behind a slash.`,
    );
  }
  const hex = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Number.parseInt(text, 16);
  return { vendorId: hex(match[1]), productId: hex(match[2]), serial: match[3] };
}
