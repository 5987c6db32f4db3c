import { schemes } from '@opu/cli';
import { describeDriver } from '@opu/conformance';
import { openOpu } from '@opu/driver';

const address = process.env.OPU_ADDRESS ?? 'emulator:tiny';
const timeouts = { reconnect: 1000 };

describeDriver({
  open: (wire) => openOpu(address, { schemes: wire.schemes(schemes), timeouts }),
  describe,
  it,
});
