// Writes docs/conformance-coverage.md; --check writes nothing and fails when it is stale, or when a clause has no case.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deviceCases } from '../suite/device-suite.js';
import { clauseCoverage, clausesOf, coverageProblems, coverageTable } from './coverage.js';
import { untestableClauses } from './untestable.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const file = join(root, 'docs', 'conformance-coverage.md');
const clauses = clausesOf(readFileSync(join(root, 'firmware-protocol', 'SPEC.md'), 'utf8'));
const table = coverageTable(clauseCoverage(clauses, deviceCases, untestableClauses));
const problems = coverageProblems(clauses, deviceCases, untestableClauses);
const isCheck = process.argv.includes('--check');
if (isCheck && readFileSync(file, 'utf8') !== table)
  problems.push('docs/conformance-coverage.md is stale: run `npm run generate`.');
if (!isCheck) writeFileSync(file, table);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
