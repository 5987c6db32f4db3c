import { isOpuError, type OpuDevice, OpuError, type Readout, type Schemes, type Transport } from '@opu/driver';
import { type Defect, type Outgoing, withDefect } from '../broken-device.js';
import { type BrokenDriver, face, healthy, overlaid, streamed } from './broken-driver.js';

/** Every transport of a driver is another one; it is told how many there were before. */
function linked(schemes: Schemes, change: (transport: Transport, before: number) => Transport): Schemes {
  let before = 0;
  const wrap = (transport: Transport): Transport => change(transport, before++);
  const entries = Object.entries(schemes).map(([name, scheme]) => {
    const wrapped: Schemes[string] = async (address) => {
      const { transport, reconnect, ...rest } = await scheme(address);
      const again = reconnect === undefined ? {} : { reconnect: async () => wrap(await reconnect()) };
      return { ...rest, transport: wrap(transport), ...again };
    };
    return [name, wrapped] as const;
  });
  return Object.fromEntries(entries);
}

function link(
  promise: string,
  defect: string,
  change: (transport: Transport, before: number) => Transport,
): BrokenDriver {
  return { promise, defect, open: (schemes) => healthy(linked(schemes, change)) };
}

/** A stream in which the readout after each reconnection is changed. */
function afterReconnection(
  promise: string,
  defect: string,
  change: (readout: Readout) => readonly Readout[],
): BrokenDriver {
  const open = async (schemes: Schemes): Promise<OpuDevice> => {
    let links = 0;
    let seen = 1;
    const device = await healthy(
      linked(schemes, (transport) => {
        links++;
        return transport;
      }),
    );
    const stream = streamed(device, async function* (readouts) {
      for await (const readout of readouts) {
        if (links === seen) yield readout;
        else yield* change(readout);
        seen = links;
      }
    });
    return overlaid(device, { stream });
  };
  return { promise, defect, open };
}

/** The driver believes what the device said on its first connection. */
function remembering(type: 'CONFIGURE_REPLY' | 'HELLO_REPLY'): (transport: Transport) => Transport {
  const state = new Map<string, unknown>();
  const defect: Defect = (said, memory) => {
    if (said.message.type !== type) return [said];
    const first = (memory.get(type) ?? said.message) as Outgoing['message'];
    memory.set(type, first);
    return [{ ...said, message: first }];
  };
  return (transport) => withDefect(transport, defect, state);
}

const bounded = (error: unknown): boolean => isOpuError(error) && error.blame === 'link';

/** Errors of the link become something else. */
function forLinkErrors(device: OpuDevice, change: (error: OpuError) => never): Partial<OpuDevice> {
  const changed = (error: unknown): never => {
    if (bounded(error)) change(error as OpuError);
    throw error;
  };
  return {
    now: (...args) => device.now(...args).catch(changed),
    counters: (...args) => device.counters(...args).catch(changed),
    project: (...args) => device.project(...args).catch(changed),
    stream: streamed(device, async function* (readouts) {
      try {
        yield* readouts;
      } catch (error) {
        changed(error);
      }
    }),
  };
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function sharing(): BrokenDriver {
  let last: OpuDevice | undefined;
  return {
    promise: 'OpuDevice.one-host',
    defect: 'a second open gets the session of the first',
    open: async (schemes) => {
      const isOpen =
        last === undefined
          ? false
          : await last.now().then(
              () => true,
              () => false,
            );
      if (isOpen) return last!;
      last = await healthy(schemes);
      return last;
    },
  };
}

export const linkDefects: readonly BrokenDriver[] = [
  afterReconnection('OpuDevice.link-back', 'a readout is lost after a reconnection', () => []),
  afterReconnection('OpuDevice.link-back', 'a readout comes twice after a reconnection', (readout) => [
    readout,
    readout,
  ]),
  face('OpuDevice.link-away', 'a link that stays away is looked for without bound', (device) => {
    let closed = false;
    return {
      now: async (...args) => {
        for (;;) {
          try {
            return await device.now(...args);
          } catch (error) {
            if (closed || !bounded(error)) throw error;
            await sleep(10);
          }
        }
      },
      close: () => {
        closed = true;
        return device.close();
      },
    };
  }),
  face('OpuDevice.link-away', 'a stream whose link stays away ends as if it were whole', (device) => ({
    stream: streamed(device, async function* (readouts) {
      try {
        yield* readouts;
      } catch (error) {
        if (!bounded(error)) throw error;
      }
    }),
  })),
  face('OpuDevice.blame', 'the loss of the link is blamed on the caller', (device) =>
    forLinkErrors(device, (error) => {
      throw new OpuError('INVALID_STATE', error.message);
    }),
  ),
  face('OpuDevice.blame', 'an error has a blame that is not that of its code', (device) =>
    forLinkErrors(device, (error) => {
      throw Object.defineProperty(error, 'blame', { value: 'device' });
    }),
  ),
  face('OpuDevice.link-away', 'the loss of the link is an error of no kind', (device) =>
    forLinkErrors(device, () => {
      throw new Error('socket hang up');
    }),
  ),
  face('OpuDevice.no-unhandled', 'a watch in the background has nobody who listens to it', (device) => ({
    stream: (...args) => {
      const watch = async (): Promise<void> => {
        for (;;) {
          await device.counters();
          await sleep(5);
        }
      };
      void watch();
      return device.stream(...args);
    },
  })),
  link(
    'OpuDevice.device-changed',
    'the configuration of before a reconnection is believed',
    remembering('CONFIGURE_REPLY'),
  ),
  link(
    'OpuDevice.device-changed',
    'nobody notices that the device was switched off and on',
    remembering('HELLO_REPLY'),
  ),
  sharing(),
];

export const closeDefects: readonly BrokenDriver[] = [
  face('OpuDevice.close.light-off', 'close leaves the light on', () => ({ close: async () => {} })),
  link('OpuDevice.close.links', 'close leaves the link open', (transport) => ({
    address: transport.address,
    carrier: transport.carrier,
    open: (sink) => transport.open(sink),
    send: (chunk) => transport.send(chunk),
    close: async () => {},
  })),
  face('OpuDevice.close.again', 'close rejects the second time', (device) => {
    let closed = false;
    return {
      close: async () => {
        if (closed) throw new Error('It was closed before.');
        closed = true;
        await device.close();
      },
    };
  }),
  face('OpuDevice.close.rejects', 'device time is known after close', (device) => {
    let last = 0;
    return {
      now: async (...args) => {
        last = await device.now(...args).catch(() => last);
        return last;
      },
    };
  }),
  face('OpuDevice.close.rejects', 'a reader hangs when the device is closed', (device) => ({
    stream: streamed(device, async function* (readouts) {
      try {
        yield* readouts;
      } catch (error) {
        if (!isOpuError(error, 'INVALID_STATE')) throw error;
        await new Promise(() => {});
      }
    }),
  })),
  face('OpuDevice.close.rejects', 'a reader finds the end of its stream when the device is closed', (device) => ({
    stream: streamed(device, async function* (readouts) {
      try {
        yield* readouts;
      } catch (error) {
        if (!isOpuError(error, 'INVALID_STATE')) throw error;
      }
    }),
  })),
];
