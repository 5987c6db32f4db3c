import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

describe('opu devices', () => {
  it('lists what there is, or says why it cannot look, as one JSON document too', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['devices', '--json'], terminal)).to.equal(0);
    const list = JSON.parse(terminal.output) as { devices: { address: string }[]; problems: string[] };
    for (const { address } of list.devices) expect(address).to.match(/^(serial|usb|tcp):./);
    for (const problem of list.problems) expect(terminal.errors).to.contain(problem);
    const plain = new RecordingTerminal();
    expect(await runCli(['devices'], plain)).to.equal(0);
    const said = list.devices.length > 0 ? plain.output : plain.errors;
    expect(said).to.contain(list.devices[0]?.address ?? 'emulator:opu-1m-300k');
  });

  it('finds an emulated device while it is served, and no longer', async () => {
    const serving = new RecordingTerminal();
    const ended = runCli(['emulate', 'tiny', '--tcp', '0'], serving);
    while (!serving.errors.includes('Ctrl-C')) await new Promise((resolve) => setImmediate(resolve));
    const address = serving.output.trim();
    const list = async (): Promise<{ address: string; kind: string }[]> => {
      const terminal = new RecordingTerminal();
      expect(await runCli(['devices', '--json'], terminal)).to.equal(0);
      return (JSON.parse(terminal.output) as { devices: { address: string; kind: string }[] }).devices;
    };
    expect((await list()).find((device) => device.address === address)).to.deep.include({ kind: 'emulator' });
    serving.interrupt();
    await ended;
    expect((await list()).find((device) => device.address === address)).to.equal(undefined);
  });

  it('watches devices come and go until it is interrupted, as lines or as JSON lines', async () => {
    for (const args of [
      ['devices', '--watch'],
      ['devices', '--watch', '--json'],
    ]) {
      const watching = new RecordingTerminal();
      const watched = runCli(args, watching);
      const serving = new RecordingTerminal();
      const served = runCli(['emulate', 'tiny', '--tcp', '0'], serving);
      const until = async (found: () => boolean): Promise<void> => {
        while (!found()) await new Promise((resolve) => setTimeout(resolve, 10));
      };
      await until(() => serving.errors.includes('Ctrl-C'));
      const address = serving.output.trim();
      await until(() => watching.output.includes(address));
      serving.interrupt();
      await served;
      await until(() => watching.output.split(address).length > 2);
      watching.interrupt();
      expect(await watched).to.equal(0);
      const lines = watching.output.trim().split('\n');
      const ours = lines.filter((line) => line.includes(address));
      expect(ours).to.have.length(2);
      if (args.includes('--json')) {
        expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).to.include('attached');
        expect(JSON.parse(ours[1]!)).to.deep.include({ event: 'detached', address, kind: 'emulator' });
      } else expect(ours[0]).to.match(/^attached .*tiny/);
    }
  }).timeout(20_000);
});
