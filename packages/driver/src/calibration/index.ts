export { type GrainOptions, measureGrain } from '../linear/grain.js';
export { measureOutputScale, type OutputScaleOptions } from '../linear/output-scale.js';
export { type AutoExposure, type AutoExposureOptions, autoExposure } from './auto-exposure.js';
export { type DarkFrameOptions, darkFrame } from './dark-frame.js';
export { type FlatFieldOptions, flatField } from './flat-field.js';
