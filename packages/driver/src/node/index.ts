export { tcpScheme } from './tcp-scheme.js';
export { type TcpTarget, TcpTransport } from './tcp-transport.js';
