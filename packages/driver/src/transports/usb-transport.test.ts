import { type TransportSink, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { type UsbDeviceLike, UsbTransport } from './usb-transport.js';

const sink: TransportSink = { receive: () => {}, ended: () => {} };

/** A device that says what a system or a browser says when it refuses. */
function refusing(message: string, interfaceClass = 0xff): UsbDeviceLike {
  const endpoint = (direction: 'in' | 'out') => ({ endpointNumber: 1, direction, type: 'bulk', packetSize: 512 });
  const alternates = [{ interfaceClass, endpoints: [endpoint('in'), endpoint('out')] }];
  const refuse = () => Promise.reject(new Error(message));
  return {
    vendorId: 0x1209,
    productId: 1,
    serialNumber: 'A7',
    configuration: { configurationValue: 1 },
    configurations: [{ configurationValue: 1, interfaces: [{ interfaceNumber: 0, alternates }] }],
    open: message === '' ? async () => {} : refuse,
    close: async () => {},
    selectConfiguration: async () => {},
    claimInterface: async () => {},
    releaseInterface: async () => {},
    clearHalt: async () => {},
    transferIn: () => new Promise(() => {}),
    transferOut: async () => ({}),
  };
}

describe('UsbTransport', () => {
  it('says what to do when the system or the browser refuses', async () => {
    for (const [message, code, said] of [
      ['Permission denied (os error 13)', 'PERMISSION_DENIED', 'udev/70-opu.rules'],
      ["Failed to execute 'open' on 'USBDevice': Access denied.", 'PERMISSION_DENIED', 'udev/70-opu.rules'],
      ['Device or resource busy', 'DEVICE_BUSY', 'close it there first'],
      ['Unable to claim interface.', 'DEVICE_BUSY', 'usb:1209:0001/A7'],
    ] as const) {
      const error = await new UsbTransport(refusing(message)).open(sink).catch((e: unknown) => e);
      expect(error, message).to.include({ code });
      expect((error as Error).message).to.contain(said);
    }
    const other = await new UsbTransport(refusing('', 0x02)).open(sink).catch((e: unknown) => e);
    expect(other).to.include({ code: 'LINK_UNAVAILABLE' });
    expect((other as Error).message).to.contain('is no OPU');
  });

  it('lets one at a time use a device object, which a page can open any number of times', async () => {
    const device = refusing('');
    const first = new UsbTransport(device);
    await first.open(sink);
    expect(await new UsbTransport(device).open(sink).catch((e: unknown) => e)).to.include({ code: 'DEVICE_BUSY' });
    expect(await first.open(sink).catch((e: unknown) => e)).to.include({ code: 'INVALID_STATE' });
  });

  it('closes a device that takes no byte, after the time that a transfer may take', async () => {
    const clock = new VirtualClock();
    let ended = 0;
    let endTransfer = (_error: Error): void => {};
    const transfer = new Promise<never>((_resolve, reject) => {
      endTransfer = reject;
    });
    transfer.catch(() => {});
    const device: UsbDeviceLike = {
      ...refusing(''),
      transferIn: () => transfer,
      transferOut: () => transfer,
      close: async () => endTransfer(new Error('The transfer was cancelled.')),
    };
    const transport = new UsbTransport(device, clock);
    await transport.open({ receive: () => {}, ended: () => void ended++ });
    void transport.send(new Uint8Array(3));
    const closed = transport.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).to.equal(0);
    clock.spend(10_000 * 100_000);
    await closed;
    expect(ended).to.equal(1);
  });

  it('uses memory again when what stood in it has arrived, and never what was sent without asking for it', async () => {
    let arrived = (): void => {};
    const transferOut = () => new Promise<void>((resolve) => (arrived = resolve));
    const transport = new UsbTransport({ ...refusing(''), transferOut });
    await transport.open(sink);
    const first = transport.memoryFor(1000);
    const sent = transport.send(first);
    const second = transport.memoryFor(1000);
    expect(second).to.not.equal(first);
    await Promise.resolve();
    arrived();
    await sent;
    expect(transport.memoryFor(1000)).to.equal(first);
    const sentFirst = transport.send(first);
    await Promise.resolve();
    arrived();
    await sentFirst;
    expect(transport.memoryFor(1001)).to.have.length(1001);
    expect(transport.memoryFor(1000)).to.not.equal(first);
    const own = new Uint8Array(1000);
    const sentOwn = transport.send(own);
    await Promise.resolve();
    arrived();
    await sentOwn;
    expect(transport.memoryFor(1000)).to.not.equal(own);
  });

  it('leaves nothing open when it is closed while it is being opened', async () => {
    let open = 0;
    const device: UsbDeviceLike = {
      ...refusing(''),
      open: async () => void open++,
      close: async () => void (open = 0),
    };
    const first = new UsbTransport(device);
    const opening = first.open(sink).catch((e: unknown) => e);
    await first.close();
    expect(await opening).to.include({ code: 'LINK_UNAVAILABLE' });
    expect(open).to.equal(0);
    const second = new UsbTransport(device);
    await second.open(sink);
    expect(open).to.equal(1);
  });
});
