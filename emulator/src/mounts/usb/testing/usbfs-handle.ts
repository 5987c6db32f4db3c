import type { UsbDevice, UsbRequest, UsbResult } from '../usb-device.js';
import type { ThreadMemory } from './thread-memory.js';

/** Linux error numbers. */
export const errno = {
  ENOENT: 2,
  EAGAIN: 11,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  EPIPE: 32,
  ENODATA: 61,
} as const;
const ESHUTDOWN = 108;

/** Numbers of the ioctls of usbfs (Linux, include/uapi/linux/usbdevice_fs.h). */
const ioctl = {
  CONTROL: 0,
  SETINTERFACE: 4,
  SETCONFIGURATION: 5,
  SUBMITURB: 10,
  DISCARDURB: 11,
  REAPURBNDELAY: 13,
  CLAIMINTERFACE: 15,
  RELEASEINTERFACE: 16,
  IOCTL: 18,
  RESET: 20,
  CLEAR_HALT: 21,
  GET_CAPABILITIES: 26,
  GET_SPEED: 31,
} as const;
const URB_BYTES = 56;
const URB_CONTROL = 2;
const URB_ZERO_PACKET = 0x40;
const SETUP_BYTES = 8;
const SPEED_HIGH = 3;

interface Urb {
  readonly thread: number;
  /** Of the urb and of its buffer in the program's memory. */
  readonly address: bigint;
  readonly buffer: bigint;
  request: UsbRequest | undefined;
  status: number;
  actual: number;
  data: Uint8Array;
}

/** One opened device file: the ioctls of usbfs, carried out on an emulated device. */
export class UsbfsHandle {
  /** The kernel's handle of whoever polls. */
  polledBy: bigint | undefined;
  readonly claimed = new Set<number>();
  readonly #device: UsbDevice;
  readonly #memory: ThreadMemory;
  readonly #wake: (handle: UsbfsHandle) => void;
  readonly #urbs = new Set<Urb>();
  #done: Urb[] = [];
  #isGone = false;

  constructor(device: UsbDevice, memory: ThreadMemory, wake: (handle: UsbfsHandle) => void) {
    this.#device = device;
    this.#memory = memory;
    this.#wake = wake;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get hasDone(): boolean {
    return this.#done.length > 0;
  }

  /** The cable was pulled: what was under way ends, and nothing more is taken. */
  unplug(): void {
    for (const urb of [...this.#urbs]) this.#complete(urb, -ESHUTDOWN, 0);
    this.#isGone = true;
    this.#wake(this);
  }

  close(): void {
    for (const urb of this.#urbs) if (urb.request !== undefined) this.#device.cancel(urb.request);
    this.#urbs.clear();
  }

  /** @returns what the system call returns: 0 or more, or minus an error number */
  control(number: number, thread: number, argument: bigint, isClaimed: (index: number) => boolean): number {
    if (this.#isGone && number !== ioctl.REAPURBNDELAY && number !== ioctl.DISCARDURB) return -errno.ENODEV;
    switch (number) {
      case ioctl.SUBMITURB:
        return this.#submit(thread, argument);
      case ioctl.REAPURBNDELAY:
        return this.#reap(argument, thread);
      case ioctl.DISCARDURB:
        return this.#discard(argument);
      case ioctl.CLAIMINTERFACE: {
        const index = this.#memory.read(thread, argument, 4).readUInt32LE();
        if (index >= this.#device.descriptors.interfaces.length) return -errno.ENOENT;
        if (isClaimed(index)) return -errno.EBUSY;
        this.claimed.add(index);
        return 0;
      }
      case ioctl.RELEASEINTERFACE:
        return this.claimed.delete(this.#memory.read(thread, argument, 4).readUInt32LE()) ? 0 : -errno.EINVAL;
      case ioctl.GET_SPEED:
        return SPEED_HIGH;
      case ioctl.GET_CAPABILITIES:
        this.#memory.write(thread, argument, Buffer.alloc(4));
        return 0;
      case ioctl.CLEAR_HALT: {
        const endpoint = this.#memory.read(thread, argument, 4).readUInt32LE();
        this.#ask(Buffer.from([0x02, 1, 0, 0, endpoint, 0, 0, 0]), Buffer.alloc(0));
        return 0;
      }
      case ioctl.SETCONFIGURATION: {
        const value = this.#memory.read(thread, argument, 4).readUInt32LE();
        this.#ask(Buffer.from([0x00, 9, value, 0, 0, 0, 0, 0]), Buffer.alloc(0));
        return 0;
      }
      case ioctl.SETINTERFACE:
        return 0;
      case ioctl.RESET:
        this.#ask(Buffer.from([0x00, 9, 1, 0, 0, 0, 0, 0]), Buffer.alloc(0));
        return 0;
      case ioctl.IOCTL:
        // No kernel driver holds an interface.
        return -errno.ENODATA;
      case ioctl.CONTROL:
        return this.#controlTransfer(thread, argument);
      default:
        return -errno.ENOTTY;
    }
  }

  #submit(thread: number, address: bigint): number {
    const raw = this.#memory.read(thread, address, URB_BYTES);
    const endpoint = raw[1]!;
    const length = raw.readInt32LE(24);
    const urb: Urb = {
      thread,
      address,
      buffer: raw.readBigUInt64LE(16),
      request: undefined,
      status: 0,
      actual: 0,
      data: Buffer.alloc(0),
    };
    this.#urbs.add(urb);
    if (raw[0] === URB_CONTROL) {
      const whole = this.#memory.read(thread, urb.buffer, length);
      const isIn = (whole[0]! & 0x80) !== 0;
      const result = this.#ask(whole.subarray(0, SETUP_BYTES), whole.subarray(SETUP_BYTES));
      if (result === 'stall') this.#complete(urb, -errno.EPIPE, 0);
      else if (isIn) {
        this.#memory.write(thread, urb.buffer + BigInt(SETUP_BYTES), result);
        this.#complete(urb, 0, result.length);
      } else this.#complete(urb, 0, length - SETUP_BYTES);
      return 0;
    }
    const isIn = (endpoint & 0x80) !== 0;
    const request: UsbRequest = {
      endpoint,
      length,
      data: isIn ? new Uint8Array(0) : this.#memory.read(thread, urb.buffer, length),
      endsTransfer: (raw.readUInt32LE(8) & URB_ZERO_PACKET) !== 0,
      complete: (result) => {
        if (result === 'stall') this.#complete(urb, -errno.EPIPE, 0);
        else this.#complete(urb, 0, isIn ? result.length : length, isIn ? result : undefined);
      },
    };
    urb.request = request;
    this.#device.submit(request);
    return 0;
  }

  #complete(urb: Urb, status: number, actual: number, data?: Uint8Array): void {
    if (!this.#urbs.delete(urb)) return;
    urb.status = status;
    urb.actual = actual;
    if (data !== undefined) urb.data = data;
    this.#done.push(urb);
    this.#wake(this);
  }

  #reap(argument: bigint, thread: number): number {
    const urb = this.#done.shift();
    if (urb === undefined) return this.#isGone ? -errno.ENODEV : -errno.EAGAIN;
    if (urb.data.length > 0) this.#memory.write(thread, urb.buffer, urb.data);
    const word = Buffer.alloc(4);
    word.writeInt32LE(urb.status);
    this.#memory.write(thread, urb.address + 4n, word);
    word.writeInt32LE(urb.actual);
    this.#memory.write(thread, urb.address + 28n, word);
    const pointer = Buffer.alloc(8);
    pointer.writeBigUInt64LE(urb.address);
    this.#memory.write(thread, argument, pointer);
    return 0;
  }

  #discard(address: bigint): number {
    for (const urb of this.#urbs) {
      if (urb.address !== address) continue;
      if (urb.request !== undefined) this.#device.cancel(urb.request);
      this.#complete(urb, -errno.ENOENT, 0);
      return 0;
    }
    return -errno.EINVAL;
  }

  #controlTransfer(thread: number, argument: bigint): number {
    const raw = this.#memory.read(thread, argument, 24);
    const setup = raw.subarray(0, SETUP_BYTES);
    const length = setup.readUInt16LE(6);
    const pointer = raw.readBigUInt64LE(16);
    const isIn = (setup[0]! & 0x80) !== 0;
    const result = this.#ask(setup, isIn ? Buffer.alloc(0) : this.#memory.read(thread, pointer, length));
    if (result === 'stall') return -errno.EPIPE;
    if (!isIn) return length;
    this.#memory.write(thread, pointer, result);
    return result.length;
  }

  /** Control requests are answered at once. */
  #ask(setup: Uint8Array, data: Uint8Array): UsbResult {
    let answer: UsbResult = 'stall';
    this.#device.submit({
      endpoint: setup[0]! & 0x80,
      length: setup[6]! | (setup[7]! << 8),
      data,
      setup,
      endsTransfer: false,
      complete: (result) => {
        answer = result;
      },
    });
    return answer;
  }
}
