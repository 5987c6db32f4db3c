export { type CsrMatrix, checkCsr } from './algebra/csr.js';
export type { Dense, MatrixInput, NumberArray } from './algebra/dense.js';
export { AdaptiveThreshold, type AdaptiveThresholdOptions } from './changes/adaptive-threshold.js';
export type { ChangeDetector } from './changes/change-detector.js';
export { type Detection, type DetectionOptions, detectionPower } from './changes/detection.js';
export { MovingAverage } from './changes/moving-average.js';
export { forgettingFactors, Newma, type NewmaOptions } from './changes/newma.js';
export { type Kernel, ScanB, type ScanBOptions } from './changes/scan-b.js';
export { type CompressedProduct, compressedProduct } from './estimators/compressed-product.js';
export type { Estimate } from './estimators/estimate.js';
export { exactProduct, exactSingularValues } from './estimators/exact.js';
export { type LeastSquares, type LeastSquaresOptions, leastSquares } from './estimators/least-squares.js';
export { type NystromApproximation, type NystromOptions, nystrom } from './estimators/nystrom.js';
export { type RandomizedSvd, randomizedSvd, type SvdOptions } from './estimators/randomized-svd.js';
export { estimateTrace, exactTrace, type TraceOptions } from './estimators/trace.js';
export { estimateTriangles, exactTriangles } from './estimators/triangles.js';
export { type Intensities, openIntensities } from './features/intensities.js';
export { type KernelModel, kernelRidge } from './features/kernel-ridge.js';
export { gaussianKernel, opticalKernel } from './features/optical-kernel.js';
export {
  type GaussianFeaturesOptions,
  gaussianFeatures,
  intensityFeatures,
  type OpticalFeaturesOptions,
  openOpticalFeatures,
  type RandomFeatures,
} from './features/random-features.js';
export {
  accuracy,
  type LinearModel,
  type LogisticOptions,
  logistic,
  meanSquaredLength,
  minimumNorm,
  oneHot,
  ridge,
} from './features/regression.js';
export { DigitalSketch, type DigitalSketchOptions } from './sketch/digital-sketch.js';
export { type OpticalSketch, type OpticalSketchOptions, openOpticalSketch } from './sketch/optical-sketch.js';
export type { Isometry, Sketch, SketchInput, SketchRows, Spent, TransposableSketch } from './sketch/sketch.js';
