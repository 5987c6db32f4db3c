/** The part of `opu_protocol.py` that finds messages in bytes. */
export const pythonFraming = `

HEADER_BYTES = 32
TRAILER_BYTES = 4
INITIAL_MAXIMUM_PAYLOAD = 4096
_header = struct.Struct("<IBBBBHHIQI")
_u32 = struct.Struct("<I")


def _crc_table() -> List[int]:
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_table = _crc_table()


def crc32c(data: Bytes, previous: int = 0) -> int:
    """CRC-32C of bytes, going on from that of the bytes before them."""
    crc, table = previous ^ 0xFFFFFFFF, _table
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


Checksum = Callable[[Bytes, int], int]


class Header(NamedTuple):
    """What a message says of itself."""

    type: int
    request_id: int
    sequence: int
    compatible_flags: int
    version_minor: int
    payload_length: int
    crc: int
    session: int = 0


def encode_message(
    message: Message,
    sequence: int,
    request_id: int = 0,
    compatible_flags: int = 0,
    checksum: Checksum = crc32c,
    session: int = 0,
) -> bytes:
    """A whole message: header, payload and both CRCs. It goes over TCP as it is, and over serial lines in \`cobs_frame\`."""
    payload = message.encode()
    numbers = (message.TYPE, session, request_id, sequence, len(payload))
    header = _header.pack(MAGIC, VERSION_MAJOR, VERSION_MINOR, 0, compatible_flags, *numbers)
    crc = crc32c(header)
    return b"".join((header, _u32.pack(crc), payload, _u32.pack(checksum(payload, crc))))


def session_id(host_nonce: int, device_nonce: int) -> int:
    """The id of a session, of the nonces of HELLO_REPLY: 1 to 65535."""
    total = crc32c(struct.pack("<II", host_nonce, device_nonce))
    return (total >> 16) ^ (total & 0xFFFF) or 1


def decode_header(data: Bytes) -> Tuple[Header, Optional[ProtocolError]]:
    """
    Reads a header. Raises when its bytes are damaged or nothing is known of how long the message is; returns the error of an
    intact one that must not be acted on, so that it can be skipped.
    """
    magic, major, minor, incompatible, compatible, kind, session, request, sequence, length = _header.unpack_from(data)
    (crc,) = _u32.unpack_from(data, 28)
    if magic != MAGIC:
        raise ProtocolError(LinkErrorKind.BAD_MAGIC, f"a message starts with {MAGIC:#x}; here is {magic:#x}")
    if crc32c(data[:28]) != crc:
        raise ProtocolError(LinkErrorKind.HEADER_CRC, "the header is damaged")
    error = None
    if major != VERSION_MAJOR:
        text = f"the other side speaks version {major}.{minor}, this one {VERSION_MAJOR}.{VERSION_MINOR}"
        error = ProtocolError(LinkErrorKind.VERSION, text)
    elif incompatible != 0:
        error = ProtocolError(LinkErrorKind.INCOMPATIBLE_FLAG, f"the incompatible flags {incompatible:#x} are not known")
    elif sequence > MAXIMUM_U64:
        error = _malformed("the sequence is above 2^53 - 1")
    return Header(kind, request, sequence, compatible, minor, length, crc, session), error


def too_long(header: Header, maximum: int) -> ProtocolError:
    return ProtocolError(LinkErrorKind.TOO_LONG, f"a payload of {header.payload_length} bytes; agreed were {maximum}")


def decode_payload(header: Header, payload: Bytes, trailer: Bytes, checksum: Checksum = crc32c) -> Message:
    """Reads the payload behind an intact header."""
    if checksum(payload, header.crc) != _u32.unpack(trailer)[0]:
        raise ProtocolError(LinkErrorKind.PAYLOAD_CRC, "the payload is damaged")
    kind = MESSAGES.get(header.type)
    if kind is None:
        raise ProtocolError(LinkErrorKind.UNKNOWN_TYPE, f"messages of type {header.type:#06x} are not known")
    return kind.decode(payload)


def decode_transfer(
    data: Bytes, maximum_payload: int = INITIAL_MAXIMUM_PAYLOAD, checksum: Checksum = crc32c
) -> Tuple[Header, Message]:
    """Reads bytes that are exactly one message: a USB transfer, or a decoded frame of a serial line."""
    view = memoryview(data)
    if len(view) < HEADER_BYTES:
        raise ProtocolError(LinkErrorKind.WRONG_LENGTH, f"a message has at least 36 bytes; these are {len(view)}")
    header, error = decode_header(view)
    if error is not None:
        raise error
    if header.payload_length > maximum_payload:
        raise too_long(header, maximum_payload)
    end = HEADER_BYTES + header.payload_length
    if len(view) != end + TRAILER_BYTES:
        text = f"{len(view)} bytes came; the header says {end + TRAILER_BYTES}"
        raise ProtocolError(LinkErrorKind.WRONG_LENGTH, text)
    return header, decode_payload(header, view[HEADER_BYTES:end], view[end:], checksum)


def cobs_frame(message: Bytes) -> bytes:
    """A message as it goes over a serial line: a zero, the message in COBS, a zero."""
    out = [b"\\0"]
    for piece in bytes(message).split(b"\\0"):
        start = 0
        while len(piece) - start >= 254:
            out.append(b"\\xff" + piece[start : start + 254])
            start += 254
        out.append(bytes((len(piece) - start + 1,)) + piece[start:])
    out.append(b"\\0")
    return b"".join(out)


def cobs_decode(frame: Bytes) -> bytes:
    """The message between two zeros."""
    out, at, end = [], 0, len(frame)
    while at < end:
        code = frame[at]
        if code == 0 or at + code > end:
            raise ProtocolError(LinkErrorKind.BAD_FRAME, "the frame ends in the middle of a piece")
        out.append(bytes(frame[at + 1 : at + code]))
        at += code
        if code != 255 and at < end:
            out.append(b"\\0")
    return b"".join(out)


Found = Tuple[Optional[Header], Union[Message, ProtocolError]]


class StreamReader:
    """Finds messages on a serial line, behind garbage too."""

    def __init__(self, checksum: Checksum = crc32c) -> None:
        self.maximum_payload = INITIAL_MAXIMUM_PAYLOAD
        self._checksum = checksum
        self._pieces: List[bytes] = []
        self._held = 0

    def receive(self, data: Bytes) -> Iterator[Found]:
        *frames, rest = bytes(data).split(b"\\0")
        for frame in frames:
            if self._pieces:
                frame = b"".join(self._pieces) + frame
                self._pieces = []
                self._held = 0
            if frame:
                yield self._read(frame)
        # COBS adds a byte in 254. What is longer than any message can be is garbage, and is not kept.
        if rest and self._held <= (self.maximum_payload + 36) * 255 // 254 + 2:
            self._pieces.append(rest)
            self._held += len(rest)

    def _read(self, frame: bytes) -> Found:
        try:
            return decode_transfer(cobs_decode(frame), self.maximum_payload, self._checksum)
        except ProtocolError as error:
            return None, error


class LengthReader:
    """Finds messages in a TCP stream. A message's payload is memory of its own. Raises when the border is lost for good."""

    def __init__(self, checksum: Checksum = crc32c) -> None:
        self.maximum_payload = INITIAL_MAXIMUM_PAYLOAD
        self._checksum = checksum
        self._start = bytearray()
        self._header: Optional[Header] = None
        self._error: Optional[ProtocolError] = None
        self._body = bytearray()
        self._filled = 0
        self._skip = 0

    def receive(self, data: Bytes) -> Iterator[Found]:
        view = memoryview(data)
        while len(view) > 0:
            if self._skip > 0:
                skipped = min(self._skip, len(view))
                self._skip -= skipped
                view = view[skipped:]
            elif self._header is None:
                need = HEADER_BYTES - len(self._start)
                self._start += view[:need]
                view = view[need:]
                if len(self._start) == HEADER_BYTES:
                    yield from self._begin()
            else:
                count = min(len(self._body) - self._filled, len(view))
                self._body[self._filled : self._filled + count] = view[:count]
                self._filled += count
                view = view[count:]
                if self._filled == len(self._body):
                    yield self._finish()

    def _begin(self) -> Iterator[Found]:
        header, self._error = decode_header(self._start)
        self._start = bytearray()
        if header.payload_length > self.maximum_payload:
            self._skip = header.payload_length + TRAILER_BYTES
            yield header, self._error or too_long(header, self.maximum_payload)
            return
        self._header = header
        self._body = bytearray(header.payload_length + TRAILER_BYTES)
        self._filled = 0

    def _finish(self) -> Found:
        header, error, view = self._header, self._error, memoryview(self._body)
        assert header is not None
        self._header = None
        self._body = bytearray()
        if error is not None:
            return header, error
        try:
            end = header.payload_length
            return header, decode_payload(header, view[:end], view[end:], self._checksum)
        except ProtocolError as damage:
            return header, damage
`;
