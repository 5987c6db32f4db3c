export type { OpticalBitDepth, OpticalConfiguration, ReferenceBeam } from './configuration.js';
export type { ExposureRequest, ImagePixels } from './exposure.js';
export { type MacroPixels, type PatternLayout, patternLayout, spreadPattern } from './macro-pixels.js';
export { createOptics, type Optics, type OpticsOptions } from './optics.js';
export {
  type CameraParameters,
  defaultCamera,
  defaultMedium,
  electronsPerGrey,
  type LiquidCrystalModulator,
  type MediumModel,
  type MediumParameters,
  type MirrorModulator,
  mediumModels,
  type OpticalModulator,
  type OpticsParameters,
  opticsParameters,
} from './parameters.js';
export type { ProfileOptics } from './profile-optics.js';
