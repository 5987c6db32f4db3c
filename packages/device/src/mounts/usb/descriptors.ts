/** Bytes of a packet of a high-speed bulk endpoint (USB 2.0, 5.8.3). */
export const BULK_PACKET_BYTES = 512;

/** pid.codes, whose product ids 0001 to 0010 are free for tests. */
export const EMULATOR_VENDOR_ID = 0x1209;

/** Numbers of `bDescriptorType` (USB 2.0, table 9-5; BOS: USB 2.0 ECN LPM). */
export const descriptorType = { DEVICE: 1, CONFIGURATION: 2, STRING: 3, QUALIFIER: 6, BOS: 15 } as const;

/** What a USB device says about itself. */
export interface UsbDescriptors {
  readonly vendorId: number;
  readonly productId: number;
  /** `bDeviceClass`, subclass and protocol. */
  readonly deviceClass: readonly [number, number, number];
  /** Class, subclass and protocol of each interface. */
  readonly interfaces: readonly (readonly [number, number, number])[];
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  /** By index; 0 holds the languages. */
  readonly strings: readonly Uint8Array[];
  readonly bos: Uint8Array | undefined;
}

const MANUFACTURER = 1;
const PRODUCT = 2;
const SERIAL = 3;
/** Communications (CDC) and the class of devices that say nothing of themselves. */
const CDC_CLASS = 0x02;
const CDC_DATA_CLASS = 0x0a;
const VENDOR_CLASS = 0xff;

const u16 = (value: number): [number, number] => [value & 0xff, value >> 8];

function stringDescriptor(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * text.length);
  bytes[0] = bytes.length;
  bytes[1] = descriptorType.STRING;
  for (let i = 0; i < text.length; i++) bytes.set(u16(text.charCodeAt(i)), 2 + 2 * i);
  return bytes;
}

function strings(product: string, serial: string): readonly Uint8Array[] {
  const english = new Uint8Array([4, descriptorType.STRING, ...u16(0x0409)]);
  return [english, stringDescriptor('OPU SDK'), stringDescriptor(product), stringDescriptor(serial)];
}

function deviceDescriptor(
  bcdUsb: number,
  deviceClass: readonly [number, number, number],
  productId: number,
): Uint8Array {
  return new Uint8Array([
    18,
    descriptorType.DEVICE,
    ...u16(bcdUsb),
    ...deviceClass,
    64, // bMaxPacketSize0
    ...u16(EMULATOR_VENDOR_ID),
    ...u16(productId),
    ...u16(0x0100), // bcdDevice
    MANUFACTURER,
    PRODUCT,
    SERIAL,
    1, // bNumConfigurations
  ]);
}

function configurationDescriptor(interfaces: number, body: readonly number[]): Uint8Array {
  const total = 9 + body.length;
  // Bus-powered (0x80), 50 x 2 mA.
  return new Uint8Array([9, descriptorType.CONFIGURATION, ...u16(total), interfaces, 1, 0, 0x80, 50, ...body]);
}

const bulkEndpoint = (address: number): number[] => [7, 5, address, 2, ...u16(BULK_PACKET_BYTES), 0];
const interruptEndpoint = (address: number): number[] => [7, 5, address, 3, ...u16(16), 9];

/**
 * Binary object store with the WebUSB platform capability (WebUSB, "Device requests and descriptors"), so that a browser
 * offers the device; no landing page.
 */
const WEB_USB_BOS = new Uint8Array([
  ...[5, descriptorType.BOS, ...u16(29), 1],
  ...[24, 0x10, 0x05, 0],
  // {3408b638-09a9-47a0-8bfd-a0768815b665}, in the byte order of a UUID on USB.
  ...[0x38, 0xb6, 0x08, 0x34, 0xa9, 0x09, 0xa0, 0x47, 0x8b, 0xfd, 0xa0, 0x76, 0x88, 0x15, 0xb6, 0x65],
  ...[...u16(0x0100), 0x01, 0],
]);

/** A vendor-class device with one bulk endpoint each way: one protocol message a transfer. */
export function vendorDescriptors(serial: string): UsbDescriptors {
  const deviceClass = [0, 0, 0] as const;
  const body = [9, 4, 0, 0, 2, VENDOR_CLASS, 0, 0, PRODUCT, ...bulkEndpoint(0x01), ...bulkEndpoint(0x81)];
  return {
    vendorId: EMULATOR_VENDOR_ID,
    productId: 0x0001,
    deviceClass,
    interfaces: [[VENDOR_CLASS, 0, 0]],
    // 2.1 is the version that has a BOS.
    device: deviceDescriptor(0x0210, deviceClass, 0x0001),
    configuration: configurationDescriptor(1, body),
    strings: strings('Emulated OPU', serial),
    bos: WEB_USB_BOS,
  };
}

/** A CDC-ACM device (USB CDC PSTN 1.2): hosts make a serial port of it. */
export function serialDescriptors(serial: string): UsbDescriptors {
  const deviceClass = [CDC_CLASS, 0, 0] as const;
  const body = [
    ...[9, 4, 0, 0, 1, CDC_CLASS, 2, 1, PRODUCT],
    ...[5, 0x24, 0x00, ...u16(0x0110)], // header: CDC 1.10
    ...[5, 0x24, 0x01, 0, 1], // call management: none, data interface 1
    ...[4, 0x24, 0x02, 2], // abstract control: line coding and line state
    ...[5, 0x24, 0x06, 0, 1], // union of interfaces 0 and 1
    ...interruptEndpoint(0x83),
    ...[9, 4, 1, 0, 2, CDC_DATA_CLASS, 0, 0, 0],
    ...bulkEndpoint(0x01),
    ...bulkEndpoint(0x81),
  ];
  return {
    vendorId: EMULATOR_VENDOR_ID,
    productId: 0x0002,
    deviceClass,
    interfaces: [
      [CDC_CLASS, 2, 1],
      [CDC_DATA_CLASS, 0, 0],
    ],
    device: deviceDescriptor(0x0200, deviceClass, 0x0002),
    configuration: configurationDescriptor(2, body),
    strings: strings('Emulated OPU (serial)', serial),
    bos: undefined,
  };
}
