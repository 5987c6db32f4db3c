declare const crypto: { getRandomValues(array: Uint32Array): Uint32Array };

/** A number from 1 to 2^53 - 1 that no other host is likely to have. It tells hosts apart and decides nothing else. */
export function randomHostId(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 21) * 2 ** 32 + low || 1;
}

/** The host's half of a session id: 1 to 2^32 - 1. It tells a connection from earlier ones and decides nothing else. */
export function randomNonce(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] || 1;
}
