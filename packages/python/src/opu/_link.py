"""One connection: messages to bytes and back."""

from __future__ import annotations

from collections import deque
from typing import Deque, Iterator, Optional, Tuple

from . import _protocol as protocol
from ._checksum import crc32c
from ._transport import Transport
from .errors import OpuError

MAXIMUM_PAYLOAD = 64 << 20
_FLUSH_BYTES = 1 << 16


class LinkLost(Exception):
    """The connection is of no use any more; another one may be."""

    def __init__(self, error: OpuError) -> None:
        super().__init__(str(error))
        self.error = error


class Link:
    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.is_stream = transport.carrier == "stream"
        self._reader: "protocol.StreamReader | protocol.LengthReader" = (
            protocol.StreamReader(crc32c) if self.is_stream else protocol.LengthReader(crc32c)
        )
        self._out: Deque[memoryview] = deque()
        self.waiting_bytes = 0
        self._sequence = 0
        self.received = 0
        """One more than the sequence of the last message."""
        self.sent = 0
        self.damaged = 0
        self.messages_lost = 0
        self.messages_foreign = 0
        """Messages of an earlier session, which an adapter or a bridge still had."""
        self.nonce = 0
        self._session: Optional[int] = None
        self.device_maximum = protocol.INITIAL_MAXIMUM_PAYLOAD

    def agreed(self, reply: protocol.HelloReply) -> None:
        """The device answered HELLO."""
        self._reader.maximum_payload = MAXIMUM_PAYLOAD
        self.device_maximum = reply.maximum_payload
        self._session = protocol.session_id(reply.host_nonce, reply.device_nonce) if reply.host_nonce != 0 else 0

    def _belongs(self, header: protocol.Header, message: protocol.Message) -> bool:
        """Whether a message is one of this connection's session (OPU-HS-11, OPU-HS-12)."""
        if self._session is None:
            is_other = isinstance(message, protocol.HelloReply) and message.host_nonce not in (0, self.nonce)
            return header.session == 0 and header.request_id != 0 and not is_other
        knows_none = isinstance(message, protocol.Refused) and message.result_code == protocol.ResultCode.NO_HANDSHAKE
        return header.session == self._session or knows_none

    def send(self, message: protocol.Message, request_id: int = 0, repeated: bool = False) -> None:
        flags = int(protocol.CompatibleFlag.REPEATED) if repeated else 0
        session = 0 if isinstance(message, protocol.Hello) else self._session or 0
        data = protocol.encode_message(message, self._sequence, request_id, flags, crc32c, session)
        self._sequence += 1
        if self.is_stream:
            data = protocol.cobs_frame(data)
        self._out.append(memoryview(data))
        self.waiting_bytes += len(data)
        self.sent += 1
        # Small messages wait for each other: whoever is about to wait flushes.
        if self.waiting_bytes >= _FLUSH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Writes what the transport takes."""
        if len(self._out) > 1 and self.waiting_bytes < _FLUSH_BYTES:
            self._out = deque([memoryview(b"".join(self._out))])
        try:
            while self._out:
                head = self._out[0]
                taken = self.transport.write(head)
                self.waiting_bytes -= taken
                if taken < len(head):
                    self._out[0] = head[taken:]
                    return
                self._out.popleft()
        except OSError as error:
            raise LinkLost(OpuError("LINK_LOST", f"The link broke: {error}.")) from error

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    def receive(self) -> Iterator[Tuple[Optional[protocol.Header], "protocol.Message | protocol.ProtocolError"]]:
        """The messages of what has come. Damage that costs one message is handed out in its place."""
        try:
            data = self.transport.read()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise LinkLost(OpuError("LINK_LOST", f"The link broke: {error}.")) from error
        if data is None:
            raise LinkLost(OpuError("LINK_LOST", "The device closed the link."))
        try:
            for header, message in self._reader.receive(data):
                if header is not None and not isinstance(message, protocol.ProtocolError):
                    if not self._belongs(header, message):
                        self.messages_foreign += 1
                        continue
                    if header.sequence > self.received:
                        self.messages_lost += header.sequence - self.received
                    self.received = max(self.received, header.sequence + 1)
                if isinstance(message, protocol.ProtocolError):
                    self.damaged += 1
                    if message.kind == protocol.LinkErrorKind.VERSION:
                        raise OpuError("VERSION_MISMATCH", f"{message}.")
                yield header, message
        except protocol.ProtocolError as error:
            raise LinkLost(OpuError("LINK_CORRUPT", f"The link brings bytes that are no message: {error}.")) from error

    def close(self) -> None:
        self.transport.close()
