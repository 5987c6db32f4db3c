/** Labelled samples of one size, as bytes. */
export interface LabelledImages {
  /** Grey values, shape [count, rows x columns], row-major. */
  readonly images: Uint8Array;
  /** Class of each image, shape [count]. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** What a network is trained and tested with. */
export interface ImageDataset {
  /** Says where the data came from, for people. */
  readonly name: string;
  readonly classes: number;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}
