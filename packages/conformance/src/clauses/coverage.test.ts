import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { deviceCases } from '../suite/device-suite.js';
import { clausesOf, coverageProblems } from './coverage.js';
import { untestableClauses } from './untestable.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

describe('the clauses of SPEC.md', () => {
  const clauses = clausesOf(readFileSync(join(root, 'firmware-protocol', 'SPEC.md'), 'utf8'));

  it('are found in the text, each number once', () => {
    expect(clauses).to.include.members(['OPU-MSG-1', 'OPU-CFG-10', 'OPU-VT-6']);
    expect(new Set(clauses).size).to.equal(clauses.length);
  });

  it('have a case each, or a reason why they have none', () => {
    expect(coverageProblems(clauses, deviceCases, untestableClauses)).to.deep.equal([]);
  });

  it('are missed when they have neither, and cases and reasons that fit no clause are named', () => {
    const [one] = deviceCases;
    const problems = coverageProblems(['OPU-A-1', 'OPU-A-2'], [{ ...one!, clauses: ['OPU-A-2', 'OPU-A-9'] }], {
      'OPU-A-2': 'why not',
      'OPU-A-8': 'why not',
    });
    expect(problems).to.deep.equal([
      'OPU-A-1 has no case and no reason why it has none.',
      `OPU-A-2 is called untestable, and ${one!.number} tests it.`,
      `${one!.number} cites OPU-A-9, which is not in SPEC.md.`,
      'OPU-A-8 is called untestable and is not in SPEC.md.',
    ]);
  });
});
