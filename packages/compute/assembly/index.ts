// Every export is a pool kernel: its first two parameters are the tile that it computes and the calling thread's scratch
// memory, and what it writes for a tile depends on neither the thread nor the number of threads.
export { packPanels, multiplyTile } from './gemm';
export { biasActivation, activationBackward } from './activation';
export { softmaxCrossEntropy } from './softmax';
export { attend, attendBackward } from './attention';
export { normRows, normRowsBackward } from './norm';
export { columnSums, axpy, scale, ternarise } from './vectors';
export { sgdMomentum, adam } from './optimisers';
export { mirrorKeys } from './mirror-keys';
export { denseFill } from './dense-entries';
export { countActive, groupIndices } from './pattern-bits';
export { projectPatterns } from './four-russians';
export { effectiveColumns, generateActive, listActive, projectActive, storeActive } from './active-columns';
export { projectEffective } from './effective';
export { exposeFrames, intensities, pixelPatterns } from './camera';
export { signsFill } from './signs-entries';
export { signsPatterns } from './signs-patterns';
export { generateSignsActive, signsActive, signsEffective, storeSignsActive } from './signs-active';
export { fftCells, fftFromBits, fftFromPlanes, fftToPlanes, fftToSums } from './fft2d';
export { filterSums } from './filter';
