import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseResult, SuiteReport } from '@opu/conformance';
import { OpuError, type Scheme, type SchemeConnection, type Transport } from '@opu/driver';
import { Option } from 'commander';
import type { RegisterCommand } from '../frame/register.js';
import { type Terminal, writeJson } from '../frame/terminal.js';

interface ConformanceOptions {
  readonly suite: 'device' | 'driver';
  readonly case?: string;
  readonly report?: string;
  readonly json?: boolean;
}

export const registerConformance: RegisterCommand = (program, terminal) => {
  program
    .command('conformance')
    .description('hold a device to the protocol, or this driver to its promises, case by case')
    .argument('<address>', 'address of the device')
    .addOption(new Option('--suite <suite>', 'what is tested').choices(['device', 'driver']).default('device'))
    .option('--case <glob>', 'only cases whose number, group or clause fits: D-CFG-03, OPU-PAT-*, timing')
    .option('--report <dir>', 'also write report.txt, report.json, report.xml (JUnit) and report.html')
    .option('--json', 'print the report as one JSON document')
    .action((address: string, options: ConformanceOptions) => conformance(address, options, terminal));
};

async function conformance(address: string, options: ConformanceOptions, terminal: Terminal): Promise<void> {
  const { caseLine, summaryLine } = await import('@opu/conformance');
  const onResult = (result: CaseResult): void => {
    if (!options.json) void terminal.write(`${caseLine(result)}\n`);
  };
  const signal = terminal.interruptSignal();
  const common = { address, select: options.case, signal, onResult };
  const report = await (options.suite === 'device' ? deviceReport(common) : driverReport(common));
  if (options.report !== undefined) await writeReports(options.report, report);
  if (options.json) await writeJson(terminal, report);
  else await terminal.write(`${summaryLine(report)}\n`);
  if (report.verdict === 'incomplete')
    throw new OpuError('ABORTED', 'The suite was interrupted; its report is incomplete.');
  if (report.verdict === 'fail') {
    throw new OpuError('DEVICE_FAULT', `${report.counts.fail} of ${report.results.length} cases failed.`);
  }
}

interface Common {
  readonly address: string;
  readonly select: string | undefined;
  readonly signal: AbortSignal;
  readonly onResult: (result: CaseResult) => void;
}

async function deviceReport(common: Common): Promise<SuiteReport> {
  const { runDeviceSuite } = await import('@opu/conformance');
  const { connect, dispose } = await connector(common.address);
  try {
    return await runDeviceSuite({ ...common, connect });
  } finally {
    await dispose();
  }
}

async function driverReport(common: Common): Promise<SuiteReport> {
  const [{ runDriverSuite }, { openOpu }, { schemes }] = await Promise.all([
    import('@opu/conformance'),
    import('@opu/driver'),
    import('../schemes.js'),
  ]);
  return await runDriverSuite({ ...common, open: () => openOpu(common.address, { schemes }) });
}

/** Opens one transport after the other to the same device. */
async function connector(address: string): Promise<{ connect(): Promise<Transport>; dispose(): Promise<void> }> {
  const [{ parseAddress }, { schemes }] = await Promise.all([import('@opu/driver'), import('../schemes.js')]);
  const parsed = parseAddress(address);
  const known: Readonly<Record<string, Scheme>> = schemes;
  const scheme = Object.hasOwn(known, parsed.scheme) ? known[parsed.scheme] : undefined;
  if (scheme === undefined) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address}" has a scheme that is not known; known are ${Object.keys(known).join(', ')}.`,
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

async function writeReports(folder: string, report: SuiteReport): Promise<void> {
  const { htmlReport, junitReport, textReport } = await import('@opu/conformance');
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'report.txt'), textReport(report)),
    writeFile(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`),
    writeFile(join(folder, 'report.xml'), junitReport(report)),
    writeFile(join(folder, 'report.html'), htmlReport(report)),
  ]);
}
