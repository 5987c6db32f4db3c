import { ByteQueue } from './byte-queue.js';
import type { UsbDevice, UsbRequest, UsbResult } from './usb-device.js';

/** Version 1.1.1 of the protocol (Linux, Documentation/usb/usbip_protocol.rst). */
const VERSION = 0x0111;
const OP_REQ_DEVLIST = 0x8005;
const OP_REP_DEVLIST = 0x0005;
const OP_REQ_IMPORT = 0x8003;
const OP_REP_IMPORT = 0x0003;
const CMD_SUBMIT = 1;
const CMD_UNLINK = 2;
const RET_SUBMIT = 3;
const RET_UNLINK = 4;
const HEADER_BYTES = 48;
const SPEED_HIGH = 3;
/** `transfer_flags` bit: end a transfer of full packets with an empty one. */
const URB_ZERO_PACKET = 0x40;
/** No transfer is larger; a length from the wire beyond it ends the connection before memory is taken. */
const MAXIMUM_TRANSFER = 64 * 2 ** 20;

/** Linux error numbers that travel as a request's status. */
const EPIPE = -32;
const ECONNRESET = -104;

/** A device that can be imported, and where it is said to hang. */
export interface ExportedDevice {
  readonly device: UsbDevice;
  readonly busId: string;
  readonly deviceNumber: number;
}

export interface UsbIpOutput {
  write(bytes: Uint8Array): void;
  /** Sends what was written and ends the connection. */
  end(): void;
}

/**
 * One connection of a USB/IP client: lists the devices, or imports one and then carries its requests. Numbers travel big
 * endian, those of USB itself little endian.
 */
export class UsbIpConnection {
  readonly #exported: readonly ExportedDevice[];
  readonly #taken: Set<string>;
  readonly #output: UsbIpOutput;
  readonly #bytes = new ByteQueue();
  readonly #requests = new Map<number, UsbRequest>();
  #imported: ExportedDevice | undefined;
  #over = false;

  /** @param taken bus ids of devices that are imported by some connection */
  constructor(exported: readonly ExportedDevice[], taken: Set<string>, output: UsbIpOutput) {
    this.#exported = exported;
    this.#taken = taken;
    this.#output = output;
  }

  receive(chunk: Uint8Array): void {
    this.#bytes.push(chunk);
    while (!this.#over && (this.#imported === undefined ? this.#operation() : this.#command()));
  }

  /** The connection is gone: to the device it is as if it were unplugged. */
  ended(): void {
    this.#over = true;
    if (this.#imported === undefined) return;
    this.#requests.clear();
    this.#taken.delete(this.#imported.busId);
    this.#imported.device.detach();
    this.#imported = undefined;
  }

  #operation(): boolean {
    const head = this.#bytes.peek(8);
    if (head === undefined) return false;
    const code = view(head).getUint16(2);
    if (view(head).getUint16(0) >> 8 !== VERSION >> 8) return this.#refuse();
    if (code === OP_REQ_DEVLIST) {
      this.#bytes.take(8);
      this.#list();
      return true;
    }
    if (code !== OP_REQ_IMPORT) return this.#refuse();
    const body = this.#bytes.take(40);
    if (body === undefined) return false;
    this.#import(new TextDecoder().decode(body.subarray(8)).replace(/\0.*$/s, ''));
    return true;
  }

  #refuse(): boolean {
    this.#over = true;
    this.#output.end();
    return false;
  }

  #list(): void {
    const head = new Uint8Array(12);
    view(head).setUint16(0, VERSION);
    view(head).setUint16(2, OP_REP_DEVLIST);
    view(head).setUint32(8, this.#exported.length);
    this.#output.write(head);
    for (const exported of this.#exported) {
      this.#output.write(deviceRecord(exported));
      const { interfaces } = exported.device.descriptors;
      this.#output.write(new Uint8Array(interfaces.flatMap((classes) => [...classes, 0])));
    }
  }

  #import(busId: string): void {
    const found = this.#exported.find((exported) => exported.busId === busId);
    const isFree = found !== undefined && !this.#taken.has(busId);
    const head = new Uint8Array(8);
    view(head).setUint16(0, VERSION);
    view(head).setUint16(2, OP_REP_IMPORT);
    // Status 4: no such device; 2: it is in use.
    view(head).setUint32(4, isFree ? 0 : found === undefined ? 4 : 2);
    this.#output.write(head);
    if (!isFree) {
      this.#over = true;
      this.#output.end();
      return;
    }
    this.#taken.add(busId);
    this.#imported = found;
    this.#output.write(deviceRecord(found));
  }

  #command(): boolean {
    const head = this.#bytes.peek(HEADER_BYTES);
    if (head === undefined) return false;
    const fields = view(head);
    const command = fields.getUint32(0);
    if (command === CMD_UNLINK) {
      this.#bytes.take(HEADER_BYTES);
      this.#unlink(fields.getUint32(4), fields.getUint32(20));
      return true;
    }
    const isIn = fields.getUint32(12) === 1;
    const length = fields.getUint32(24);
    if (command !== CMD_SUBMIT || length > MAXIMUM_TRANSFER) return this.#refuse();
    const whole = this.#bytes.take(HEADER_BYTES + (isIn ? 0 : length));
    if (whole === undefined) return false;
    this.#submit(whole, isIn, length);
    return true;
  }

  #submit(whole: Uint8Array, isIn: boolean, length: number): void {
    const fields = view(whole);
    const sequence = fields.getUint32(4);
    const number = fields.getUint32(16);
    const urb: UsbRequest = {
      endpoint: isIn ? number | 0x80 : number,
      length,
      data: whole.subarray(HEADER_BYTES),
      endsTransfer: (fields.getUint32(20) & URB_ZERO_PACKET) !== 0,
      ...(number === 0 ? { setup: whole.subarray(40, 48) } : {}),
      complete: (result) => this.#complete(sequence, urb, isIn, result),
    };
    this.#requests.set(sequence, urb);
    this.#imported!.device.submit(urb);
  }

  #complete(sequence: number, urb: UsbRequest, isIn: boolean, result: UsbResult): void {
    if (this.#requests.get(sequence) !== urb) return;
    this.#requests.delete(sequence);
    const head = new Uint8Array(HEADER_BYTES);
    const fields = view(head);
    fields.setUint32(0, RET_SUBMIT);
    fields.setUint32(4, sequence);
    fields.setInt32(20, result === 'stall' ? EPIPE : 0);
    fields.setUint32(24, result === 'stall' ? 0 : isIn ? result.length : urb.length);
    this.#output.write(head);
    if (isIn && result !== 'stall' && result.length > 0) this.#output.write(result);
  }

  #unlink(sequence: number, victim: number): void {
    const urb = this.#requests.get(victim);
    if (urb !== undefined) {
      this.#requests.delete(victim);
      this.#imported!.device.cancel(urb);
    }
    const head = new Uint8Array(HEADER_BYTES);
    view(head).setUint32(0, RET_UNLINK);
    view(head).setUint32(4, sequence);
    view(head).setInt32(20, urb === undefined ? 0 : ECONNRESET);
    this.#output.write(head);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What OP_REP_DEVLIST and OP_REP_IMPORT say of a device. */
function deviceRecord({ device, busId, deviceNumber }: ExportedDevice): Uint8Array {
  const { vendorId, productId, deviceClass, interfaces } = device.descriptors;
  const bytes = new Uint8Array(312);
  const text = new TextEncoder();
  text.encodeInto(`/sys/devices/opu/${busId}`, bytes.subarray(0, 255));
  text.encodeInto(busId, bytes.subarray(256, 287));
  const fields = view(bytes);
  fields.setUint32(288, 1); // bus number
  fields.setUint32(292, deviceNumber);
  fields.setUint32(296, SPEED_HIGH);
  fields.setUint16(300, vendorId);
  fields.setUint16(302, productId);
  fields.setUint16(304, 0x0100); // bcdDevice
  bytes.set(deviceClass, 306);
  bytes.set([1, 1, interfaces.length], 309); // configuration in force, configurations, interfaces
  return bytes;
}
