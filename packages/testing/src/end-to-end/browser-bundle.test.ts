import vm from 'node:vm';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { driverBundle } from '../chromium.js';

/** What a page has, and nothing of Node. */
function pageGlobals() {
  const { AbortController, clearTimeout, console, crypto, performance, queueMicrotask, setTimeout } = globalThis;
  const { TextDecoder, TextEncoder } = globalThis;
  return {
    ...{ AbortController, clearTimeout, console, crypto, performance, queueMicrotask, setTimeout },
    ...{ TextDecoder, TextEncoder },
  };
}

describe('the driver in a browser', () => {
  let code = '';
  before('bundle', async () => {
    const bundled = await driverBundle();
    for (const input of bundled.inputs) expect(input).not.to.match(/driver\/dist\/node|^node:/);
    code = bundled.code;
  });

  it('bundles without a module of Node and drives a device where there is no Node', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    const page = vm.createContext({ ...pageGlobals(), connect: () => device.connect() });
    vm.runInContext(code, page);
    const work = `(async () => {
      const device = await opu.openOpu('page:', { schemes: { page: async () => ({ transport: connect() }) } });
      const { patternBytes } = device.configuration;
      const ids = [];
      const patterns = [1, 2, 3].map((v) => new Uint8Array(patternBytes).fill(v));
      for await (const readout of device.stream(patterns)) ids.push(readout.patternId);
      await device.close();
      return JSON.stringify({ ids, profile: device.identity.profile, process: typeof process, require: typeof require });
    })()`;
    const result: unknown = JSON.parse(await (vm.runInContext(work, page) as Promise<string>));
    expect(result).to.deep.equal({ ids: [0, 1, 2], profile: 'tiny', process: 'undefined', require: 'undefined' });
    await device.close();
  });
});
