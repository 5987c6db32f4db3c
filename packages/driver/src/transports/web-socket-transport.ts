import {
  type Alarm,
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  OpuError,
  TICKS_PER_MILLISECOND,
  type Transport,
  type TransportSink,
} from '@opu/core';

interface SocketEvents {
  readonly open: unknown;
  readonly message: { readonly data: unknown };
  readonly error: { readonly message?: string | undefined };
  readonly close: { readonly code: number; readonly reason: string };
}

/** What is used of a WebSocket: a browser's and those of Node's packages fit. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener<Type extends keyof SocketEvents>(type: Type, listener: (event: SocketEvents[Type]) => void): void;
  /** Ends it at once; a browser has no such thing. */
  terminate?(): void;
}

export interface WebSocketTarget {
  /** `ws://127.0.0.1:4041` or `wss://opu.lab:4041/device`; shown in messages, so without secrets. */
  readonly url: string;
  /** The device's secret, where it has one. It travels as a subprotocol and is never part of an address. */
  readonly token?: string | undefined;
}

export interface WebSocketOptions {
  /** The host's own time, to look whether a full socket takes more again. */
  readonly clock: Clock;
  /** Makes the socket; a browser's own by default. */
  readonly connect?: ((url: string, protocols: string[]) => WebSocketLike) | undefined;
  /** Keeps the process awake while an answer is likely within microseconds; a browser has nothing of the kind. */
  readonly createWakefulness?: (() => Wakeful) | undefined;
}

/** See `Wakefulness` of `@opu/driver/node`. */
interface Wakeful {
  expect(): void;
  heard(): void;
  stop(): void;
}

/** Names of the subprotocol and of what carries a token, as the device's end knows them. */
export const WEB_SOCKET_PROTOCOL = 'opu';
const TOKEN_PROTOCOL = 'opu-token.';

/** Why a device closes a connection at once, as codes of the range that is free for applications (RFC 6455, 7.4.2). */
const CLOSE_NO_TOKEN = 4401;
const CLOSE_FOREIGN_PAGE = 4403;
const CLOSE_NORMAL = 1000;

/** Bytes in the socket's memory beyond which it counts as full. */
const FULL_BYTES = 4 << 20;
const LOOK_AGAIN_TICKS = TICKS_PER_MILLISECOND;

declare const WebSocket: (new (url: string, protocols: string[]) => WebSocketLike) | undefined;

/** A WebSocket to a device: in browsers, and on Node with the package `ws`. Messages travel by their header's length. */
export class WebSocketTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly #target: WebSocketTarget;
  readonly #clock: Clock;
  readonly #closer: Closer;
  readonly #wakefulness: Wakeful | undefined;
  readonly #connect: (url: string, protocols: string[]) => WebSocketLike;
  #socket: WebSocketLike | undefined;
  #sink: TransportSink | undefined;
  #failure: string | undefined;
  #draining: Promise<void> | undefined;
  #look: Alarm | undefined;
  #drained: (() => void) | undefined;
  #opened = false;
  #closing = false;
  #ended = false;
  #closed: (() => void)[] = [];

  constructor(target: WebSocketTarget, options: WebSocketOptions) {
    this.#target = target;
    this.#clock = options.clock;
    this.#closer = new Closer({ clock: this.#clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    this.#wakefulness = options.createWakefulness?.();
    this.#connect = options.connect ?? connectInBrowser;
    this.address = target.url;
  }

  open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined) {
      const text = `The transport ${this.address} was opened before; open a new one.`;
      return Promise.reject(new OpuError('INVALID_STATE', text));
    }
    this.#sink = sink;
    if (this.#closing) {
      return Promise.reject(new OpuError('LINK_UNAVAILABLE', `${this.address} was closed before it was open.`));
    }
    const { url, token } = this.#target;
    return new Promise((resolve, reject) => {
      const protocols = [
        WEB_SOCKET_PROTOCOL,
        ...(token === undefined ? [] : [TOKEN_PROTOCOL + asTokenCharacters(token)]),
      ];
      let socket: WebSocketLike;
      try {
        socket = this.#connect(url, protocols);
      } catch (cause) {
        reject(isError(cause) ? this.#unavailable(cause.message) : cause);
        return;
      }
      this.#socket = socket;
      socket.addEventListener('open', () => {
        this.#opened = true;
        resolve();
      });
      socket.addEventListener('message', ({ data }) => {
        const bytes = asBytes(data);
        this.#wakefulness?.heard();
        if (bytes !== undefined && !this.#ended) sink.receive(bytes);
      });
      // What it means is told by 'close', which follows it.
      socket.addEventListener('error', ({ message }) => {
        this.#failure ??= message || undefined;
      });
      socket.addEventListener('close', ({ code, reason }) => {
        if (this.#opened) this.#end(this.#lost(code, reason));
        else reject(this.#unavailable(this.#failure));
        for (const resolveClose of this.#closed) resolveClose();
        this.#closed = [];
        this.#ended = true;
      });
    });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || !this.#opened || this.#ended || this.#closing) return undefined;
    socket.send(chunk as Uint8Array<ArrayBuffer>);
    if (this.#draining === undefined && socket.bufferedAmount > FULL_BYTES) {
      this.#draining = new Promise((resolve) => {
        this.#drained = resolve;
      });
      this.#lookAgain(socket);
    }
    return this.#draining;
  }

  expectSoon(): void {
    this.#wakefulness?.expect();
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.#closer.close(
      () => this.#finish(),
      () => {
        this.#socket?.terminate?.();
        this.#end(undefined);
      },
    );
  }

  #finish(): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || this.#ended) return undefined;
    return new Promise((resolve) => {
      this.#closed.push(resolve);
      socket.close(CLOSE_NORMAL);
    });
  }

  /** A WebSocket does not say when it takes more: it has to be asked. */
  #lookAgain(socket: WebSocketLike): void {
    this.#look = this.#clock.at(this.#clock.now() + LOOK_AGAIN_TICKS, () => {
      if (socket.bufferedAmount > FULL_BYTES / 2) this.#lookAgain(socket);
      else this.#free();
    });
  }

  #free(): void {
    this.#look?.cancel();
    const drained = this.#drained;
    this.#draining = this.#drained = undefined;
    drained?.();
  }

  #end(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wakefulness?.stop();
    this.#free();
    this.#sink?.ended(this.#closing ? undefined : reason);
  }

  #lost(code: number, reason: string): OpuError {
    const options = { details: { address: this.address, code } };
    if (code === CLOSE_NO_TOKEN) {
      const hint =
        this.#target.token === undefined
          ? `${this.address} asks for a token; add ?token=... to the address.`
          : `${this.address} does not know this token.`;
      return new OpuError('PERMISSION_DENIED', hint, options);
    }
    if (code === CLOSE_FOREIGN_PAGE) {
      const text = `${this.address} takes no connection from this page: ${reason}`;
      return new OpuError('PERMISSION_DENIED', text, options);
    }
    const why = this.#failure ?? (reason === '' ? `the device closed the connection (code ${code})` : reason);
    return new OpuError('LINK_LOST', `${this.address} was lost: ${why}.`, options);
  }

  #unavailable(why: string | undefined): OpuError {
    const options = { details: { address: this.address } };
    const port = /:(\d+)(\/|$)/.exec(this.#target.url)?.[1] ?? '4041';
    const hint = `Start the device, or opu emulate --ws ${port}.`;
    if (why === undefined) {
      return new OpuError(
        'LINK_UNAVAILABLE',
        `Nothing that speaks WebSocket answers on ${this.address}. ${hint}`,
        options,
      );
    }
    if (/ECONNREFUSED/.test(why)) {
      return new OpuError('LINK_UNAVAILABLE', `Nothing listens on ${this.address}. ${hint}`, options);
    }
    if (/certificate|self.signed/i.test(why)) {
      const text = `The certificate of ${this.address} is not trusted here (${why}); name its issuer by ?ca=file.pem.`;
      return new OpuError('LINK_UNAVAILABLE', text, options);
    }
    return new OpuError('LINK_UNAVAILABLE', `${this.address} cannot be reached: ${why}.`, options);
  }
}

function connectInBrowser(url: string, protocols: string[]): WebSocketLike {
  if (typeof WebSocket === 'undefined') {
    throw new OpuError(
      'NOT_SUPPORTED',
      'There is no WebSocket here; on Node use the scheme of @opu/driver/node, which brings one.',
    );
  }
  const socket = new WebSocket(url, protocols);
  socket.binaryType = 'arraybuffer';
  return socket;
}

/** A token in characters that a subprotocol may have: each byte as two hexadecimal digits. */
function asTokenCharacters(token: string): string {
  return [...new TextEncoder().encode(token)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function asBytes(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return undefined;
}

function isError(value: unknown): value is Error {
  return value instanceof Error && value.name !== 'OpuError';
}
