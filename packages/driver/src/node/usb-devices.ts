import { OpuError } from '@opu/core';
import type { UsbDeviceLike } from '../transports/usb-transport.js';

/** Vendor and product ids that OPUs are known by: the emulator's. Others are opened as usb:vid:pid. */
export const OPU_USB_IDS: readonly (readonly [vendor: number, product: number])[] = [[0x1209, 0x0001]];

export interface UsbFilter {
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  readonly serial?: string | undefined;
}

/**
 * USB devices that fit; those with the ids of an OPU when none are given.
 * @throws OpuError LINK_UNAVAILABLE when the machine has no USB that can be looked at
 */
export async function findUsbDevices(filter: UsbFilter = {}): Promise<UsbDeviceLike[]> {
  const { WebUSB } = await import('usb').catch((cause: unknown) => {
    throw new OpuError('NOT_SUPPORTED', 'USB needs the package "usb", which has no build for this machine.', { cause });
  });
  let all: UsbDeviceLike[];
  try {
    all = (await new WebUSB({ allowAllDevices: true }).getDevices()) as unknown as UsbDeviceLike[];
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new OpuError('LINK_UNAVAILABLE', `USB cannot be used on this machine: ${text}.`, { cause });
  }
  return all.filter((device) => {
    const { vendorId, productId, serial } = filter;
    if (serial !== undefined && device.serialNumber !== serial) return false;
    if (vendorId !== undefined) return device.vendorId === vendorId && device.productId === productId;
    return OPU_USB_IDS.some(([vendor, product]) => device.vendorId === vendor && device.productId === product);
  });
}
