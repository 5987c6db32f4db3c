import type { OperationOptions } from './operation-options.js';

/**
 * What becomes of patterns that an Observable emits before the device has room for them: it cannot be told to wait, as an iterable
 * can.
 */
export interface ObservableBuffer {
  /** Patterns that are kept, at most. By default as many as fit into 64 MiB, at least 1024. */
  readonly patterns?: number;
  /**
   * `fail` (the default): one pattern more ends the stream with SOURCE_OVERFLOW. `drop`: it is thrown away and counted in
   * `patternsDropped`.
   */
  readonly whenFull?: 'fail' | 'drop';
}

export interface StreamOptions extends OperationOptions {
  /** For patterns that come from an Observable; it changes nothing for the others. */
  readonly buffer?: ObservableBuffer;
}

/** What a stream tells of itself besides its readouts. */
export interface StreamFacts {
  /**
   * Id of the first pattern of its own source, once one was handed to the device; readouts with a smaller id are of what a stopped
   * stream left. Absent where a driver does not tell it.
   */
  readonly firstPatternId?: number | undefined;
  /** Patterns of an Observable that were thrown away, because more came than there was room for. */
  readonly patternsDropped?: number;
}
