import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { OPU_USB_IDS } from './usb-devices.js';

describe('the udev rule', () => {
  it('covers every USB device that is known as an OPU', () => {
    const rules = readFileSync(new URL('../../udev/70-opu.rules', import.meta.url), 'utf8');
    const hex = (id: number): string => id.toString(16).padStart(4, '0');
    for (const [vendor, product] of OPU_USB_IDS) {
      expect(rules).to.contain(
        `SUBSYSTEM=="usb", ATTR{idVendor}=="${hex(vendor)}", ATTR{idProduct}=="${hex(product)}"`,
      );
    }
  });
});
