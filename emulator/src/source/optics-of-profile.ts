import { ticksFromMicroseconds } from '@opu/core';
import { type MediumModel, type OpticsParameters, opticsParameters } from '../optics/model/parameters.js';
import { mediumOf } from '../optics/profile-optics.js';
import type { Profile } from '../profiles/model/profile.js';

/**
 * The light of a profile: its geometry, and the defaults where its `optics` say nothing else.
 * @param medium takes the place of the profile's
 */
export function opticsOfProfile(profile: Profile, medium?: MediumModel): OpticsParameters {
  const { modulator, camera, defaults, optics = {} } = profile;
  const { width, height } = modulator;
  return opticsParameters({
    modulator:
      modulator.kind === 'dmd'
        ? { kind: 'dmd', width, height }
        : {
            kind: 'liquid-crystal',
            width,
            height,
            riseTimeTicks: ticksFromMicroseconds(modulator.riseMicroseconds),
            fallTimeTicks: ticksFromMicroseconds(modulator.fallMicroseconds),
          },
    sensor: { width: camera.width, height: camera.height },
    exposureTicks: ticksFromMicroseconds(defaults.exposureMicroseconds),
    medium: { ...mediumOf(optics), ...(medium === undefined ? {} : { model: medium }) },
    camera: optics.camera ?? {},
    ...(optics.fluxPhotonsPerSecond === undefined ? {} : { fluxPhotonsPerSecond: optics.fluxPhotonsPerSecond }),
  });
}
