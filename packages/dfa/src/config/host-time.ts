/** What host work costs on the device's clock. */
export type HostTime =
  /** Nothing: the figures are the device's alone. */
  | 'zero'
  /** What it takes on this machine: not the same twice. */
  | 'measured'
  /** Operations / speed + a constant: the same every time. */
  | { readonly kind: 'model'; readonly gigaflops: number; readonly microsecondsPerStep: number };
