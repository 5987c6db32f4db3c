import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { UsbDevice, UsbRequest, UsbResult } from '@opu/device';
import { type DeviceFile, errno, Fuse } from './fuse.js';
import { ProcessMemory } from './process-memory.js';

/** Numbers of the ioctls of usbfs (include/uapi/linux/usbdevice_fs.h). */
const ioctl = {
  CONTROL: 0,
  SETINTERFACE: 4,
  SETCONFIGURATION: 5,
  SUBMITURB: 10,
  DISCARDURB: 11,
  REAPURB: 12,
  REAPURBNDELAY: 13,
  CLAIMINTERFACE: 15,
  RELEASEINTERFACE: 16,
  IOCTL: 18,
  RESET: 20,
  CLEAR_HALT: 21,
  GET_CAPABILITIES: 26,
  GET_SPEED: 31,
} as const;

const CONTROL_URB = 2;
const URB_ZERO_PACKET = 0x40;
const SPEED_HIGH = 3;
const POLL_OUT = 0x4 | 0x100;
const POLL_HUP = 0x10;
const MOST_BYTES = 16 << 20;

interface Urb {
  readonly pid: number;
  readonly pointer: bigint;
  readonly buffer: bigint;
  /** Where the data of a control transfer starts behind its setup packet. */
  readonly offset: bigint;
  readonly request: UsbRequest;
  status: number;
  actual: number;
  data: Uint8Array | undefined;
  /** The device has to hear that the host has the bytes. */
  taken?: () => void;
}

/** One open file: what a program has claimed, and its requests. */
class OpenFile {
  readonly urbs = new Map<bigint, Urb>();
  readonly done: Urb[] = [];
  readonly claimed = new Set<number>();
  wake: bigint | undefined;
  dead = false;
}

/** A USB bus with one device, as Linux shows it: /dev/bus/usb over FUSE, and the folder in /sys/bus/usb/devices. */
export class UsbFs implements DeviceFile {
  readonly #device: UsbDevice;
  readonly #serial: string;
  readonly #memory = new ProcessMemory();
  readonly #files = new Map<bigint, OpenFile>();
  #fuse: Fuse | undefined;
  /** Where the bytes of a transfer to the device stand while it takes them: fresh memory for each would cost more than the copy. */
  #outgoing = Buffer.alloc(0);
  #number = 0;
  #plugged = false;

  constructor(device: UsbDevice, serial: string) {
    this.#device = device;
    this.#serial = serial;
  }

  #room(length: number): Buffer<ArrayBuffer> {
    if (this.#outgoing.length < length) this.#outgoing = Buffer.allocUnsafe(length);
    return this.#outgoing.subarray(0, length);
  }

  mount(): void {
    mkdirSync('/dev/bus/usb', { recursive: true });
    this.#fuse = new Fuse('/dev/bus/usb', this);
  }

  unmount(): void {
    this.#fuse?.unmount();
  }

  plug(): void {
    this.#number++;
    this.#plugged = true;
    const { vendorId, productId } = this.#device.descriptors;
    const hex = (value: number): string => value.toString(16).padStart(4, '0');
    const folder = '/sys/bus/usb/devices/1-1';
    mkdirSync(`${folder}/1-1:1.0`, { recursive: true });
    const facts: Record<string, string | number> = {
      busnum: 1,
      devnum: this.#number,
      devpath: '1',
      idVendor: hex(vendorId),
      idProduct: hex(productId),
      bcdDevice: '0100',
      version: ' 2.10',
      bDeviceClass: '00',
      bDeviceSubClass: '00',
      bDeviceProtocol: '00',
      speed: 480,
      manufacturer: 'OPU SDK',
      product: 'Emulated OPU',
      serial: this.#serial,
      bConfigurationValue: 1,
      bNumConfigurations: 1,
      bMaxPacketSize0: 64,
      '1-1:1.0/bInterfaceNumber': '00',
      '1-1:1.0/bInterfaceClass': 'ff',
      '1-1:1.0/bInterfaceSubClass': '00',
      '1-1:1.0/bInterfaceProtocol': '00',
      '1-1:1.0/bAlternateSetting': ' 0',
      uevent: `MAJOR=189\nMINOR=${this.#number - 1}\nDEVNAME=bus/usb/001/${this.name}\nDEVTYPE=usb_device`,
    };
    for (const [name, value] of Object.entries(facts)) writeFileSync(`${folder}/${name}`, `${value}\n`);
    writeFileSync(`${folder}/descriptors`, this.content);
    rmSync(`${folder}/subsystem`, { force: true });
    symlinkSync('/sys/bus/usb', `${folder}/subsystem`);
  }

  unplug(): void {
    this.#plugged = false;
    rmSync('/sys/bus/usb/devices/1-1', { recursive: true, force: true });
    this.#device.detach();
    for (const file of this.#files.values()) {
      for (const urb of [...file.urbs.values()]) this.#complete(file, urb, -errno.ESHUTDOWN, undefined);
      file.dead = true;
      this.#notify(file);
    }
  }

  // DeviceFile.

  get name(): string | undefined {
    return this.#plugged ? String(this.#number).padStart(3, '0') : undefined;
  }

  get inode(): number {
    return 100 + this.#number;
  }

  get content(): Uint8Array {
    const { device, configuration } = this.#device.descriptors;
    return Buffer.concat([device, configuration]);
  }

  open(handle: bigint): number {
    if (!this.#plugged) return errno.ENODEV;
    this.#files.set(handle, new OpenFile());
    return 0;
  }

  release(handle: bigint): void {
    const file = this.#files.get(handle);
    this.#files.delete(handle);
    for (const urb of file?.urbs.values() ?? []) this.#device.cancel(urb.request);
    for (const urb of file?.done ?? []) urb.taken?.();
    this.#memory.close();
  }

  poll(handle: bigint, wake: bigint | undefined): number {
    const file = this.#files.get(handle);
    if (file === undefined) return POLL_HUP;
    if (wake !== undefined) file.wake = wake;
    return (file.done.length > 0 ? POLL_OUT : 0) | (file.dead ? POLL_HUP : 0);
  }

  ioctl(handle: bigint, pid: number, command: number, argument: bigint): number {
    const file = this.#files.get(handle);
    if (file === undefined) return -errno.ENODEV;
    try {
      return this.#ioctl(file, pid, command & 0xff, argument);
    } catch {
      return -errno.EIO;
    }
  }

  #ioctl(file: OpenFile, pid: number, code: number, argument: bigint): number {
    const canReap = code === ioctl.REAPURB || code === ioctl.REAPURBNDELAY || code === ioctl.DISCARDURB;
    if (file.dead && !canReap) return -errno.ENODEV;
    const number = (): number => this.#memory.read(pid, argument, 4).readUInt32LE();
    switch (code) {
      case ioctl.SUBMITURB:
        return this.#submit(file, pid, argument);
      case ioctl.REAPURBNDELAY:
      case ioctl.REAPURB:
        return this.#reap(file, pid, argument);
      case ioctl.DISCARDURB: {
        const urb = file.urbs.get(argument);
        if (urb === undefined) return -errno.EINVAL;
        this.#device.cancel(urb.request);
        this.#complete(file, urb, -errno.ENOENT, undefined);
        return 0;
      }
      case ioctl.CLAIMINTERFACE: {
        const wanted = number();
        for (const other of this.#files.values()) {
          if (other !== file && !other.dead && other.claimed.has(wanted)) return -errno.EBUSY;
        }
        file.claimed.add(wanted);
        return 0;
      }
      case ioctl.RELEASEINTERFACE:
        return file.claimed.delete(number()) ? 0 : -errno.EINVAL;
      case ioctl.GET_SPEED:
        return SPEED_HIGH;
      case ioctl.GET_CAPABILITIES:
        this.#memory.write(pid, argument, Buffer.alloc(4));
        return 0;
      case ioctl.CLEAR_HALT:
        return this.#control([0x02, 1, 0, 0, number(), 0, 0, 0], new Uint8Array(0)) === 'stall' ? -errno.EPIPE : 0;
      case ioctl.SETCONFIGURATION:
        for (const other of this.#files.values()) if (other.claimed.size > 0) return -errno.EBUSY;
        return this.#control([0x00, 9, number(), 0, 0, 0, 0, 0], new Uint8Array(0)) === 'stall' ? -errno.EPIPE : 0;
      case ioctl.SETINTERFACE:
      case ioctl.RESET:
        return 0;
      case ioctl.IOCTL:
        // No kernel driver to detach.
        return -errno.ENODATA;
      case ioctl.CONTROL:
        return this.#controlNow(pid, argument);
      default:
        return -errno.ENOTTY;
    }
  }

  #controlNow(pid: number, argument: bigint): number {
    const head = this.#memory.read(pid, argument, 24);
    const setup = head.subarray(0, 8);
    const length = setup.readUInt16LE(6);
    const pointer = head.readBigUInt64LE(16);
    const reads = (setup[0]! & 0x80) !== 0;
    const result = this.#control([...setup], reads ? new Uint8Array(0) : this.#memory.read(pid, pointer, length));
    if (result === 'stall') return -errno.EPIPE;
    if (!reads) return length;
    const bytes = result.subarray(0, length);
    this.#memory.write(pid, pointer, bytes);
    return bytes.length;
  }

  /** Control requests of the device are answered at once. */
  #control(setup: readonly number[], data: Uint8Array): UsbResult {
    let answer: UsbResult = 'stall';
    const length = setup[6]! | (setup[7]! << 8);
    const request = { endpoint: 0, length, data, setup: Uint8Array.from(setup), endsTransfer: false };
    this.#device.submit({
      ...request,
      complete: (result) => {
        answer = result;
      },
    });
    return answer;
  }

  #submit(file: OpenFile, pid: number, pointer: bigint): number {
    const raw = this.#memory.read(pid, pointer, 56);
    const endpoint = raw[1]!;
    const buffer = raw.readBigUInt64LE(16);
    const length = raw.readInt32LE(24);
    if (length < 0 || length > MOST_BYTES) return -errno.ENOMEM;
    const isControl = raw[0] === CONTROL_URB;
    const isOut = (endpoint & 0x80) === 0;
    const count = isControl || isOut ? length : 0;
    const bytes = this.#memory.read(pid, buffer, count, isControl ? undefined : this.#room(count));
    const request: UsbRequest = {
      endpoint,
      length: isControl ? length - 8 : length,
      data: isControl ? bytes.subarray(8) : bytes,
      isBorrowed: !isControl,
      endsTransfer: (raw.readUInt32LE(8) & URB_ZERO_PACKET) !== 0,
      ...(isControl ? { setup: bytes.subarray(0, 8) } : {}),
      whenTaken: (listener) => {
        urb.taken = listener;
      },
      complete: (result) => {
        if (result === 'stall') this.#complete(file, urb, -errno.EPIPE, undefined);
        else if ((isControl ? bytes[0]! : endpoint) & 0x80) this.#complete(file, urb, 0, result);
        else this.#complete(file, urb, 0, undefined, isControl ? length - 8 : length);
      },
    };
    const urb: Urb = {
      pid,
      pointer,
      buffer,
      offset: isControl ? 8n : 0n,
      request,
      status: 0,
      actual: 0,
      data: undefined,
    };
    file.urbs.set(pointer, urb);
    this.#device.submit(request);
    return 0;
  }

  #complete(file: OpenFile, urb: Urb, status: number, data: Uint8Array | undefined, actual = data?.length ?? 0): void {
    if (!file.urbs.delete(urb.pointer)) return;
    urb.status = status;
    urb.actual = actual;
    urb.data = data;
    file.done.push(urb);
    this.#notify(file);
  }

  #reap(file: OpenFile, pid: number, argument: bigint): number {
    const urb = file.done.shift();
    if (urb === undefined) return file.dead ? -errno.ENODEV : -errno.EAGAIN;
    urb.taken?.();
    if (urb.data !== undefined && urb.data.length > 0) this.#memory.write(pid, urb.buffer + urb.offset, urb.data);
    const word = Buffer.alloc(8);
    word.writeInt32LE(urb.status);
    this.#memory.write(pid, urb.pointer + 4n, word.subarray(0, 4));
    word.writeInt32LE(urb.actual);
    this.#memory.write(pid, urb.pointer + 28n, word.subarray(0, 4));
    word.writeBigUInt64LE(urb.pointer);
    this.#memory.write(pid, argument, word);
    return 0;
  }

  #notify(file: OpenFile): void {
    const { wake } = file;
    file.wake = undefined;
    if (wake !== undefined) this.#fuse?.wake(wake);
  }
}
