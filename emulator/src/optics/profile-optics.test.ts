import { expect } from 'chai';
import { profiles } from '../profiles/index.js';
import { parseProfile } from '../profiles/parse-profile.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { opticsOfProfile } from '../source/optics-of-profile.js';
import { defaultCamera } from './model/parameters.js';
import { mediumOf, type ProfileOptics } from './profile-optics.js';

const read = (optics: unknown): ProfileOptics => parseProfile({ ...resolveProfile('tiny'), optics }, 'my.json').optics!;

describe('optics of a profile', () => {
  it('changes what it names and leaves the rest as the defaults', () => {
    const optics = read({
      medium: { model: 'signs', grainPixels: 3, decorrelationMilliseconds: 20 },
      camera: { readNoiseElectrons: 2 },
      fluxPhotonsPerSecond: 1e6,
    });
    expect(mediumOf(optics)).to.deep.equal({ model: 'signs', grainPixels: 3, decorrelationTicks: 2_000_000 });
    const parameters = opticsOfProfile({ ...resolveProfile('tiny'), optics });
    expect(parameters.medium).to.deep.include({ model: 'signs', grainPixels: 3, polarisationDegree: 1 });
    expect(parameters.camera).to.deep.equal({ ...defaultCamera, readNoiseElectrons: 2 });
    expect(parameters.fluxPhotonsPerSecond).to.equal(1e6);
    expect(opticsOfProfile({ ...resolveProfile('tiny'), optics }, 'dense').medium.model).to.equal('dense');
  });

  it('names the field, the value and what is allowed', () => {
    expect(() => read({ medium: { model: 'glass' } })).to.throw('my.json: optics.medium.model must be one of');
    expect(() => read({ medium: { grain: 3 } })).to.throw("unknown key 'optics.medium.grain'");
    expect(() => read({ camera: { quantumEfficiency: 60 } })).to.throw('quantumEfficiency must be a number, above 0');
    expect(() => read({ medium: { model: 'structured', decorrelationMilliseconds: 1 } })).to.throw('cannot drift');
  });

  it('makes half of the mirrors on a mean of 20 above the black level, in every profile', () => {
    for (const profile of Object.values(profiles)) {
      const { camera, fluxPhotonsPerSecond } = opticsOfProfile(profile);
      const seconds = profile.defaults.exposureMicroseconds / 1e6;
      const electrons = 0.5 * fluxPhotonsPerSecond * seconds * camera.quantumEfficiency;
      expect((electrons * (255 - camera.blackLevel)) / camera.fullWellElectrons).to.be.closeTo(20, 1e-9);
    }
  });
});
