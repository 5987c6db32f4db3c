import { configurationField, createConfigure, type Readouts } from '@opu/protocol';
import { expect } from 'chai';
import { createEmulatedDevice, type EmulatedDeviceOptions } from './emulated-device.js';
import { WireHost } from './wire-host.test.helper.js';

const pattern = (k: number, bytes = 128): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * 37 + k * 101) & 255);

async function open(options: EmulatedDeviceOptions = {}) {
  const device = createEmulatedDevice({ profile: 'tiny', ...options });
  const host = await new WireHost(device.connect()).open();
  return { device, host };
}

function framesOf(messages: readonly Readouts[]) {
  return messages.flatMap((message) =>
    message.frames.toArray().map((record, i) => ({
      ...record,
      image: message.data.slice(i * message.imageBytes, (i + 1) * message.imageBytes),
    })),
  );
}

describe('createEmulatedDevice', () => {
  it('shows three patterns on the ticks of the worked example and sends their readouts', async () => {
    const { device, host } = await open();
    await host.control();
    host.patterns(
      0,
      [0, 1, 2].map((k) => pattern(k)),
    );
    const started = await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    const frames = framesOf(host.all('READOUTS'));
    expect(frames.map((f) => f.frame)).to.deep.equal([0, 1, 2]);
    expect(frames.map((f) => f.patternId)).to.deep.equal([0, 1, 2]);
    expect(frames.map((f) => f.resetTick - started.tick)).to.deep.equal([128, 10128, 20128]);
    expect(frames.map((f) => f.exposureStartTick - started.tick)).to.deep.equal([1878, 11878, 21878]);
    expect(frames.every((f) => f.exposureTicks === 2000)).to.equal(true);
    expect(host.all('RUN_ENDED')[0]).to.deep.include({ framesDone: 3, nextFrame: 3 });
    expect(frames[0]!.image).to.have.length(1024);
    expect(new Set(frames.map((f) => f.image.join())).size).to.equal(3);
    await device.close();
  });

  it('refuses a period below the minimum whole, and names the term that limits it', async () => {
    const { device, host } = await open();
    await host.control();
    const refusal = await host.get(
      {
        ...createConfigure(),
        fields: configurationField.PERIOD | configurationField.EXPOSURE,
        periodTicks: 3000,
        exposureTicks: 2000,
      },
      'REFUSED',
    );
    expect(refusal).to.deep.include({ field: 'periodTicks', value: 3000, bound: 3750, limitingTerm: 1 });
    await device.close();
  });
});
