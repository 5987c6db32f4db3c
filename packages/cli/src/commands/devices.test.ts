import { expect } from 'chai';
import { runCli } from '../program.js';
import { RecordingTerminal } from '../testing/recording-terminal.js';

describe('opu devices', () => {
  it('lists what there is, or says why it cannot look, as one JSON document too', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['devices', '--json'], terminal)).to.equal(0);
    const list = JSON.parse(terminal.output) as { devices: { address: string }[]; problems: string[] };
    for (const { address } of list.devices) expect(address).to.match(/^(serial|usb):./);
    for (const problem of list.problems) expect(terminal.errors).to.contain(problem);
    const plain = new RecordingTerminal();
    expect(await runCli(['devices'], plain)).to.equal(0);
    const said = list.devices.length > 0 ? plain.output : plain.errors;
    expect(said).to.contain(list.devices[0]?.address ?? 'emulator:opu-1m-300k');
  });
});
