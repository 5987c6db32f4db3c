import { unplugSuite } from '../unplug/unplug-suite.js';

describe('a cable that is pulled at any moment', function () {
  this.timeout(60_000);
  unplugSuite({ memory: 36, tcp: 24, webSocket: 24, serial: 12, usb: 12 });
});
