import { expect } from 'chai';
import { reportOf, resultOf } from '../testing/reports.js';
import { badge } from './badge.js';
import { htmlReport } from './html.js';
import { junitReport } from './junit.js';
import { textReport } from './text.js';

const entry = { ticks: 5, connection: 1, from: 'host', messages: ['HELLO'], byteLength: 2, hex: '4f50' } as const;
const report = reportOf([
  resultOf({ log: [entry] }),
  resultOf({ number: 'X-02', verdict: 'fail', reason: '<b> & "c" \u0001' }),
  resultOf({ number: 'X-03', verdict: 'non-strict', reason: 'A tick late.' }),
  resultOf({ number: 'X-04', verdict: 'informational', reason: 'Nothing was seen.' }),
  resultOf({ number: 'X-05', verdict: 'not-supported', reason: 'It does not claim that.' }),
]);

describe('the reports', () => {
  it('show each of the five verdicts with its reason', () => {
    for (const text of [textReport(report), junitReport(report), htmlReport(report)]) {
      for (const { number, verdict } of report.results) expect(text).to.contain(number).and.contain(verdict);
      for (const reason of ['A tick late.', 'Nothing was seen.', 'It does not claim that.']) {
        expect(text).to.contain(reason);
      }
      expect(text).to.contain('4f50').and.contain('It is there.').and.contain('took 20');
    }
  });

  it('escape what markup would take for its own, and characters that XML forbids', () => {
    for (const text of [junitReport(report), htmlReport(report)]) {
      expect(text).to.contain('&lt;b&gt; &amp; &quot;c&quot; \ufffd').and.not.contain('<b> &');
    }
  });

  it('count for JUnit what failed, what was left out, and an error when the run was cut off', () => {
    expect(junitReport(report)).to.contain('tests="5" failures="1" errors="0" skipped="2"');
    expect(junitReport({ ...report, verdict: 'incomplete' })).to.contain(
      'tests="6" failures="1" errors="1" skipped="2"',
    );
  });

  it('put on the badge what came out', () => {
    expect(badge(report)).to.contain('1 of 5 fail');
    expect(badge(reportOf([resultOf()]))).to.contain('1 pass');
    expect(badge({ ...report, verdict: 'incomplete' })).to.contain('incomplete');
  });
});
