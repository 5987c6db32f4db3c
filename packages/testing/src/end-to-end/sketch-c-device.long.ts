import { openOpu } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { expect } from 'chai';
import { CDevice } from '../c-device.js';
import { checkAll, computeAll } from '../sketch/three-computations.js';
import { needTool } from '../tools/need-tool.js';

describe('the device in C, which knows neither regions nor macro-pixels nor a reference beam', function () {
  this.timeout(120_000);

  it('gives a trace within 4 standard errors (fixed seed), a decomposition within 2 % of the best and a change point', async function () {
    needTool(this, 'gcc', 'gcc libc6-dev');
    const example = await CDevice.start();
    try {
      const device = await openOpu(example.address, { schemes: { tcp: tcpScheme } });
      checkAll(await computeAll(device));
      await device.close();
      expect(example.isAlive).to.equal(true);
    } finally {
      example.stop();
    }
  });
});
