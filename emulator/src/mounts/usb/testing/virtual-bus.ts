import { spawnSync } from 'node:child_process';
import { constants, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import type { UsbDevice } from '../usb-device.js';
import { FuseChannel, type FuseRequest, fuseOperation } from './fuse-channel.js';
import { ThreadMemory } from './thread-memory.js';
import { errno, UsbfsHandle } from './usbfs-handle.js';

const BUS_FOLDER = '/dev/bus/usb';
const SYSFS_FOLDER = '/sys/bus/usb/devices';
const ROOT = 1;
const BUS = 2;
const POLLIN_OUT = 0x1 | 0x4 | 0x100;
const POLLHUP = 0x10;
const ENOSYS = 38;

/**
 * A USB bus with one emulated device, for programs that use usbfs: plays `/dev/bus/usb` over FUSE, and the attributes in
 * sysfs as files. Needs root, `/dev/fuse`, and a mount namespace of its own (`unshare -m`); whoever uses the bus must be
 * another process, because this one answers its system calls.
 */
export class VirtualBus {
  readonly #device: UsbDevice;
  readonly #memory = new ThreadMemory();
  readonly #handles = new Map<bigint, UsbfsHandle>();
  #channel!: FuseChannel;
  #nextHandle = 1n;
  #plugged = false;
  /** Every plugging gives the device another address. */
  #address = 1;

  constructor(device: UsbDevice) {
    this.#device = device;
  }

  mount(): void {
    run('mount', ['-t', 'tmpfs', 'tmpfs', '/sys/bus']);
    mkdirSync(SYSFS_FOLDER, { recursive: true });
    mkdirSync(BUS_FOLDER, { recursive: true });
    const descriptor = openSync('/dev/fuse', constants.O_RDWR);
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    run('mount', ['-i', '-t', 'fuse', '-o', options, 'opu-usb', BUS_FOLDER], descriptor);
    this.#channel = new FuseChannel(descriptor);
    this.#channel.listen(
      (request) => this.#handle(request),
      () => undefined,
    );
  }

  unmount(): void {
    spawnSync('umount', ['-l', BUS_FOLDER]);
  }

  plug(): void {
    this.#address++;
    this.#plugged = true;
    const { descriptors } = this.#device;
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
    const text = (index: number): string => Buffer.from(descriptors.strings[index]!.subarray(2)).toString('utf16le');
    const folder = `${SYSFS_FOLDER}/1-1`;
    mkdirSync(folder, { recursive: true });
    const attributes: Record<string, string | number> = {
      busnum: 1,
      devnum: this.#address,
      devpath: 1,
      idVendor: hex(descriptors.vendorId, 4),
      idProduct: hex(descriptors.productId, 4),
      bcdDevice: '0100',
      version: ' 2.10',
      bDeviceClass: hex(descriptors.deviceClass[0], 2),
      bDeviceSubClass: '00',
      bDeviceProtocol: '00',
      speed: 480,
      manufacturer: text(1),
      product: text(2),
      serial: text(3),
      bConfigurationValue: 1,
      bNumConfigurations: 1,
      bMaxPacketSize0: 64,
    };
    for (const [name, value] of Object.entries(attributes)) writeFileSync(`${folder}/${name}`, `${value}\n`);
    descriptors.interfaces.forEach(([kind, subclass, protocol], index) => {
      const inner = `${folder}/1-1:1.${index}`;
      mkdirSync(inner, { recursive: true });
      const values = {
        bInterfaceNumber: hex(index, 2),
        bInterfaceClass: hex(kind, 2),
        bInterfaceSubClass: hex(subclass, 2),
        bInterfaceProtocol: hex(protocol, 2),
        bAlternateSetting: ' 0',
      };
      for (const [name, value] of Object.entries(values)) writeFileSync(`${inner}/${name}`, `${value}\n`);
    });
    const device = `MAJOR=189\nMINOR=${this.#address - 1}\nDEVNAME=bus/usb/001/${this.#name()}\nDEVTYPE=usb_device\n`;
    writeFileSync(`${folder}/uevent`, `${device}BUSNUM=001\nDEVNUM=${this.#name()}\n`);
    writeFileSync(`${folder}/descriptors`, this.#descriptors());
  }

  /** Pulls the cable, whatever is under way. */
  unplug(): void {
    if (!this.#plugged) return;
    this.#plugged = false;
    rmSync(`${SYSFS_FOLDER}/1-1`, { recursive: true, force: true });
    for (const handle of this.#handles.values()) handle.unplug();
    this.#device.detach();
  }

  #name(): string {
    return String(this.#address).padStart(3, '0');
  }

  #descriptors(): Buffer {
    return Buffer.concat([this.#device.descriptors.device, this.#device.descriptors.configuration]);
  }

  /** Inode of the device file: another one each time that it is plugged. */
  #inode(): number {
    return 100 + this.#address;
  }

  #handle(request: FuseRequest): void {
    const { operation, unique, node, body } = request;
    const reply = (error: number, result?: Buffer): void => this.#channel.reply(unique, error, result);
    switch (operation) {
      case fuseOperation.INIT:
        reply(0, initReply(body.readUInt32LE(8)));
        break;
      case fuseOperation.LOOKUP:
        this.#lookup(node, body.toString('latin1').replace(/\0.*$/s, ''), reply);
        break;
      case fuseOperation.GETATTR:
      case fuseOperation.SETATTR:
        reply(0, Buffer.concat([Buffer.alloc(16), this.#attributes(node)]));
        break;
      case fuseOperation.OPENDIR:
        reply(0, Buffer.alloc(16));
        break;
      case fuseOperation.READDIR:
        reply(0, this.#entries(node, Number(body.readBigUInt64LE(8))));
        break;
      case fuseOperation.OPEN:
        this.#open(reply);
        break;
      case fuseOperation.READ: {
        const at = Number(body.readBigUInt64LE(8));
        reply(0, this.#descriptors().subarray(at, at + body.readUInt32LE(16)));
        break;
      }
      case fuseOperation.IOCTL:
        this.#ioctl(request, reply);
        break;
      case fuseOperation.POLL:
        this.#poll(body, reply);
        break;
      case fuseOperation.RELEASE:
        this.#handles.get(body.readBigUInt64LE(0))?.close();
        this.#handles.delete(body.readBigUInt64LE(0));
        this.#memory.forget();
        reply(0);
        break;
      case fuseOperation.STATFS:
        reply(0, Buffer.alloc(80));
        break;
      case fuseOperation.RELEASEDIR:
      case fuseOperation.FLUSH:
      case fuseOperation.ACCESS:
      case fuseOperation.DESTROY:
        reply(0);
        break;
      case fuseOperation.FORGET:
      case fuseOperation.BATCH_FORGET:
      case fuseOperation.INTERRUPT:
        break;
      default:
        reply(ENOSYS);
        break;
    }
  }

  #lookup(node: number, name: string, reply: (error: number, result?: Buffer) => void): void {
    let inode = 0;
    if (node === ROOT && name === '001') inode = BUS;
    else if (node === BUS && this.#plugged && name === this.#name()) inode = this.#inode();
    if (inode === 0) {
      reply(errno.ENOENT);
      return;
    }
    // Nothing is to be cached, so that an unplug is seen at once.
    const head = Buffer.alloc(40);
    head.writeBigUInt64LE(BigInt(inode), 0);
    reply(0, Buffer.concat([head, this.#attributes(inode)]));
  }

  #attributes(inode: number): Buffer {
    const isFolder = inode === ROOT || inode === BUS;
    const bytes = Buffer.alloc(88);
    bytes.writeBigUInt64LE(BigInt(inode), 0);
    bytes.writeBigUInt64LE(isFolder ? 0n : BigInt(this.#descriptors().length), 8);
    bytes.writeUInt32LE(isFolder ? 0o40755 : 0o100666, 60);
    bytes.writeUInt32LE(isFolder ? 2 : 1, 64);
    bytes.writeUInt32LE(4096, 80);
    return bytes;
  }

  #entries(node: number, from: number): Buffer {
    const names: [string, number, number][] =
      node === ROOT ? [['001', BUS, 4]] : this.#plugged ? [[this.#name(), this.#inode(), 8]] : [];
    const entries = names.slice(from).map(([name, inode, type], i) => {
      const entry = Buffer.alloc((24 + name.length + 7) & ~7);
      entry.writeBigUInt64LE(BigInt(inode), 0);
      entry.writeBigUInt64LE(BigInt(from + i + 1), 8);
      entry.writeUInt32LE(name.length, 16);
      entry.writeUInt32LE(type, 20);
      entry.write(name, 24);
      return entry;
    });
    return Buffer.concat(entries);
  }

  #open(reply: (error: number, result?: Buffer) => void): void {
    if (!this.#plugged) {
      reply(errno.ENODEV);
      return;
    }
    const number = this.#nextHandle++;
    this.#handles.set(number, new UsbfsHandle(this.#device, this.#memory, (handle) => this.#wake(handle)));
    const result = Buffer.alloc(16);
    result.writeBigUInt64LE(number, 0);
    result.writeUInt32LE(1, 8); // FOPEN_DIRECT_IO
    reply(0, result);
  }

  #ioctl({ body, thread }: FuseRequest, reply: (error: number, result?: Buffer) => void): void {
    const handle = this.#handles.get(body.readBigUInt64LE(0));
    const command = body.readUInt32LE(12);
    const isUsb = ((command >> 8) & 0xff) === 0x55;
    const isClaimed = (index: number): boolean =>
      [...this.#handles.values()].some((other) => other !== handle && !other.isGone && other.claimed.has(index));
    const result = Buffer.alloc(16);
    result.writeInt32LE(
      handle === undefined
        ? -errno.ENODEV
        : isUsb
          ? handle.control(command & 0xff, thread, body.readBigUInt64LE(16), isClaimed)
          : -errno.ENOTTY,
      0,
    );
    reply(0, result);
  }

  #poll(body: Buffer, reply: (error: number, result?: Buffer) => void): void {
    const handle = this.#handles.get(body.readBigUInt64LE(0));
    const isWatched = (body.readUInt32LE(16) & 1) !== 0;
    let events = 0;
    if (handle === undefined || handle.isGone) events |= POLLHUP;
    if (handle?.hasDone) events |= POLLIN_OUT & ~1;
    if (handle !== undefined && isWatched) handle.polledBy = body.readBigUInt64LE(8);
    const result = Buffer.alloc(8);
    result.writeUInt32LE(events, 0);
    reply(0, result);
  }

  #wake(handle: UsbfsHandle): void {
    const polledBy = handle.polledBy;
    if (polledBy === undefined) return;
    handle.polledBy = undefined;
    this.#channel.wake(polledBy);
  }
}

function initReply(readAhead: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(7, 0);
  bytes.writeUInt32LE(31, 4);
  bytes.writeUInt32LE(readAhead, 8);
  bytes.writeUInt16LE(16, 16); // requests in the background
  bytes.writeUInt16LE(12, 18);
  bytes.writeUInt32LE(128 * 1024, 20); // longest write
  bytes.writeUInt32LE(1, 24); // granularity of times, ns
  return bytes;
}

function run(command: string, args: readonly string[], descriptor?: number): void {
  const stdio = descriptor === undefined ? 'pipe' : (['ignore', 'pipe', 'pipe', descriptor] as const);
  const result = spawnSync(command, args, { stdio: stdio as never, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${result.stderr}`);
}
