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

/** The first so many samples of each part; all of them where no number is given or there are no more. */
export function limitDataset(data: ImageDataset, trainCount?: number, testCount?: number): ImageDataset {
  return { ...data, train: first(data.train, trainCount), test: first(data.test, testCount) };
}

function first(set: LabelledImages, wanted = set.count): LabelledImages {
  const count = Math.min(wanted, set.count);
  const size = set.rows * set.columns;
  return { ...set, count, images: set.images.subarray(0, count * size), labels: set.labels.subarray(0, count) };
}
