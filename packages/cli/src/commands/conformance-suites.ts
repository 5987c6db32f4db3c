import type { CaseResult, SuiteReport } from '@opu/conformance';
import { OpuError, type Scheme, type SchemeConnection, type Transport } from '@opu/driver';

/** Cases in which a link stays away wait for so long; serial ports and USB need a part of it to come back. */
const RECONNECT_MILLISECONDS = 2000;

/** A suite that is ready to be run against an address. */
export interface SuiteRun {
  readonly address: string;
  /** Numbers of its cases. */
  readonly planned: readonly string[];
  run(options: { signal: AbortSignal; onResult: (result: CaseResult) => void }): Promise<SuiteReport>;
}

/**
 * @param triggerCommand puts one edge on the trigger input of the device
 * @throws OpuError INVALID_ARGUMENT for a pattern that fits no case
 */
export async function suiteOf(
  suite: 'device' | 'driver',
  address: string,
  select: string | undefined,
  triggerCommand?: string,
): Promise<SuiteRun> {
  const { deviceCases, driverCases, selectCases } = await import('@opu/conformance');
  const cases = suite === 'device' ? selectCases(deviceCases, select) : selectCases(driverCases, select);
  const run = suite === 'device' ? deviceReport : driverReport;
  return {
    address,
    planned: cases.map(({ number }) => number),
    run: (options) => run({ address, select, triggerCommand, ...options }),
  };
}

interface Common {
  readonly address: string;
  readonly select: string | undefined;
  readonly triggerCommand: string | undefined;
  readonly signal: AbortSignal;
  readonly onResult: (result: CaseResult) => void;
}

async function deviceReport(common: Common): Promise<SuiteReport> {
  const { runDeviceSuite } = await import('@opu/conformance');
  const { connect, dispose } = await connector(common.address);
  try {
    const { triggerCommand: command } = common;
    const hook = command === undefined ? {} : { externalTrigger: () => runCommand(command) };
    return await runDeviceSuite({ ...common, connect, ...hook });
  } finally {
    await dispose();
  }
}

/** @throws OpuError INVALID_ARGUMENT when the command fails */
async function runCommand(command: string): Promise<void> {
  const { exec } = await import('node:child_process');
  await new Promise<void>((resolve, reject) => {
    exec(command, { timeout: 5000 }, (error) => {
      if (error === null) resolve();
      else reject(new OpuError('INVALID_ARGUMENT', `--external-trigger ${command} failed: ${error.message.trim()}`));
    });
  });
}

async function driverReport(common: Common): Promise<SuiteReport> {
  const [{ runDriverSuite }, { openOpu }, { schemes }] = await Promise.all([
    import('@opu/conformance'),
    import('@opu/driver'),
    import('../frame/schemes.js'),
  ]);
  const { address } = common;
  return await runDriverSuite({
    ...common,
    open: (wire) =>
      openOpu(address, { schemes: wire.schemes(schemes), timeouts: { reconnect: RECONNECT_MILLISECONDS } }),
  });
}

/** Opens one transport after the other to the same device. */
async function connector(address: string): Promise<{ connect(): Promise<Transport>; dispose(): Promise<void> }> {
  const [{ parseAddress }, { schemes }] = await Promise.all([import('@opu/driver'), import('../frame/schemes.js')]);
  const parsed = parseAddress(address);
  const known: Readonly<Record<string, Scheme>> = schemes;
  const scheme = Object.hasOwn(known, parsed.scheme) ? known[parsed.scheme] : undefined;
  if (scheme === undefined) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${parsed.text}" has a scheme that is not known; known are ${Object.keys(known).join(', ')}.`,
    );
  }
  const connection: SchemeConnection = await scheme(parsed);
  let first: Transport | undefined = connection.transport;
  const connect = async (): Promise<Transport> => {
    const transport = first ?? (await connection.reconnect?.()) ?? (await scheme(parsed)).transport;
    first = undefined;
    return transport;
  };
  return { connect, dispose: async () => await connection.dispose?.() };
}
