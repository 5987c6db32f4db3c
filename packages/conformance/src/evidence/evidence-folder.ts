import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { withoutSecrets } from '@opu/driver';
import { PROTOCOL_VERSION_MAJOR, PROTOCOL_VERSION_MINOR, SCHEMA_HASH } from '@opu/protocol';
import { badge } from '../report/badge.js';
import { htmlReport } from '../report/html.js';
import { junitReport } from '../report/junit.js';
import { textReport } from '../report/text.js';
import { type CaseResult, countVerdicts, type SuiteReport } from '../runner/result.js';

export const EVIDENCE_FORMAT = 'opu-conformance-evidence/1';
const CASES_FILE = 'evidence.jsonl';

/** What `evidence.json` holds. */
export interface Evidence {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly suite: SuiteReport['suite'];
  readonly address: string;
  /** `incomplete` from before the first case until after the last one, whatever happens between. */
  readonly verdict: SuiteReport['verdict'];
  readonly identity: SuiteReport['identity'];
  readonly protocolVersion: string;
  readonly schemaHash: string;
  /** Numbers of the cases that were to be run. */
  readonly planned: readonly string[];
  readonly counts: SuiteReport['counts'];
  /** What whoever ran the suite adds: versions, times, the operator. */
  readonly facts: Readonly<Record<string, string>>;
  /** SHA-256 of the files beside it, hexadecimal, once the run has ended. */
  readonly files: Readonly<Record<string, string>>;
}

export interface EvidenceOptions {
  readonly suite: SuiteReport['suite'];
  readonly address: string;
  readonly planned: readonly string[];
  readonly facts?: Readonly<Record<string, string>> | undefined;
}

/**
 * The folder of a suite's reports. It says `incomplete` in every file as soon as it is made, takes each result into
 * `evidence.jsonl` when it is there, and says what came out only at the end: a run that is killed leaves no old verdict.
 */
export class EvidenceFolder {
  readonly #folder: string;
  readonly #options: EvidenceOptions;
  #cases: number | undefined;

  constructor(folder: string, options: EvidenceOptions) {
    this.#folder = folder;
    this.#options = options;
    mkdirSync(folder, { recursive: true });
    const { suite } = options;
    const address = withoutSecrets(options.address);
    const nothing: SuiteReport = {
      suite,
      address,
      identity: {},
      verdict: 'incomplete',
      counts: countVerdicts([]),
      results: [],
    };
    // First of all, so that at no moment an old verdict stands beside new results.
    this.#writeManifest(nothing, {});
    this.#writeReports(nothing);
    this.#cases = openSync(join(folder, CASES_FILE), 'w');
  }

  /** Takes over a result; it is on the disk when this returns. */
  add(result: CaseResult): void {
    if (this.#cases === undefined) return;
    writeSync(this.#cases, `${JSON.stringify(result)}\n`);
    fsyncSync(this.#cases);
  }

  /** Writes what came out, into every file. */
  finish(report: SuiteReport): void {
    this.close();
    const files = [CASES_FILE, ...this.#writeReports(report)];
    this.#writeManifest(report, Object.fromEntries(files.map((name) => [name, this.#hash(name)])));
  }

  /** Lets go of the folder; what is in it stays `incomplete` unless `finish` was called. */
  close(): void {
    if (this.#cases !== undefined) closeSync(this.#cases);
    this.#cases = undefined;
  }

  #writeReports(report: SuiteReport): string[] {
    const files: Readonly<Record<string, string>> = {
      'report.txt': textReport(report),
      'report.json': `${JSON.stringify(report, undefined, 2)}\n`,
      'report.xml': junitReport(report),
      'report.html': htmlReport(report),
      'badge.svg': badge(report),
    };
    for (const [name, text] of Object.entries(files)) this.#replace(name, text);
    return Object.keys(files);
  }

  #writeManifest({ verdict, identity, counts }: SuiteReport, files: Readonly<Record<string, string>>): void {
    const { suite, planned, facts = {} } = this.#options;
    const address = withoutSecrets(this.#options.address);
    const evidence: Evidence = {
      format: EVIDENCE_FORMAT,
      suite,
      address,
      verdict,
      identity,
      protocolVersion: `${PROTOCOL_VERSION_MAJOR}.${PROTOCOL_VERSION_MINOR}`,
      schemaHash: SCHEMA_HASH,
      planned,
      counts,
      facts,
      files,
    };
    this.#replace('evidence.json', `${JSON.stringify(evidence, undefined, 2)}\n`);
  }

  /** A reader, or whoever comes after a crash, finds the old file or the new one and nothing between. */
  #replace(name: string, text: string): void {
    const path = join(this.#folder, name);
    writeFileSync(`${path}.new`, text, { flush: true });
    renameSync(`${path}.new`, path);
  }

  #hash(name: string): string {
    return createHash('sha256')
      .update(readFileSync(join(this.#folder, name)))
      .digest('hex');
  }
}
