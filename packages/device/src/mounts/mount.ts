import type { Transport } from '@opu/core';

/** Whatever a mount serves: it takes each new connection. */
export interface Attachable {
  attach(transport: Transport): void;
}

/** A way into an emulated device from outside its process, until it is closed. */
export interface Mount {
  /** The address that a host opens: `tcp://127.0.0.1:4040`, `serial:/dev/pts/3`. */
  readonly address: string;
  /** Ends every connection of this mount and takes the way in away. The device itself goes on. */
  close(): Promise<void>;
}
