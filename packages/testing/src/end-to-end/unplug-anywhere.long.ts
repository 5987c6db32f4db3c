import { unplugSuite } from '../unplug/unplug-suite.js';

describe('a cable that is pulled at any moment, many times', () => {
  unplugSuite({ memory: 300, tcp: 180, webSocket: 180, serial: 72, usb: 72 });
});
