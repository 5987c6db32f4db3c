import { GraphConvolution } from '../blocks/graph-convolution.js';
import type { GraphDataset } from '../data/graph/graph-files.js';
import { Network } from '../network/network.js';
import { GraphTask } from '../task/graph-task.js';
import type { Problem } from './problem.js';

/** Nodes of a graph by graph convolutions (Kipf and Welling 2017), drop-out before each. */
export function graphProblem(graph: GraphDataset): Problem {
  return {
    name: graph.name,
    inputs: graph.features,
    classes: graph.classes,
    train: graph.train.length,
    test: graph.test.length,
    unit: 'nodes',
    create(pool, { seed, hidden, activation, dropout }) {
      const { adjacency, features, classes } = graph;
      const sizes = [features, ...hidden, classes];
      const blocks = sizes.slice(1).map((outputs, i) => {
        const isLast = i === hidden.length;
        return new GraphConvolution({
          pool,
          seed,
          name: isLast ? 'output' : `hidden${i + 1}`,
          inputs: sizes[i]!,
          outputs,
          activation: isLast ? 'identity' : activation,
          adjacency,
          dropout,
          sparseInput: i === 0,
        });
      });
      return { task: new GraphTask(pool, graph), network: new Network(blocks) };
    },
  };
}
