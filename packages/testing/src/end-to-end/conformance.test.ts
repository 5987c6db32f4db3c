import { runDeviceSuite } from '@opu/conformance';
import { type Mount, mountTcp } from '@opu/device';
import { tcpScheme } from '@opu/driver/node';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';

describe('the device suite', function () {
  this.timeout(60_000);

  async function failures(clock: 'virtual' | 'realtime'): Promise<{ failed: string[]; supported: string[] }> {
    const device = createEmulatedDevice({ profile: 'tiny', clock });
    const mount: Mount = await mountTcp(device, { port: 0 });
    const target = mount.address.replace('tcp://', '');
    const address = { text: mount.address, scheme: 'tcp', target, query: new Map<string, string>() };
    const connect = async () => (await tcpScheme(address)).transport;
    const { results } = await runDeviceSuite({ address: mount.address, connect });
    await mount.close();
    await device.close();
    const failed = results.filter((r) => r.verdict === 'fail').map((r) => `${r.number} ${r.reason}`);
    return { failed, supported: results.filter((r) => r.verdict === 'not-supported').map((r) => r.number) };
  }

  it('passes the emulated device over TCP', async () => {
    expect((await failures('virtual')).failed).to.deep.equal([]);
  });

  it('passes the emulated device in real time over TCP, which says itself that it has no virtual time', async () => {
    const { failed, supported } = await failures('realtime');
    expect(failed).to.deep.equal([]);
    const ticks = ['D-RNE-01', 'D-RNE-02', 'D-RNE-03', 'D-RNE-04', 'D-RNE-05', 'D-RNE-06', 'D-MOD-01', 'D-MOD-02'];
    expect(supported).to.deep.equal(['D-TIM-05', 'D-TIM-06', 'D-TRG-01', ...ticks]);
  });
});
