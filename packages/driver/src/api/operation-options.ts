export interface OperationOptions {
  /**
   * Aborting it makes the operation reject with ABORTED. A run that it ends is ended on the device too. A device whose
   * operation was aborted stays usable.
   */
  readonly signal?: AbortSignal;
}
