/** The part of JSON Schema (2020-12) that configuration files use. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly enum?: readonly (string | number)[];
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  /** Alternatives; objects among them are told apart by the constant of their `kind`. */
  readonly oneOf?: readonly Schema[];
}

const rate: Schema = { type: 'number', exclusiveMinimum: 0, description: 'Learning rate.' };
const decay: Schema = { type: 'number', minimum: 0, default: 0, description: 'L2 penalty on weights (not on biases).' };
const mode: Schema = { enum: ['bp', 'shallow', 'dfa', 'dfa-ternary', 'optical'] };

function kind(name: string, properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties: { kind: { const: name }, ...properties },
    required: ['kind', ...required],
    additionalProperties: false,
  };
}

const dropout: Schema = {
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
  description: 'Share of hidden values that a training step leaves out.',
};

const particular: Schema = {
  type: 'object',
  properties: { dropout, weightDecay: decay, learningRate: rate },
  additionalProperties: false,
};

/** JSON Schema of a training configuration: what `opu train --config` takes. */
export const trainingSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Configuration of opu train',
  description: 'Every key is optional; what is left out has the default of the data (images or embedded digits).',
  type: 'object',
  properties: {
    $schema: { type: 'string', description: 'Path or address of this schema, for editors.' },
    mode: {
      description: 'Training mode, or several that are trained one after the other from the same weights.',
      oneOf: [mode, { type: 'array', items: mode, minItems: 1, maxItems: 5 }],
    },
    data: {
      type: 'string',
      minLength: 1,
      description:
        "'synthetic' (embedded digits) or a folder: IDX files (MNIST), or edges.txt, features.txt, labels.txt (Cora), or input.txt (a text).",
    },
    trainCount: { type: 'integer', minimum: 10, description: 'Training images, if fewer than there are.' },
    testCount: { type: 'integer', minimum: 10, description: 'Test images, if fewer than there are.' },
    device: { type: 'string', minLength: 1, description: 'Address of the device for the mode optical.' },
    linearMode: {
      enum: ['anchor', 'phase-shifting', 'off-axis'],
      description: 'How linear projections are made of intensities.',
    },
    hidden: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 65536 },
      minItems: 1,
      maxItems: 64,
      description: 'Widths of the hidden layers.',
    },
    activation: { enum: ['tanh', 'relu'] },
    heads: { type: 'integer', minimum: 1, maximum: 1024, description: 'Heads of a transformer layer.' },
    context: { type: 'integer', minimum: 1, maximum: 8192, description: 'Characters that a transformer sees.' },
    dropout,
    epochs: { type: 'integer', minimum: 1, maximum: 100000 },
    batch: { type: 'integer', minimum: 1, maximum: 65536, description: 'Rows of a training step.' },
    seed: { type: 'integer', minimum: 0, maximum: 4294967295 },
    threshold: {
      description:
        'Ternary error: below this absolute value it is 0; adaptive: half the root mean square of the batch; dithered: each ' +
        'value is sent whole with the probability of its size, so that the mean is right.',
      oneOf: [{ type: 'number', minimum: 0, maximum: 1 }, { enum: ['adaptive', 'dithered'] }],
    },
    feedback: {
      enum: ['independent', 'shared'],
      description:
        'Random matrices of the hidden blocks: one each, or the same for all of one width (a residual stream is one space).',
    },
    optimizer: {
      oneOf: [
        kind('sgd', {
          learningRate: rate,
          momentum: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
          weightDecay: decay,
        }),
        kind('adam', {
          learningRate: rate,
          beta1: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
          beta2: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
          epsilon: { type: 'number', exclusiveMinimum: 0 },
          weightDecay: decay,
        }),
      ],
    },
    schedule: {
      description: 'How the learning rate changes over the run.',
      oneOf: [
        kind('constant', {}),
        kind('cosine', {
          warmupSteps: { type: 'integer', minimum: 0, default: 0 },
          final: { type: 'number', minimum: 0, maximum: 1, default: 0 },
        }),
        kind(
          'step',
          { everyEpochs: { type: 'integer', minimum: 1 }, factor: { type: 'number', exclusiveMinimum: 0, maximum: 1 } },
          ['everyEpochs', 'factor'],
        ),
      ],
    },
    checkpointEverySteps: {
      type: 'integer',
      minimum: 1,
      description: 'A checkpoint is written after so many steps; by default after every epoch.',
    },
    hostTime: {
      description: "What host work costs on an emulated device's clock: nothing, what it takes here, or by a model.",
      oneOf: [
        { enum: ['zero', 'measured'] },
        kind(
          'model',
          {
            gigaflops: { type: 'number', exclusiveMinimum: 0, description: 'Speed of matrix products.' },
            microsecondsPerStep: { type: 'number', minimum: 0, default: 0 },
          },
          ['gigaflops'],
        ),
      ],
    },
    pipeline: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      description:
        'Parts of a batch: the device projects the errors of one while the host works on the next. The weights stay the same.',
    },
    perMode: {
      type: 'object',
      description: 'What a mode has otherwise than the rest.',
      properties: Object.fromEntries(
        ['bp', 'shallow', 'dfa', 'dfa-ternary', 'optical'].map((name) => [name, particular]),
      ),
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};
