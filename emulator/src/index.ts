export * from './optics/index.js';
