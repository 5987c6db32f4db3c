import { platform } from 'node:os';
import type { CaseFacts, CaseResult, SuiteReport } from '@opu/conformance';
import { inBackground } from '@opu/core';
import { OpuError } from '@opu/driver';
import { Option } from 'commander';
import type { RegisterCommand } from '../frame/register.js';
import { type Terminal, writeJson } from '../frame/terminal.js';
import { type SuiteRun, suiteOf } from './conformance-suites.js';

interface ConformanceOptions {
  readonly suite: 'device' | 'driver';
  readonly case?: string;
  readonly report?: string;
  readonly repeat: number;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly externalTrigger?: string;
}

const MOST_RUNS = 10_000;

export const registerConformance: RegisterCommand = (program, terminal) => {
  program
    .command('conformance')
    .description('hold a device to the protocol, or this driver to its promises, case by case')
    .argument('[address]', 'address of the device; OPU_ADDRESS of the environment when it is left out')
    .addOption(new Option('--suite <suite>', 'what is tested').choices(['device', 'driver']).default('device'))
    .option('--case <glob>', 'only cases whose number, group or clause fits: D-CFG-03, OPU-PAT-*, timing')
    .option(
      '--report <dir>',
      'also write report.txt, .json, .xml (JUnit) and .html, badge.svg, and evidence.json, which says incomplete until the end',
    )
    .addOption(
      new Option('--repeat <n>', 'run the suite so often, and fail when a verdict differs').argParser(runs).default(1),
    )
    .option('--list', 'say what each case expects and which clauses it proves, and run none')
    .option('--external-trigger <command>', 'a command that puts one edge on the trigger input of the device')
    .option('--json', 'print the report as one JSON document')
    .action((address: string | undefined, options: ConformanceOptions) =>
      conformance(address ?? terminal.env.OPU_ADDRESS ?? '', options, terminal),
    );
};

function runs(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_RUNS) return count;
  throw new OpuError('INVALID_ARGUMENT', `--repeat ${text} is no whole number from 1 to ${MOST_RUNS}.`);
}

async function conformance(address: string, options: ConformanceOptions, terminal: Terminal): Promise<void> {
  if (options.list) return await list(options, terminal);
  if (address === '') {
    throw new OpuError('INVALID_ARGUMENT', 'Name the address of a device, or set OPU_ADDRESS to one.');
  }
  const { differingCases, summaryLine, unprovenClauses } = await import('@opu/conformance');
  const suite = await suiteOf(options.suite, address, options.case, options.externalTrigger);
  const reports: SuiteReport[] = [];
  for (let run = 1; run <= options.repeat; run++) {
    const report = await runOnce(suite, options, terminal);
    reports.push({ ...report, results: options.repeat === 1 ? report.results : withoutLogs(report) });
    if (!options.json) {
      const which = options.repeat > 1 ? `run ${run} of ${options.repeat}: ` : '';
      await terminal.write(`${which}${summaryLine(report)}\n`);
      const open = unprovenClauses(report);
      if (open.length > 0) await terminal.write(`unproven on this device: ${open.join(', ')}\n`);
    }
    if (report.verdict === 'incomplete') break;
  }
  const differing = differingCases(reports);
  const last = reports.at(-1)!;
  if (options.json) {
    await writeJson(terminal, options.repeat === 1 ? last : { runs: reports.length, differing, last });
  } else if (options.repeat > 1) {
    for (const { number, description, verdicts } of differing) {
      await terminal.write(`differs       ${number}  ${description}\n`);
      for (const v of verdicts) await terminal.write(`              ${v.runs} x ${v.verdict} ${v.reason}\n`);
    }
    await terminal.write(`${differing.length} cases differ between ${reports.length} runs\n`);
  }
  conclude(reports, differing.length);
}

async function list(options: ConformanceOptions, terminal: Terminal): Promise<void> {
  const { deviceCases, driverCases, selectCases } = await import('@opu/conformance');
  const cases: readonly CaseFacts[] = options.suite === 'device' ? deviceCases : driverCases;
  const facts = selectCases(cases, options.case).map(({ number, group, description, expectation, clauses }) => {
    return { number, group, description, expectation, clauses };
  });
  if (options.json) return await writeJson(terminal, facts);
  for (const { number, description, expectation, clauses } of facts) {
    await terminal.write(
      `${number}  ${description}\n    expected: ${expectation}\n    proves: ${clauses.join(', ')}\n`,
    );
  }
}

function conclude(reports: readonly SuiteReport[], differing: number): void {
  if (reports.at(-1)?.verdict === 'incomplete') {
    throw new OpuError('ABORTED', 'The suite was interrupted; its report is incomplete.');
  }
  if (differing > 0) {
    throw new OpuError('DEVICE_FAULT', `${differing} cases did not come out the same in ${reports.length} runs.`);
  }
  const failed = reports.find(({ verdict }) => verdict === 'fail');
  if (failed !== undefined) {
    throw new OpuError('DEVICE_FAULT', `${failed.counts.fail} of ${failed.results.length} cases failed.`);
  }
}

const withoutLogs = ({ results }: SuiteReport): CaseResult[] => results.map((result) => ({ ...result, log: [] }));

async function runOnce(suite: SuiteRun, options: ConformanceOptions, terminal: Terminal): Promise<SuiteReport> {
  const { caseLine, EvidenceFolder } = await import('@opu/conformance');
  const { address, planned } = suite;
  const facts = { startedAt: new Date().toISOString(), node: process.version, platform: platform() };
  const evidence =
    options.report === undefined
      ? undefined
      : new EvidenceFolder(options.report, { suite: options.suite, address, planned, facts });
  const onResult = (result: CaseResult): void => {
    evidence?.add(result);
    if (!options.json && options.repeat === 1) inBackground(terminal.write(`${caseLine(result)}\n`), () => {});
  };
  try {
    const report = await suite.run({ signal: terminal.interruptSignal(), onResult });
    evidence?.finish(report);
    return report;
  } finally {
    evidence?.close();
  }
}
