import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemes } from '@opu/cli';
import { mountUsbIp } from '@opu/device';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { guestPatterns } from '../guest/guest-patterns.js';
import { makeInitramfs } from '../guest/initramfs.js';
import { unpackKernel } from '../guest/kernel-package.js';

const COUNT = 50;
const BUSYBOX = '/bin/busybox';
const MODULES = ['virtio_pci', 'virtio_net', '9pnet_virtio', '9p', 'vhci-hcd', 'cdc-acm'];

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Linux on x86-64';
  if (spawnSync('qemu-system-x86_64', ['--version']).error !== undefined) return 'qemu-system-x86';
  if (!existsSync(BUSYBOX) || spawnSync(BUSYBOX, ['true']).status !== 0) return 'busybox-static';
  if (
    !/Depends: linux-image/.test(spawnSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' }).stdout)
  ) {
    return 'the package lists (apt-get update), to download linux-image-amd64';
  }
  return undefined;
}

describe('a Linux guest that attaches the device over USB/IP', function () {
  this.timeout(180_000);
  const folder = join(tmpdir(), 'opu-guest-kernel');
  let scratch: string;

  before(function () {
    const missing = whatIsMissing();
    if (missing === undefined) {
      scratch = mkdtempSync(join(tmpdir(), 'opu-guest-'));
      return;
    }
    if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(`missing here: ${missing}`);
    console.log(`      skipped: needs ${missing} (qemu-system-x86, busybox-static)`);
    this.skip();
  });

  after(() => {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  it('gets the same bytes through its kernel’s USB as in process: from the vendor device and from /dev/ttyACM0', async () => {
    const inside = await openOpu('emulator:tiny?seed=11', { schemes });
    const expected = await inside.project(guestPatterns(inside.configuration.patternBytes, COUNT));
    const twice = await inside.project(guestPatterns(inside.configuration.patternBytes, COUNT));
    await inside.close();
    const hash = (pixels: { readonly data: ArrayLike<number> }): string =>
      createHash('sha256')
        .update(pixels.data as Uint8Array)
        .digest('hex');

    const { kernel, modules } = unpackKernel(folder);
    const device = createEmulatedDevice({ profile: 'tiny', seed: 11 });
    const mount = await mountUsbIp(device, { port: 0, serial: 'GUEST-1' });
    const script = fileURLToPath(new URL('../guest/guest-run.js', import.meta.url));
    const command = `${process.execPath} ${script} 10.0.2.2 ${new URL(mount.address).port} ${COUNT}`;
    const initramfs = join(scratch, 'initramfs');
    writeFileSync(initramfs, makeInitramfs(BUSYBOX, modules, MODULES, command));
    const output = await boot(kernel, initramfs);
    await mount.close();
    await device.close();

    const result = /RESULT (\{.*\})/.exec(output)?.[1];
    expect(result, output).to.not.equal(undefined);
    const ids = Array.from({ length: COUNT }, (_, i) => i);
    expect(JSON.parse(result!)).to.deep.equal({
      attached: 2,
      usb: { serial: 'EMU-tiny-11', ids, sha256: hash(expected.pixels) },
      serial: { serial: 'EMU-tiny-11', ids: ids.map((id) => id + COUNT), sha256: hash(twice.pixels) },
    });
  });
});

/** Everything that the guest's console said. */
async function boot(kernel: string, initramfs: string): Promise<string> {
  const guest = spawn(
    'qemu-system-x86_64',
    [
      ...['-M', 'q35,accel=tcg', '-cpu', 'max', '-m', '1024', '-smp', '2', '-kernel', kernel, '-initrd', initramfs],
      ...['-nographic', '-no-reboot', '-nodefaults', '-serial', 'stdio', '-monitor', 'none'],
      ...['-netdev', 'user,id=n0', '-device', 'virtio-net-pci,netdev=n0,romfile='],
      ...['-fsdev', 'local,id=f0,path=/,security_model=none,readonly=on,multidevs=remap'],
      ...['-device', 'virtio-9p-pci,fsdev=f0,mount_tag=host'],
      ...['-append', 'console=ttyS0 quiet panic=-1 loglevel=3 tsc=reliable random.trust_cpu=on'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  guest.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  guest.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const patience = setTimeout(() => guest.kill('SIGKILL'), 170_000);
  await new Promise((resolve) => guest.once('close', resolve));
  clearTimeout(patience);
  return output;
}
