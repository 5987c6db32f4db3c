import { runDeviceSuite } from '@opu/conformance';
import { parseAddress } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { expect } from 'chai';
import { CDevice } from '../c-device.js';
import { needTool } from '../tools/need-tool.js';

describe('the device in C, held to the device suite', function () {
  this.timeout(120_000);

  it('passes every case but those about what it says that it has not, and those that need a second host at once', async function () {
    needTool(this, 'gcc', 'gcc libc6-dev');
    const example = await CDevice.start();
    try {
      const connect = async () => (await tcpScheme(parseAddress(example.address))).transport;
      const { results } = await runDeviceSuite({ address: example.address, connect });
      expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
      const unsupported = results.filter(({ verdict }) => verdict === 'not-supported').map(({ reason }) => reason);
      const features = new Set(unsupported.map((reason) => reason.replace(/.*the feature (\w+)\.$/, '$1')));
      expect([...features].sort()).to.deep.equal([
        'DROP_MODE',
        'EXTERNAL_TRIGGER',
        'MACRO_PIXELS',
        'REFERENCE_BEAM',
        'ROW_PATTERNS',
        'RUN_LENGTH_PATTERNS',
        'SOFTWARE_TRIGGER',
        'STORED_SEQUENCES',
        'VIRTUAL_CLOCK',
      ]);
      expect(results.filter(({ verdict }) => verdict === 'pass')).to.have.length.at.least(90);
      expect(example.isAlive).to.equal(true);
    } finally {
      example.stop();
    }
  });
});
