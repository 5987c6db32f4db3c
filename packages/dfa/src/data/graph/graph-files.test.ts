import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { isGraphFolder, readGraphFolder } from './graph-files.js';

const [cora, citeseer] = ['cora', 'citeseer'].map((name) =>
  fileURLToPath(new URL(`../../../../../../shared/data/${name}`, import.meta.url)),
) as [string, string];

describe('graph files', () => {
  let folder: string;
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-graph-'));
    const nodes = Array.from({ length: 1600 }, (_, i) => i);
    write(
      'labels.txt',
      nodes.map((i) => String(i % 2)),
    );
    write(
      'features.txt',
      nodes.map((i) => (i === 1599 ? '' : `${i % 7} 9`)),
    );
    write('edges.txt', ['0 1', '1 2']);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads labels, row-normalised words, edges, and splits as Planetoid does', () => {
    expect(isGraphFolder(folder)).to.equal(true);
    const graph = readGraphFolder(folder);
    expect(graph).to.include({ nodes: 1600, classes: 2, features: 10 });
    expect([...graph.values.subarray(0, 10)]).to.deep.equal([0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]);
    expect(graph.train).to.have.length(40);
    expect(graph.validation[0]).to.equal(40);
    expect([graph.test.length, graph.test[0], graph.test.at(-1)]).to.deep.equal([1000, 599, 1598]);
  });

  it('refuses what does not fit, naming file and line', () => {
    const refused = (text: string): void => {
      const act = () => readGraphFolder(folder);
      expect(act)
        .to.throw(text)
        .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_FILE'));
    };
    write('edges.txt', ['0 1', '1 1600']);
    refused("edges.txt: line 2: expected whole numbers from 0 to 1599, found '1600'");
    write('edges.txt', ['0 1 2']);
    refused('edges.txt: line 1: expected two nodes, found 3');
    write('labels.txt', ['0', 'x']);
    refused("labels.txt: line 2: expected whole numbers from -1 to 255, found 'x'");
    write('labels.txt', ['0', '1']);
    refused('features.txt has 1600 lines');
  });

  it('tests with no node whose class is not known (-1), and needs one of every node that it trains or validates with', () => {
    const labels = Array.from({ length: 1600 }, (_, i) => (i === 1500 ? '-1' : String(i % 2)));
    write('labels.txt', labels);
    const { test } = readGraphFolder(folder);
    expect([test.length, test[0], test.at(-1)]).to.deep.equal([1000, 598, 1598]);
    expect(test).not.to.include(1500);
    labels[539] = '-1';
    write('labels.txt', labels);
    expect(() => readGraphFolder(folder)).to.throw('labels.txt: line 540: the node has no class');
  });

  if (existsSync(citeseer)) {
    it('reads CiteSeer: 3327 nodes, 15 of them without class or words, 6 classes, 3703 words, 120 / 500 / 1000 nodes', () => {
      const graph = readGraphFolder(citeseer);
      expect(graph).to.include({ nodes: 3327, classes: 6, features: 3703 });
      expect([graph.train, graph.validation, graph.test].map((part) => part.length)).to.deep.equal([120, 500, 1000]);
      expect(graph.labels.filter((label) => label < 0)).to.have.length(15);
    });
  }

  if (existsSync(cora)) {
    it('reads Cora: 2708 nodes, 7 classes, 1433 words, 140 / 500 / 1000 nodes, 20 of each class to train with', () => {
      const graph = readGraphFolder(cora);
      expect(graph).to.include({ nodes: 2708, classes: 7, features: 1433 });
      expect([graph.train, graph.validation, graph.test].map((part) => part.length)).to.deep.equal([140, 500, 1000]);
      for (let label = 0; label < 7; label++) {
        expect(graph.train.filter((node) => graph.labels[node] === label)).to.have.length(20);
      }
    });
  }
});
