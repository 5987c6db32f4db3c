export type { Block, Parameter, Pass } from './blocks/block.js';
export { CausalAttention, type CausalAttentionOptions } from './blocks/causal-attention.js';
export { Dense, type DenseOptions } from './blocks/dense.js';
export { Embedding, type EmbeddingOptions } from './blocks/embedding.js';
export { GraphConvolution, type GraphConvolutionOptions } from './blocks/graph-convolution.js';
export { LayerNorm } from './blocks/layer-norm.js';
export { Residual } from './blocks/residual.js';
export { Sequential } from './blocks/sequential.js';
export {
  completeConfiguration,
  type PartialConfiguration,
  readConfigurationFile,
  type TrainingConfiguration,
} from './config/configuration.js';
export { trainingSchema } from './config/schema.js';
export type { ImageDataset, LabelledImages } from './data/dataset.js';
export { type DigitsOptions, defaultHandwriting, syntheticDigits } from './data/digits/digits.js';
export type { Handwriting } from './data/digits/warp.js';
export { type GraphDataset, readGraphFolder } from './data/graph/graph-files.js';
export { normalisedAdjacency, type SparseMatrix } from './data/graph/sparse-matrix.js';
export { type IdxArray, parseIdx } from './data/idx.js';
export { readIdxFolder } from './data/idx-files.js';
export { type BigramBaseline, bigramBaseline } from './data/text/bigram.js';
export { readTextFolder, type TextDataset } from './data/text/text-files.js';
export { DigitalFeedback, type DigitalFeedbackOptions } from './feedback/digital.js';
export { type Feedback, type Threshold, type TrainingMode, trainingModes } from './feedback/feedback.js';
export { OpticalFeedback, type OpticalFeedbackOptions } from './feedback/optical.js';
export { type FeedbackSharing, feedbackOutputs, feedbackSharings } from './feedback/slices.js';
export { type MlpOptions, mlp } from './network/mlp.js';
export { Network } from './network/network.js';
export { type TransformerOptions, transformer } from './network/transformer.js';
export {
  type AdamOptions,
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  type SgdOptions,
} from './optimizers/optimizer.js';
export { type ScheduleOptions, scheduleFactor } from './optimizers/schedule.js';
export { loadProblem } from './problem/load-problem.js';
export type { Problem } from './problem/problem.js';
export { type LineChartOptions, lineChart, type Series } from './report/line-chart.js';
export { escapeText, formatNumber, formatSeconds } from './report/markup.js';
export { type ReportInput, renderReport } from './report/report.js';
export { style as reportStyle } from './report/style.js';
export { renderWhatIf, type WhatIfCurve } from './report/what-if.js';
export type { MetricsLine } from './results/metrics-line.js';
export type { ProjectionSpan } from './results/projection-span.js';
export type { DeviceSummary, ModeSummary } from './results/summary.js';
export type { RunEvent } from './run/events.js';
export { configurationOf, type RunOptions, type RunResult, runTraining } from './run/run.js';
export { RunFolder } from './run/run-folder.js';
export { runSweep, type SweepOptions, type SweepResult, type SweepRow } from './run/sweep.js';
export { GraphTask } from './task/graph-task.js';
export { ImageTask } from './task/image-task.js';
export type { Batch, Task } from './task/task.js';
export { TextTask } from './task/text-task.js';
export { decodeSafetensors, encodeSafetensors, type NamedTensor, type SafetensorsFile } from './tensors/safetensors.js';
export type { DeviceUse, EpochEvent, StepEvent, TrainingEvent } from './train/events.js';
export { type Milliseconds, type Phase, phases } from './train/stopwatch.js';
export { type Progress, Trainer, type TrainerOptions } from './train/trainer.js';
export { measureGigaflops } from './whatif/host-speed.js';
export {
  crossoverWidth,
  type DeviceModel,
  type EpochPrediction,
  predictBp,
  predictOptical,
  type Workload,
} from './whatif/predict.js';
