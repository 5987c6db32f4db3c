import { sessionId } from '@opu/protocol';
import { informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import { type DeviceBench, helloOf } from './device-bench.js';

/** Shakes hands in a session with an id, which the client's messages carry from then on; the case ends where a device has none. */
export async function openSession(bench: DeviceBench, client: WireClient, hostNonce: number): Promise<number> {
  const hello = { ...helloOf(bench.freshHostId()), versionMinor: 1, hostNonce };
  const reply = await client.get(hello, 'HELLO_REPLY');
  if (reply.hostNonce === 0) informational('The sessions of this device have no id.');
  same('hostNonce of HELLO_REPLY', reply.hostNonce, hostNonce);
  client.session = sessionId(hostNonce, reply.deviceNonce);
  return client.session;
}
