import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

const CONTROLLER = '/sys/devices/platform/vhci_hcd.0';
/** State of a port of the virtual host controller that nothing hangs on. */
const FREE = 4;

/** Imports a device over USB/IP and hangs it on this machine's virtual host controller, as `usbip attach` does. */
export async function attachUsbIp(host: string, port: number, busId: string): Promise<Socket> {
  const socket = connect(port, host);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.setNoDelay(true);
  const request = Buffer.alloc(40);
  request.writeUInt16BE(0x0111, 0);
  request.writeUInt16BE(0x8003, 2);
  request.write(busId, 8);
  let reply = Buffer.alloc(0);
  const arrived = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      reply = Buffer.concat([reply, chunk]);
      if (reply.length >= 8 && reply.readUInt32BE(4) !== 0) reject(new Error(`Import of ${busId} was refused.`));
      if (reply.length >= 320) resolve();
    });
    socket.once('error', reject);
  });
  socket.write(request);
  await arrived;
  // From here on the kernel reads from the socket, and nobody else may.
  socket.pause();
  socket.removeAllListeners('data');
  const handle = (socket as unknown as { _handle: { fd: number; readStop(): void } })._handle;
  handle.readStop();
  const speed = reply.readUInt32BE(8 + 296);
  const deviceId = (reply.readUInt32BE(8 + 288) << 16) | reply.readUInt32BE(8 + 292);
  const free = readFileSync(`${CONTROLLER}/status`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .find(([hub, , state]) => hub === 'hs' && Number(state) === FREE);
  if (free === undefined) throw new Error('No port of the virtual host controller is free.');
  writeFileSync(`${CONTROLLER}/attach`, `${Number(free[1])} ${handle.fd} ${deviceId} ${speed}`);
  return socket;
}
