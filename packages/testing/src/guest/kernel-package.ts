import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of the kernel package that the guest needs: the kernel, and the folders of its modules. */
const WANTED = [
  './boot/vmlinuz*',
  ...['drivers/usb', 'drivers/virtio', 'drivers/net/virtio_net.ko', 'drivers/net/net_failover.ko'].map(
    (path) => `./lib/modules/*/kernel/${path}*`,
  ),
  ...['net/9p', 'net/core', 'fs/9p', 'fs/netfs', 'fs/fscache'].map((path) => `./lib/modules/*/kernel/${path}*`),
];

function tool(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (result.status === 0) return result.stdout;
  throw new Error(`${command} ${args.join(' ')} failed: ${result.error?.message ?? result.stderr}`);
}

/**
 * The newest Debian kernel with USB (the cloud kernel has none), unpacked in `folder`; downloaded when it is not there yet.
 * Nothing is installed.
 */
export function unpackKernel(folder: string): { readonly kernel: string; readonly modules: string } {
  mkdirSync(folder, { recursive: true });
  const unpacked = join(folder, 'unpacked');
  if (!existsSync(unpacked)) {
    const depends = tool('apt-cache', ['depends', 'linux-image-amd64'], folder);
    const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (name === undefined) throw new Error('apt-cache knows no linux-image-amd64; call apt-get update.');
    tool('apt-get', ['download', '-q', name], folder);
    const file = readdirSync(folder).find((entry) => entry.startsWith(name) && entry.endsWith('.deb'))!;
    const partial = join(folder, 'partial');
    mkdirSync(partial, { recursive: true });
    const patterns = WANTED.map((pattern) => `'${pattern}'`).join(' ');
    tool('sh', ['-c', `dpkg-deb --fsys-tarfile ${file} | tar -x -C partial --wildcards ${patterns}`], folder);
    renameSync(partial, unpacked);
  }
  const kernel = readdirSync(join(unpacked, 'boot')).find((entry) => entry.startsWith('vmlinuz'))!;
  const version = readdirSync(join(unpacked, 'lib/modules'))[0]!;
  return { kernel: join(unpacked, 'boot', kernel), modules: join(unpacked, 'lib/modules', version, 'kernel') };
}
