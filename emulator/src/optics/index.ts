export type { ExposureRequest, ImagePixels } from '@opu/device';
export type { OpticalBitDepth, OpticalConfiguration, ReferenceBeam } from './model/configuration.js';
export { type MacroPixels, type PatternLayout, patternLayout, spreadPattern } from './model/macro-pixels.js';
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
} from './model/parameters.js';
export { createOptics, type Optics, type OpticsOptions } from './optics.js';
export type { ProfileOptics } from './profile-optics.js';
