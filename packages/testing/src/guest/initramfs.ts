import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = 0o040755;
const EXECUTABLE = 0o100755;
const PLAIN = 0o100644;
const LINK = 0o120777;
const CHARACTER_DEVICE = 0o020600;

/** An archive as the kernel unpacks it at its start (cpio, "newc": Linux, Documentation/driver-api/early-userspace). */
class Archive {
  readonly #parts: Buffer[] = [];
  #inode = 1;

  add(name: string, mode: number, data: Buffer = Buffer.alloc(0), device: readonly [number, number] = [0, 0]): void {
    const path = Buffer.from(`${name}\0`);
    const fields = [this.#inode++, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, path.length, 0];
    const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
    this.#parts.push(head, path, padding(head.length + path.length), data, padding(data.length));
  }

  bytes(): Buffer {
    this.add('TRAILER!!!', 0);
    return Buffer.concat(this.#parts);
  }
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}

/** Modules with what they depend on, each after its dependencies. Built-in ones have no file. */
function inLoadOrder(folder: string, names: readonly string[]): (readonly [string, Buffer])[] {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.name.endsWith('.ko')) files.set(plainName(entry.name), join(entry.parentPath, entry.name));
  }
  const order = new Map<string, Buffer>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (file === undefined || order.has(name)) return;
    const bytes = readFileSync(file);
    const depends = /\0depends=([^\0]*)\0/.exec(bytes.toString('latin1'))?.[1] ?? '';
    for (const other of depends.split(',')) add(plainName(other));
    order.set(name, bytes);
  };
  for (const name of names) add(plainName(name));
  return [...order];
}

const plainName = (name: string): string => name.replace(/\.ko$/, '').replace(/-/g, '_');

/**
 * A root file system in memory: busybox, modules, and a script that makes the host's files visible (read only) and runs a
 * command of theirs.
 * @param command what runs in the host's root folder, with its arguments
 */
export function makeInitramfs(busybox: string, modules: string, names: readonly string[], command: string): Buffer {
  const archive = new Archive();
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'host', 'modules']) archive.add(folder, DIRECTORY);
  archive.add('dev/console', CHARACTER_DEVICE, undefined, [5, 1]);
  archive.add('bin/busybox', EXECUTABLE, readFileSync(busybox));
  archive.add('bin/sh', LINK, Buffer.from('busybox'));
  const order = inLoadOrder(modules, names);
  for (const [name, bytes] of order) archive.add(`modules/${name}.ko`, PLAIN, bytes);
  const script = [
    '#!/bin/busybox sh',
    'B=/bin/busybox',
    '$B mount -t proc proc /proc; $B mount -t sysfs sys /sys; $B mount -t devtmpfs dev /dev',
    '$B mkdir -p /dev/pts /dev/shm; $B mount -t devpts pts /dev/pts',
    ...order.map(([name]) => `$B insmod /modules/${name}.ko || echo "cannot load ${name}"`),
    '$B ip link set lo up; $B ip addr add 10.0.2.15/24 dev eth0; $B ip link set eth0 up',
    '$B ip route add default via 10.0.2.2',
    '$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host',
    'for folder in dev dev/pts proc sys; do $B mount -o bind /$folder /host/$folder; done',
    '$B mount -t tmpfs tmpfs /host/run',
    'export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/run',
    `$B chroot /host ${command} 2>&1`,
    'echo "GUEST ENDED $?"',
    '$B poweroff -f',
    '',
  ];
  archive.add('init', EXECUTABLE, Buffer.from(script.join('\n')));
  return archive.bytes();
}
