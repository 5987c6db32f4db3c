export { CameraKernel, type Light, type ReferenceWave } from './camera/camera-kernel.js';
export type { CameraParameters, FrameExposure } from './camera/camera-parameters.js';
export { type FilterShape, filterSums } from './filter/filter-sums.js';
export { type ComplexGrid, FourierTransform2d, type RandomTurns } from './fourier/fft2d.js';
export { choleskySolve } from './linear/cholesky.js';
export { type GemmOptions, gemm } from './linear/gemm.js';
export { gemmReference } from './linear/gemm.reference.js';
export { type MatrixView, matrixView, rowsOf, transposed } from './linear/matrix.js';
export { normalQuantile } from './math/normal.js';
export { portableExp, portableLog, portablePower, portableSinCosTurns } from './math/portable.js';
export { coarseTable, denseEntry, denseEntryVariance, fineTable } from './media/dense-entry.js';
export { DenseMedium } from './media/dense-medium.js';
export type { EffectiveProjection, MacroPixels } from './media/effective-projection.js';
export { type FieldProjection, type FieldSums, fieldSums, finishSteps } from './media/field-projection.js';
export type { HashedMedium, MediumOptions, ProjectionOptions } from './media/hashed-medium.js';
export type { PatternProjection } from './media/pattern-projection.js';
export { type PixelRange, regionPixels } from './media/pixel-strips.js';
export { signsEntry } from './media/signs-entry.js';
export { SignsMedium } from './media/signs-medium.js';
export { StructuredMedium } from './media/structured-medium.js';
export {
  type Accelerator,
  ComputePool,
  type ComputePoolOptions,
  type PoolArray,
  sharedComputePool,
} from './pool/compute-pool.js';
export { randomAt, SeededRandom, streamOf } from './random/random.js';
export { type Activation, activationBackward, biasActivation } from './training/activation.js';
export { type AttentionShape, causalAttention, causalAttentionBackward } from './training/attention.js';
export { type NormRows, normRows, normRowsBackward } from './training/norm.js';
export { type Adam, adam, type SgdMomentum, sgdMomentum } from './training/optimisers.js';
export { type SoftmaxCrossEntropy, softmaxCrossEntropy } from './training/softmax.js';
export * as trainingReference from './training/training.reference.js';
export { axpy, columnSums, scale, ternarise } from './training/vectors.js';
