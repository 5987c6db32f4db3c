import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { docstringSentences } from './docstrings.js';
import { driverCases } from './driver-cases.js';
import { driverPromises } from './promises.js';

const sources = ['opu-device', 'operation-options'].map(
  (name) => new URL(`../../../driver/src/api/${name}.ts`, import.meta.url),
);

describe('the promises of OpuDevice', () => {
  it('are the sentences of its docstrings, all of them and in their order', () => {
    const sentences = sources.flatMap((source) => docstringSentences(readFileSync(source, 'utf8')));
    expect(driverPromises.map(({ text }) => text)).to.deep.equal(sentences.map(({ text }) => text));
    driverPromises.forEach(({ id }, i) => {
      expect(id.startsWith(`${sentences[i]!.member}.`), `${id} stands at ${sentences[i]!.member}`).to.equal(true);
    });
  });

  it('have ids of their own', () => {
    expect(new Set(driverPromises.map(({ id }) => id)).size).to.equal(driverPromises.length);
  });

  it('have at least one case each, or a reason why there is none', () => {
    const proved = new Set(driverCases.flatMap(({ clauses }) => clauses));
    const without = driverPromises.filter(({ id, untestable }) => (untestable === undefined) !== proved.has(id));
    expect(without.map(({ id }) => id)).to.deep.equal([]);
  });

  it('are the only things that cases cite, and case numbers are given once', () => {
    const known = new Set(driverPromises.map(({ id }) => id));
    const cited = driverCases.flatMap(({ clauses }) => clauses);
    expect(cited.filter((id) => !known.has(id))).to.deep.equal([]);
    expect(new Set(driverCases.map(({ number }) => number)).size).to.equal(driverCases.length);
  });
});

describe('docstringSentences', () => {
  it('finds whose each sentence is', () => {
    const text = `/** A thing. It \`is\` there. */
export interface Thing {
  /** How many,
   * in all. */
  readonly count: number;
}
export interface Bare {
  /** Does it. */
  act(): void;
}`;
    expect(docstringSentences(text)).to.deep.equal([
      { member: 'Thing', text: 'A thing.' },
      { member: 'Thing', text: 'It `is` there.' },
      { member: 'Thing.count', text: 'How many, in all.' },
      { member: 'Bare.act', text: 'Does it.' },
    ]);
  });
});
