import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

async function served(args: readonly string[]): Promise<{ terminal: RecordingTerminal; ended: Promise<number> }> {
  const terminal = new RecordingTerminal();
  let isOver = false;
  const ended = runCli(['emulate', ...args], terminal).finally(() => {
    isOver = true;
  });
  const isUp = async (): Promise<void> => {
    while (!isOver && !terminal.errors.includes('Ctrl-C')) await new Promise((resolve) => setImmediate(resolve));
  };
  await Promise.race([isUp(), ended]);
  return { terminal, ended };
}

describe('opu emulate', () => {
  it('prints the address of a TCP port that accepts connections until it is interrupted', async () => {
    const { terminal, ended } = await served(['tiny', '--tcp', '0', '--seed', '7']);
    const address = new URL(terminal.output.trim());
    expect(address.protocol).to.equal('tcp:');
    const socket = createConnection(Number(address.port), address.hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    terminal.interrupt();
    expect(await ended).to.equal(0);
    await closed;
  });

  it('serves over WebSocket, over TCP as well if asked, and wants certificate and key together', async () => {
    const { terminal, ended } = await served(['tiny', '--ws', '0', '--tcp', '0', '--json']);
    const { addresses } = JSON.parse(terminal.output) as { addresses: string[] };
    expect(addresses.map((address) => new URL(address).protocol)).to.deep.equal(['tcp:', 'ws:']);
    const list = new RecordingTerminal();
    expect(await runCli(['devices', '--json'], list)).to.equal(0);
    expect(list.output).to.contain(addresses[1]);
    const info = new RecordingTerminal();
    expect(await runCli(['info', addresses[1]!, '--json'], info)).to.equal(0);
    expect(JSON.parse(info.output)).to.have.nested.property('identity.profile', 'tiny');
    terminal.interrupt();
    expect(await ended).to.equal(0);
    for (const [args, said] of [
      [['--ws', 'x'], '--ws x is no port'],
      [['--ws', '0', '--tls-cert', 'a.pem'], '--tls-cert and --tls-key go together'],
      [['--ws', '0.0.0.0:0'], 'a token and a certificate are needed'],
      [['--ws', '0', '--tls-cert', '/none.pem', '--tls-key', '/none.pem'], '/none.pem'],
    ] as const) {
      const refused = await served(['tiny', ...args]);
      expect(await refused.ended).to.not.equal(0);
      expect(refused.terminal.errors).to.contain(said);
    }
  });

  it('prints one JSON document with --json', async () => {
    const { terminal, ended } = await served(['tiny', '--tcp', '127.0.0.1:0', '--clock', 'virtual', '--json']);
    const document = JSON.parse(terminal.output) as { profile: string; addresses: string[] };
    expect(document).to.deep.include({ profile: 'tiny', clock: 'virtual' });
    expect(document.addresses).to.have.length(1);
    terminal.interrupt();
    expect(await ended).to.equal(0);
  });

  it('serves several mounts at once, USB/IP among them', async () => {
    const { terminal, ended } = await served(['tiny', '--tcp', '0', '--usbip', '0']);
    expect(
      terminal.output
        .trim()
        .split('\n')
        .map((address) => new URL(address).protocol),
    ).to.deep.equal(['tcp:', 'usbip:']);
    terminal.interrupt();
    expect(await ended).to.equal(0);
  });

  for (const [args, said] of [
    [['tny', '--tcp', '0'], "Did you mean 'tiny'?"],
    [['tiny', '--tcp', 'here'], '--tcp here'],
    [['tiny', '--tcp', '0.0.0.0:0'], 'loopback'],
    [['tiny', '--clock', 'virtul'], "Did you mean 'virtual'?"],
    [['tiny', '--seed', '-1'], 'seed=-1'],
    [['tiny', '--usbip', 'x'], '--usbip x'],
    [['tiny', '--usbip', '70000'], '70000'],
  ] as const) {
    it(`refuses "${args.join(' ')}" with exit code 2 and says why`, async () => {
      const terminal = new RecordingTerminal();
      expect(await runCli(['emulate', ...args], terminal)).to.equal(2);
      expect(terminal.errors).to.contain(said);
      expect(terminal.output).to.equal('');
    });
  }

  it('serves a pseudo-terminal behind a link and takes the link away at the end', async function () {
    if (process.platform !== 'linux') this.skip();
    const { terminal, ended } = await served(['tiny', '--serial']);
    const link = terminal.output.trim().replace(/^serial:/, '');
    expect(existsSync(link)).to.equal(true);
    terminal.interrupt();
    expect(await ended).to.equal(0);
    expect(existsSync(link)).to.equal(false);
  });
});
