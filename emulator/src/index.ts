export * from './optics/index.js';
export * from './profiles/index.js';
export * from './sequencer/index.js';
