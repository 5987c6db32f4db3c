"""One connection: messages to bytes and back."""

from __future__ import annotations

import random
from collections import deque
from typing import Deque, Iterator, Optional, Tuple

from . import _protocol as protocol
from ._checksum import crc32c
from ._transport import Transport
from .errors import OpuError

MAXIMUM_PAYLOAD = 64 << 20
_FLUSH_BYTES = 1 << 16
_MAGIC = protocol.MAGIC.to_bytes(4, "little")


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
        self.session = random.SystemRandom().randint(1, 0xFFFF)
        self.skipped = 0
        """Messages of other sessions."""
        self._agreed: Optional[int] = None
        self._hello_id = 0
        self._held = b""
        self._hunting = not self.is_stream
        self.device_maximum = protocol.INITIAL_MAXIMUM_PAYLOAD

    def agreed(self, device_maximum: int) -> None:
        """The handshake is through."""
        self._reader.maximum_payload = MAXIMUM_PAYLOAD
        self.device_maximum = device_maximum

    def send(self, message: protocol.Message, request_id: int = 0, repeated: bool = False) -> None:
        flags = int(protocol.CompatibleFlag.REPEATED) if repeated else 0
        if isinstance(message, protocol.Hello):
            if repeated and self._hunting and len(self._held) > 0:
                raise LinkLost(self._nothing_found())
            self._hello_id = request_id
        data = protocol.encode_message(message, self._sequence, request_id, flags, crc32c, self.session)
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
        if data is None and self._held:
            raise LinkLost(self._nothing_found())
        if data is None:
            raise LinkLost(OpuError("LINK_LOST", "The device closed the link."))
        if self._hunting:
            data = self._hunt(bytes(data))
        try:
            for header, message in self._reader.receive(data):
                if header is not None and not self._accepts(header):
                    self.skipped += 1
                    continue
                if isinstance(message, protocol.HelloReply) and header is not None:
                    self._agreed = header.session
                if header is not None and not isinstance(message, protocol.ProtocolError):
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

    def _accepts(self, header: protocol.Header) -> bool:
        if self._agreed is not None:
            return header.session == self._agreed
        return header.session == self.session or (header.session == 0 and header.request_id == self._hello_id)

    def _hunt(self, data: bytes) -> bytes:
        """Bytes of an earlier session may come first: gives what comes from the first message of this one on."""
        data = self._held + data
        at = data.find(_MAGIC)
        while at >= 0 and len(data) - at >= protocol.HEADER_BYTES:
            try:
                header, error = protocol.decode_header(memoryview(data)[at : at + protocol.HEADER_BYTES])
            except protocol.ProtocolError:
                at = data.find(_MAGIC, at + 1)
                continue
            if error is not None or self._accepts(header):
                end = at + protocol.HEADER_BYTES + header.payload_length
                if error is None and header.payload_length <= protocol.INITIAL_MAXIMUM_PAYLOAD:
                    if len(data) < end + protocol.TRAILER_BYTES:
                        break
                    right = crc32c(data[end - header.payload_length : end], header.crc).to_bytes(4, "little")
                    if right != data[end : end + 4]:
                        at = data.find(_MAGIC, at + 1)
                        continue
                self._held, self._hunting = b"", False
                return data[at:]
            self.skipped += 1
            at = data.find(_MAGIC, at + 1)
        self._held = data[at:] if at >= 0 else data[-3:]
        return b""

    def _nothing_found(self) -> OpuError:
        return OpuError("LINK_CORRUPT", "The link brings bytes that are no message: none starts with 4f 50 55 b1.")

    def close(self) -> None:
        self.transport.close()
