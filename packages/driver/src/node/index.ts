export { serialScheme } from './serial-scheme.js';
export { type SerialOptions, type SerialTarget, SerialTransport } from './serial-transport.js';
export { tcpScheme } from './tcp-scheme.js';
export { type TcpTarget, TcpTransport } from './tcp-transport.js';
