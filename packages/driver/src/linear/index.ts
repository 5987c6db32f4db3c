export type { EncoderName } from '../encode/encoder.js';
export type { LayoutName } from '../encode/pattern-layout.js';
export { changedFields } from './changed-fields.js';
export type * from './linear-projection.js';
export type { LinearModeName } from './mode.js';
export { type LinearProjectionOptions, openLinearProjection } from './open-linear-projection.js';
export type { OpticalProjection } from './optical-projection.js';
export { windowOfPixels } from './window.js';
