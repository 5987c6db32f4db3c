/** How hidden blocks share the feedback: each has its own part of it, or those of one width have the same. */
export const feedbackSharings = ['independent', 'shared'] as const;
export type FeedbackSharing = (typeof feedbackSharings)[number];

/** Which part of the feedback comes back to which block. */
export interface FeedbackSlices {
  /** Widths of the parts, in the order in which they lie side by side. */
  readonly widths: readonly number[];
  /** For each block, the number of its part. */
  readonly sliceOfBlock: readonly number[];
}

/** @param blockWidths width of each hidden block */
export function feedbackSlices(blockWidths: readonly number[], sharing: FeedbackSharing): FeedbackSlices {
  if (sharing === 'independent') return { widths: blockWidths, sliceOfBlock: blockWidths.map((_, i) => i) };
  const widths = [...new Set(blockWidths)];
  return { widths, sliceOfBlock: blockWidths.map((width) => widths.indexOf(width)) };
}

/** Values that a projection has to give for a network's feedback. */
export function feedbackOutputs(blockWidths: readonly number[], sharing: FeedbackSharing): number {
  return feedbackSlices(blockWidths, sharing).widths.reduce((sum, width) => sum + width, 0);
}
