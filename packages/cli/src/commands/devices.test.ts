import { expect } from 'chai';
import { runCli } from '../program.js';
import { RecordingTerminal } from '../testing/recording-terminal.js';

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
});
