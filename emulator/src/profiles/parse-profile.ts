import { ObjectReader, OpuError } from '@opu/core';
import { resolveLink } from '../link/named-links.js';
import { readProfileOptics } from '../optics/profile-optics.js';
import {
  bitDepths,
  type ModulatorParameters,
  type Profile,
  type ProfileDefaults,
  type RegionOfInterest,
  type SensorParameters,
} from './profile.js';

const sizeLimit = { min: 1, max: 65_536, integer: true };
const durationMicroseconds = { min: 0, max: 1e9 };

/**
 * Turns the content of a profile file into a profile.
 * @param origin what the value came from, for messages: the file's path
 * @throws OpuError INVALID_FILE that names the field, the value, what is allowed, and for an unknown key the nearest known one
 */
export function parseProfile(value: unknown, origin: string): Profile {
  const reader = new ObjectReader(value, origin);
  // For editors; it says nothing of the device.
  if (reader.has('$schema')) reader.string('$schema');
  const camera = readCamera(reader.object('camera'));
  const profile: Profile = {
    name: reader.string('name'),
    description: reader.string('description'),
    modulator: readModulator(reader.object('modulator')),
    camera,
    nram: reader.number('nram', { min: 1, max: 2 ** 24, integer: true }),
    nbuf: reader.number('nbuf', { min: 1, max: 2 ** 16, integer: true }),
    defaults: readDefaults(reader.object('defaults'), camera),
    ...(reader.has('optics') ? { optics: readProfileOptics(reader.object('optics')) } : {}),
    sources: readSources(reader),
  };
  reader.end();
  return profile;
}

function readModulator(reader: ObjectReader): ModulatorParameters {
  const kind = reader.oneOf('kind', ['dmd', 'liquid-crystal'] as const);
  const size = {
    width: reader.number('width', sizeLimit),
    height: reader.number('height', sizeLimit),
    settleMicroseconds: reader.number('settleMicroseconds', durationMicroseconds),
  };
  let modulator: ModulatorParameters;
  if (kind === 'dmd') {
    modulator = { kind, ...size, rowLoadNanoseconds: reader.number('rowLoadNanoseconds', { min: 0, max: 1e9 }) };
  } else {
    modulator = {
      kind,
      ...size,
      loadMicroseconds: reader.number('loadMicroseconds', durationMicroseconds),
      refreshHertz: reader.number('refreshHertz', { min: 0.01, max: 1e8 }),
      riseMicroseconds: reader.number('riseMicroseconds', { ...durationMicroseconds, above: true }),
      fallMicroseconds: reader.number('fallMicroseconds', { ...durationMicroseconds, above: true }),
    };
  }
  reader.end();
  return modulator;
}

function readCamera(reader: ObjectReader): SensorParameters {
  const fullHeightRow = reader.optionalNumber('fullHeightRowMicroseconds', durationMicroseconds);
  const minimumExposureMicroseconds = reader.number('minimumExposureMicroseconds', {
    ...durationMicroseconds,
    above: true,
  });
  const camera: SensorParameters = {
    width: reader.number('width', sizeLimit),
    height: reader.number('height', sizeLimit),
    xStep: reader.number('xStep', sizeLimit),
    yStep: reader.number('yStep', sizeLimit),
    rowMicroseconds: reader.number('rowMicroseconds', durationMicroseconds),
    ...(fullHeightRow === undefined ? {} : { fullHeightRowMicroseconds: fullHeightRow }),
    triggerDelayMicroseconds: reader.number('triggerDelayMicroseconds', durationMicroseconds),
    chargeTransferMicroseconds: reader.number('chargeTransferMicroseconds', durationMicroseconds),
    minimumExposureMicroseconds,
    maximumExposureMicroseconds: reader.number('maximumExposureMicroseconds', {
      min: minimumExposureMicroseconds,
      max: 1e9,
    }),
    bitDepths: reader.listOf('bitDepths', bitDepths),
  };
  reader.end();
  return camera;
}

function readDefaults(reader: ObjectReader, camera: SensorParameters): ProfileDefaults {
  const period = reader.raw('periodMicroseconds');
  const defaults: ProfileDefaults = {
    regionOfInterest: readRegion(reader.object('regionOfInterest'), camera),
    exposureMicroseconds: reader.number('exposureMicroseconds', {
      min: camera.minimumExposureMicroseconds,
      max: camera.maximumExposureMicroseconds,
    }),
    periodMicroseconds:
      period === 'minimum' ? period : reader.number('periodMicroseconds', { ...durationMicroseconds, above: true }),
    bitDepth: reader.oneOf('bitDepth', camera.bitDepths),
    link: readLink(reader),
  };
  reader.end();
  return defaults;
}

function readLink(reader: ObjectReader): string {
  const name = reader.string('link');
  try {
    return resolveLink(name).name;
  } catch (error) {
    throw reader.error('link', 'must be the name of a link', name, ` ${(error as Error).message}`);
  }
}

function readRegion(reader: ObjectReader, camera: SensorParameters): RegionOfInterest {
  const x = reader.number('x', { min: 0, max: camera.width - 1, integer: true });
  const y = reader.number('y', { min: 0, max: camera.height - 1, integer: true });
  const region = {
    x,
    y,
    width: reader.number('width', { min: 1, max: camera.width - x, integer: true }),
    height: reader.number('height', { min: 1, max: camera.height - y, integer: true }),
  };
  reader.end();
  return region;
}

function readSources(reader: ObjectReader): Record<string, string> {
  if (!reader.has('sources')) return {};
  const sources = reader.object('sources');
  return Object.fromEntries(sources.keys().map((key) => [key, sources.string(key)]));
}

/** Reads the text of a profile file. */
export function parseProfileText(text: string, origin: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new OpuError('INVALID_FILE', `${origin} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  return parseProfile(value, origin);
}
