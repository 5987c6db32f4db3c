import { unplugSuite } from '../testing/unplug-suite.js';

describe('a cable that is pulled at any moment, many times', () => {
  unplugSuite({ memory: 400, tcp: 300, webSocket: 300, serial: 120, usb: 120 });
});
