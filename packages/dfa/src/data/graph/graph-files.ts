import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OpuError } from '@opu/driver';
import { normalisedAdjacency, type SparseMatrix } from './sparse-matrix.js';

/** A graph whose nodes are classified, with the Planetoid split. */
export interface GraphDataset {
  readonly name: string;
  readonly nodes: number;
  readonly classes: number;
  readonly features: number;
  /** Row-normalised bags of words, shape [nodes, features]. */
  readonly values: Float32Array;
  /** By node; -1 where the class is not known. */
  readonly labels: Int16Array;
  readonly adjacency: SparseMatrix;
  /** Nodes of each part. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

const UNKNOWN = -1;
const FILES = ['edges.txt', 'features.txt', 'labels.txt'] as const;
const TRAIN_PER_CLASS = 20;
const VALIDATION = 500;
const TEST = 1000;

export function isGraphFolder(folder: string): boolean {
  return FILES.every((name) => existsSync(join(folder, name)));
}

/** Lines of whole numbers from `least` to `limit`. */
function readLines(file: string, limit: number, least = 0): number[][] {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) =>
    (line.trim() === '' ? [] : line.trim().split(/\s+/)).map((word) => {
      const value = Number(word);
      if (Number.isInteger(value) && value >= least && value <= limit) return value;
      throw new OpuError(
        'INVALID_FILE',
        `${file}: line ${i + 1}: expected whole numbers from ${least} to ${limit}, found '${word}'.`,
      );
    }),
  );
}

/**
 * Reads a citation graph (Cora, CiteSeer, PubMed): `labels.txt` one class a line, -1 where it is not known; `features.txt` for each node the words
 * that it has; `edges.txt` two nodes a line. The split is Planetoid's: the first 20 nodes a class train, the next 500
 * validate, the last 1000 that have words and a class test.
 * @throws OpuError INVALID_FILE, naming file, line, what was expected and what was found
 */
export function readGraphFolder(folder: string): GraphDataset {
  const [edgeFile, featureFile, labelFile] = FILES.map((name) => join(folder, name)) as [string, string, string];
  const labels = readLines(labelFile, 255, UNKNOWN).map((line, i) => {
    if (line.length === 1) return line[0]!;
    throw new OpuError(
      'INVALID_FILE',
      `${labelFile}: line ${i + 1}: expected one class, found ${line.length} numbers.`,
    );
  });
  const nodes = labels.length;
  const words = readLines(featureFile, 2 ** 20);
  if (words.length !== nodes) {
    throw new OpuError(
      'INVALID_FILE',
      `${featureFile} has ${words.length} lines and ${labelFile} ${nodes}; they must have the same.`,
    );
  }
  const edges = readLines(edgeFile, nodes - 1).map((line, i) => {
    if (line.length === 2) return line as [number, number];
    throw new OpuError('INVALID_FILE', `${edgeFile}: line ${i + 1}: expected two nodes, found ${line.length} numbers.`);
  });
  const features = 1 + words.reduce((most, line) => line.reduce((a, b) => Math.max(a, b), most), 0);
  const values = new Float32Array(nodes * features);
  for (const [node, line] of words.entries()) {
    for (const word of line) values[node * features + word] = 1 / line.length;
  }
  const classes = 1 + labels.reduce((a, b) => Math.max(a, b), 0);
  const trained = TRAIN_PER_CLASS * classes;
  const all = Array.from({ length: nodes }, (_, node) => node);
  const test = all.filter((node) => words[node]!.length > 0 && labels[node] !== UNKNOWN).slice(-TEST);
  if (trained + VALIDATION + TEST > nodes) {
    throw new OpuError('INVALID_FILE', `${folder} has ${nodes} nodes; the split needs ${trained + VALIDATION + TEST}.`);
  }
  const unknown = all.slice(0, trained + VALIDATION).find((node) => labels[node] === UNKNOWN);
  if (unknown !== undefined) {
    throw new OpuError(
      'INVALID_FILE',
      `${labelFile}: line ${unknown + 1}: the node has no class, and the first ${trained + VALIDATION} nodes need one to train and to validate with.`,
    );
  }
  return {
    name: basename(folder),
    nodes,
    classes,
    features,
    values,
    labels: Int16Array.from(labels),
    adjacency: normalisedAdjacency(nodes, edges),
    train: all.slice(0, trained),
    validation: all.slice(trained, trained + VALIDATION),
    test,
  };
}
