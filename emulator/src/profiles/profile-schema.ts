import { mediumModels } from '../optics/model/parameters.js';
import { bitDepths } from './model/profile.js';

type Schema = Readonly<Record<string, unknown>>;

const size = (description: string): Schema => ({ type: 'integer', minimum: 1, maximum: 65_536, description });
const microseconds = (description: string): Schema => ({ type: 'number', minimum: 0, maximum: 1e9, description });
const aboveZero = (description: string): Schema => ({
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 1e9,
  description,
});

/** An object whose keys are all needed, but for `optional` ones, and no others are allowed. */
function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties).filter((key) => !optional.includes(key)),
    additionalProperties: false,
  };
}

const modulatorSize = {
  width: size('Mirrors in a row.'),
  height: size('Rows.'),
  settleMicroseconds: microseconds('S: reset pulse to mirrors settled, reaction time included.'),
};

const modulator: Schema = {
  oneOf: [
    object({
      kind: { const: 'dmd' },
      ...modulatorSize,
      rowLoadNanoseconds: { type: 'number', minimum: 0, maximum: 1e9, description: 'L is this times the rows.' },
    }),
    object({
      kind: { const: 'liquid-crystal' },
      ...modulatorSize,
      loadMicroseconds: microseconds('L: loading one whole pattern.'),
      refreshHertz: { type: 'number', minimum: 0.01, maximum: 1e8, description: 'V is one over this.' },
      riseMicroseconds: aboveZero('Time constant of a pixel that is switched on.'),
      fallMicroseconds: aboveZero('Time constant of a pixel that is switched off.'),
    }),
  ],
};

const depth: Schema = { enum: [...bitDepths] };

const camera = object(
  {
    width: size('Columns of the sensor.'),
    height: size('Rows of the sensor.'),
    xStep: size('Step of the left edge and the width of the region of interest.'),
    yStep: size('Step of the top edge and the height of the region of interest.'),
    rowMicroseconds: microseconds('Read-out of one row.'),
    fullHeightRowMicroseconds: microseconds('The same with all rows, where it differs.'),
    triggerDelayMicroseconds: microseconds('D: trigger edge to exposure start.'),
    chargeTransferMicroseconds: microseconds('T: end of exposure to start of read-out.'),
    minimumExposureMicroseconds: aboveZero('Shortest exposure.'),
    maximumExposureMicroseconds: aboveZero('Longest exposure, not below the shortest.'),
    bitDepths: { type: 'array', items: depth, minItems: 1, uniqueItems: true, description: 'Bits of a pixel.' },
  },
  ['fullHeightRowMicroseconds'],
);

const pixel: Schema = { type: 'integer', minimum: 0, maximum: 65_535 };

const defaults = object({
  regionOfInterest: object({ x: pixel, y: pixel, width: size('Columns.'), height: size('Rows.') }),
  exposureMicroseconds: aboveZero('E, within the limits of the camera.'),
  periodMicroseconds: {
    oneOf: [{ const: 'minimum' }, aboveZero('')],
    description: 'P; "minimum" is the shortest that the rest allows.',
  },
  bitDepth: depth,
  link: { type: 'string', description: 'Name of a link: usb3, gige, serial-115200 ...' },
});

const electrons: Schema = { type: 'number', minimum: 0, maximum: 1e9 };
const share: Schema = { type: 'number', minimum: 0, maximum: 1 };

const opticalMedium = {
  model: { enum: [...mediumModels] },
  grainPixels: { type: 'number', minimum: 1, maximum: 64 },
  polarisationDegree: share,
  decorrelationMilliseconds: { type: 'number', minimum: 0.001, maximum: 1e9 },
};
const opticalCamera = {
  quantumEfficiency: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  darkCurrentElectronsPerSecond: electrons,
  readNoiseElectrons: electrons,
  fullWellElectrons: { type: 'number', minimum: 1, maximum: 1e9 },
  photoResponseNonUniformity: share,
  darkSignalNonUniformityElectrons: electrons,
  blackLevel: { type: 'number', minimum: 0, maximum: 128 },
};
const optics = object(
  {
    medium: object(opticalMedium, Object.keys(opticalMedium)),
    camera: object(opticalCamera, Object.keys(opticalCamera)),
    fluxPhotonsPerSecond: { type: 'number', exclusiveMinimum: 0, maximum: 1e18 },
  },
  ['medium', 'camera', 'fluxPhotonsPerSecond'],
);

/** JSON Schema of profile files, for editors and other programs; `parseProfile` holds files to it and to what it cannot say. */
export const profileSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Profile of an OPU',
  ...object(
    {
      $schema: { type: 'string', description: 'Path or address of this schema, for editors.' },
      name: { type: 'string' },
      description: { type: 'string', description: 'One sentence for a list of profiles.' },
      modulator,
      camera,
      nram: { type: 'integer', minimum: 1, maximum: 2 ** 24, description: 'Patterns that fit in pattern RAM.' },
      nbuf: { type: 'integer', minimum: 1, maximum: 2 ** 16, description: 'Camera frame buffers.' },
      defaults,
      optics,
      sources: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Path of a figure to where it comes from.',
      },
    },
    ['$schema', 'optics', 'sources'],
  ),
};
