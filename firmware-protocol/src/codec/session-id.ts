import { crc32c } from '../crc/crc32c.js';
import { putU32 } from '../primitives/bytes.js';

/**
 * The id of a session, which stands in the header of its messages (OPU-HS-10): what a driver, an adapter or a bridge still had of an
 * earlier connection has another one.
 * @param hostNonce drawn anew by the host for each connection, not 0
 * @param deviceNonce drawn anew by the device for each HELLO that begins a session
 * @returns 1 to 65535
 */
export function sessionId(hostNonce: number, deviceNonce: number): number {
  const bytes = new Uint8Array(8);
  putU32(bytes, 0, hostNonce);
  putU32(bytes, 4, deviceNonce);
  const sum = crc32c(bytes);
  return (sum >>> 16) ^ (sum & 0xffff) || 1;
}
