import { OpuError } from '@opu/core';
import type { Attachable } from '../mount.js';
import { descriptorType, serialDescriptors, type UsbDescriptors, vendorDescriptors } from './descriptors.js';
import { type InRequest, UsbTransport } from './usb-transport.js';

/** What a USB request comes to: bytes (none for one that only takes), or a stall. */
export type UsbResult = Uint8Array | 'stall';

/** A request block, as USB/IP and the kernel know it. */
export interface UsbRequest {
  /** Endpoint address: 0x80 is set when the host reads. */
  readonly endpoint: number;
  /** Most bytes that the host takes; of a request that writes, the bytes of `data`. */
  readonly length: number;
  readonly data: Uint8Array;
  /** `data` holds only until `submit` returns. */
  readonly isBorrowed?: boolean;
  /** Endpoint 0 only. */
  readonly setup?: Uint8Array;
  /** The host wants a transfer that fills its last packet to be ended by an empty one. */
  readonly endsTransfer: boolean;
  /** Calls back when the host has what it asked for, if that is known later than `complete`. */
  readonly whenTaken?: ((listener: () => void) => void) | undefined;
  complete(result: UsbResult): void;
}

const NOTHING = new Uint8Array(0);
const BULK_OUT = 0x01;
const BULK_IN = 0x81;
const INTERRUPT_IN = 0x83;
/** Longest transfer of one message; the header tells, but it comes with the transfer. */
const MAXIMUM_TRANSFER = 32 * 2 ** 20;
/** 115 200 baud, 8N1: what a serial port is before anybody sets it. */
const DEFAULT_LINE_CODING = [0x00, 0xc2, 0x01, 0x00, 0, 0, 8];

/** Standard requests of chapter 9 of USB 2.0, and those of CDC PSTN 1.2. */
const request = {
  GET_STATUS: 0,
  CLEAR_FEATURE: 1,
  SET_FEATURE: 3,
  GET_DESCRIPTOR: 6,
  GET_CONFIGURATION: 8,
  SET_CONFIGURATION: 9,
  GET_INTERFACE: 10,
  SET_INTERFACE: 11,
  SET_LINE_CODING: 0x20,
  GET_LINE_CODING: 0x21,
  SET_CONTROL_LINE_STATE: 0x22,
} as const;

/**
 * An emulated OPU as a USB device: control requests and one bulk endpoint each way, whatever bus it hangs on. A session with
 * the device begins with the first bytes that the host writes, and ends when the host detaches, sets the configuration
 * anew, clears the halt of an endpoint that is not halted, or (serial) drops DTR.
 */
export class UsbDevice {
  readonly kind: 'vendor' | 'serial';
  readonly descriptors: UsbDescriptors;
  readonly #device: Attachable;
  readonly #address: string;
  readonly #halted = new Set<number>();
  readonly #interrupts = new Set<UsbRequest>();
  readonly #pending = new Map<UsbRequest, InRequest>();
  #session: UsbTransport | undefined;
  /** Requests of the host for bytes before any session. */
  #waiting: InRequest[] = [];
  #lineCoding: Uint8Array = new Uint8Array(DEFAULT_LINE_CODING);
  #configuration = 0;

  constructor(device: Attachable, kind: 'vendor' | 'serial', serial: string, address: string) {
    this.#device = device;
    this.kind = kind;
    this.#address = address;
    this.descriptors = kind === 'vendor' ? vendorDescriptors(serial) : serialDescriptors(serial);
  }

  /** Carries a request out, now or when there are bytes for it. */
  submit(urb: UsbRequest): void {
    const { endpoint } = urb;
    if (urb.setup !== undefined) {
      const result = this.#control(urb.setup, urb.data);
      urb.complete(result === 'stall' ? result : result.subarray(0, urb.length));
    } else if (this.#halted.has(endpoint)) urb.complete('stall');
    else if (endpoint === BULK_OUT) {
      this.#openSession().receive(urb.data, urb.endsTransfer, urb.isBorrowed);
      urb.complete(NOTHING);
    } else if (endpoint === BULK_IN) this.#read(urb);
    else if (endpoint === INTERRUPT_IN && this.kind === 'serial') this.#interrupts.add(urb);
    else urb.complete('stall');
  }

  /** Takes a request back. False when it was complete already. */
  cancel(urb: UsbRequest): boolean {
    if (this.#interrupts.delete(urb)) return true;
    const pending = this.#pending.get(urb);
    if (pending === undefined) return false;
    this.#pending.delete(urb);
    const at = this.#waiting.indexOf(pending);
    if (at >= 0) this.#waiting.splice(at, 1);
    else this.#session?.cancel(pending);
    return true;
  }

  /** The host let go of the device, or the cable was pulled: requests that wait are forgotten. */
  detach(): void {
    this.#endSession('the host let go of it');
    this.#waiting = [];
    this.#pending.clear();
    this.#interrupts.clear();
    this.#halted.clear();
    this.#configuration = 0;
  }

  #read(urb: UsbRequest): void {
    const pending: InRequest = {
      length: urb.length,
      whenTaken: urb.whenTaken,
      complete: (data) => {
        this.#pending.delete(urb);
        urb.complete(data);
      },
    };
    this.#pending.set(urb, pending);
    if (this.#session === undefined) this.#waiting.push(pending);
    else this.#session.request(pending);
  }

  #openSession(): UsbTransport {
    if (this.#session !== undefined) return this.#session;
    const session = new UsbTransport(this.#address, this.kind === 'vendor' ? 'message' : 'stream', MAXIMUM_TRANSFER);
    this.#session = session;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const pending of waiting) session.request(pending);
    this.#device.attach(session);
    return session;
  }

  #endSession(why: string): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    this.#waiting.push(...session.end(new OpuError('LINK_LOST', `${this.#address}: ${why}.`)));
  }

  #control(setup: Uint8Array, data: Uint8Array): UsbResult {
    const type = setup[0]! & 0x60;
    if (type === 0x00) return this.#standard(setup);
    if (type === 0x20 && this.kind === 'serial') return this.#serialClass(setup, data);
    return 'stall';
  }

  #standard(setup: Uint8Array): UsbResult {
    const [recipient = 0, code = 0, value = 0, kind = 0, index = 0] = setup;
    switch (code) {
      case request.GET_DESCRIPTOR:
        return this.#descriptor(kind, value);
      case request.GET_STATUS:
        return new Uint8Array([recipient === 0x82 && this.#halted.has(index) ? 1 : 0, 0]);
      case request.CLEAR_FEATURE:
        if (recipient === 0x02 && !this.#halted.delete(index)) this.#endSession('the host cleared its endpoint');
        return NOTHING;
      case request.SET_FEATURE:
        if (recipient === 0x02) this.#halted.add(index);
        return NOTHING;
      case request.GET_CONFIGURATION:
        return new Uint8Array([this.#configuration]);
      case request.SET_CONFIGURATION:
        this.#configuration = value;
        this.#endSession('the host configured the device anew');
        return NOTHING;
      case request.GET_INTERFACE:
        return new Uint8Array([0]);
      case request.SET_INTERFACE:
        return value === 0 ? NOTHING : 'stall';
      default:
        return 'stall';
    }
  }

  #descriptor(kind: number, index: number): UsbResult {
    const { device, configuration, strings, bos } = this.descriptors;
    switch (kind) {
      case descriptorType.DEVICE:
        return device;
      case descriptorType.CONFIGURATION:
        return index === 0 ? configuration : 'stall';
      case descriptorType.STRING:
        return strings[index] ?? 'stall';
      case descriptorType.QUALIFIER:
        // The device as it would be at full speed: the same, with its class and packet size.
        return new Uint8Array([10, descriptorType.QUALIFIER, ...device.subarray(2, 8), 1, 0]);
      case descriptorType.BOS:
        return bos ?? 'stall';
      default:
        return 'stall';
    }
  }

  #serialClass(setup: Uint8Array, data: Uint8Array): UsbResult {
    switch (setup[1]) {
      case request.SET_LINE_CODING:
        this.#lineCoding = new Uint8Array(data.subarray(0, 7));
        return NOTHING;
      case request.GET_LINE_CODING:
        return this.#lineCoding;
      case request.SET_CONTROL_LINE_STATE:
        // DTR goes down when the last program closes the port.
        if ((setup[2]! & 1) === 0) this.#endSession('the host closed the port');
        return NOTHING;
      default:
        return 'stall';
    }
  }
}
