import type { DescribeReply, HelloReply } from '../generated/messages.js';

export interface DeviceMachineOptions {
  /** Who the device is; sent in answer to HELLO. */
  readonly hello: HelloReply;
  /** What the device is and can do; sent in answer to DESCRIBE. */
  readonly description: DescribeReply;
  /** Memory for readouts that are sent and not acknowledged, bytes. 64 MiB by default. */
  readonly retainedReadoutBytes?: number;
}
