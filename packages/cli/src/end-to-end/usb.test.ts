import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const canRun =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/dev/fuse') &&
  spawnSync('unshare', ['-m', '--propagation', 'private', 'true']).status === 0;

describe('a device on USB (the real package, a virtual bus over FUSE)', () => {
  before(function () {
    if (canRun) return;
    if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('root, /dev/fuse and unshare are needed here');
    console.log('      skipped: needs Linux, root, /dev/fuse and unshare (install util-linux and fuse3)');
    this.skip();
  });

  it('gives the same bytes as in process, is used by one at a time, and survives 3 unplugs in a stream', async () => {
    const script = fileURLToPath(new URL('../testing/usbfs/usb-run.js', import.meta.url));
    const child = spawn(
      'unshare',
      ['-m', '--propagation', 'private', process.execPath, '--enable-source-maps', script, '100', '3'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect(errors).to.equal('');
    expect(code).to.equal(0);
    expect(JSON.parse(output)).to.deep.equal({
      address: 'usb:',
      nothingThere: 'LINK_UNAVAILABLE',
      busy: 'DEVICE_BUSY',
      sameBytes: true,
      inOrder: true,
      linksLost: 3,
      pulled: 3,
      unplugged: 'LINK_LOST',
    });
  });
});
