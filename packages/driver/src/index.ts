export type * from './device/opu-device.js';
export type * from './linear/linear-projection.js';
