export interface Damage {
  /** Byte of the file at which the damaged part begins. */
  readonly offset: number;
  readonly message: string;
}
