import type { ComputePool } from '@opu/compute';
import type { GraphDataset } from '../data/graph/graph-files.js';
import type { Batch, Task } from './task.js';

/** Classifying the nodes of a graph: one step an epoch, on the whole graph, with the labels of a few nodes. */
export class GraphTask implements Task {
  readonly name: string;
  readonly inputs: number;
  readonly classes: number;
  readonly stepsPerEpoch = 1;
  readonly #train: Batch;
  readonly #validation: Batch;
  readonly #test: Batch;

  constructor(pool: ComputePool, graph: GraphDataset) {
    this.name = graph.name;
    this.inputs = graph.features;
    this.classes = graph.classes;
    const input = pool.float32(graph.values.length);
    input.set(graph.values);
    const part = (nodes: readonly number[]): Batch => {
      const labels = pool.int32(graph.nodes).fill(-1);
      for (const node of nodes) labels[node] = graph.labels[node]!;
      return { input, labels, rows: graph.nodes };
    };
    this.#train = part(graph.train);
    this.#validation = part(graph.validation);
    this.#test = part(graph.test);
  }

  batch(): Batch {
    return this.#train;
  }

  validationBatches(): Iterable<Batch> {
    return [this.#validation];
  }

  testBatches(): Iterable<Batch> {
    return [this.#test];
  }
}
