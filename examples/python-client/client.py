#!/usr/bin/env python3
"""A client of the OPU protocol in plain Python, written from SPEC.md alone: clause numbers are its own.

    python3 client.py 127.0.0.1:4040 1000

shows that many random patterns and checks every readout that comes back.
"""

import random
import socket
import struct
import sys

MAGIC = 0xB155504F
HELLO, HELLO_REPLY, DESCRIBE, DESCRIBE_REPLY, ACQUIRE_CONTROL, RELEASE_CONTROL = 1, 2, 3, 4, 5, 6
DONE, PENDING, REFUSED = 0x101, 0x102, 0x103
CONFIGURE, CONFIGURE_REPLY = 0x201, 0x202
PATTERNS, PATTERN_CREDIT, PATTERN_RESEND = 0x301, 0x302, 0x303
START, ABORT, RUN_REPORT, RUN_ENDED = 0x401, 0x403, 0x404, 0x406
READOUTS, READOUT_ACK, READOUT_CREDIT = 0x501, 0x502, 0x503
BUFFERS = 64


def _table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


TABLE = _table()


def crc32c(data, previous=0):
    """OPU-MSG-2."""
    crc = previous ^ 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Refused(Exception):
    pass


class Client:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=30)
        self.sequence = 0
        self.expected = 0
        self.request = 0
        self.waiting = []

    def send(self, kind, payload=b"", request=0):
        """OPU-MSG-1 to OPU-MSG-4; OPU-CAR-1."""
        header = struct.pack("<IBBBBHHIQI", MAGIC, 1, 0, 0, 0, kind, 0, request, self.sequence, len(payload))
        crc = crc32c(header)
        self.sequence += 1
        self.socket.sendall(header + struct.pack("<I", crc) + payload + struct.pack("<I", crc32c(payload, crc)))

    def exactly(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the device closed the connection")
            data += piece
        return bytes(data)

    def receive(self):
        """OPU-MSG-9, OPU-CAR-6."""
        header = self.exactly(32)
        magic, major, minor, bad, _, kind, _, request, sequence, length, crc = struct.unpack("<IBBBBHHIQII", header)
        if magic != MAGIC or crc32c(header[:28]) != crc:
            raise ConnectionError("the border to the next message is lost")
        payload, trailer = self.exactly(length), self.exactly(4)
        if major != 1 or bad != 0:
            raise ConnectionError(f"the device speaks version {major}.{minor}, this client 1.0")
        if struct.unpack("<I", trailer)[0] != crc32c(payload, crc):
            raise ConnectionError("a payload is damaged")
        if sequence != self.expected:
            raise ConnectionError("messages were lost")
        self.expected += 1
        return kind, request, payload

    def ask(self, kind, payload=b""):
        """OPU-REQ-1, OPU-REQ-3: sends a request and waits for its final reply."""
        self.request += 1
        self.send(kind, payload, self.request)
        while True:
            answer, request, body = self.receive()
            if request != self.request:
                self.waiting.append((answer, body))
            elif answer == REFUSED:
                code = struct.unpack_from("<H", body)[0]
                field_bytes = struct.unpack_from("<H", body, 24)[0]
                raise Refused(f"result code {code}: {body[26 + field_bytes + 2:].decode(errors='replace')}")
            elif answer != PENDING:
                return body

    def next(self):
        """The next message that is no reply."""
        while not self.waiting:
            kind, request, body = self.receive()
            if request == 0:
                self.waiting.append((kind, body))
        return self.waiting.pop(0)


def text(value):
    data = value.encode()
    return struct.pack("<H", len(data)) + data


def readouts(body):
    """Takes READOUTS apart: (frame, pattern id, image) of each frame."""
    image_bytes, count, stride = struct.unpack_from("<III", body, 20)
    data = 32 + count * stride + 8  # behind the records: 4 reserved bytes and the length of the data
    for i in range(count):
        frame, pattern, *_, image_crc = struct.unpack_from("<QQQQQdIIII", body, 32 + i * stride)
        image = body[data + i * image_bytes : data + (i + 1) * image_bytes]
        if crc32c(image) != image_crc:
            raise ValueError(f"the image of frame {frame} is damaged")
        yield frame, pattern, image


def main(address, count):
    host, _, port = address.rpartition(":")
    client = Client(host, int(port))
    identity = random.getrandbits(48)
    # HELLO: versions, longest payload, host id, schema hash (not known here), name
    reply = client.ask(HELLO, struct.pack("<BBHIQ", 1, 0, 0, 1 << 24, identity) + bytes(16) + text("python client"))
    device_takes = struct.unpack_from("<I", reply, 4)[0]
    slots = struct.unpack_from("<I", client.ask(DESCRIBE), 24)[0]
    client.ask(ACQUIRE_CONTROL, struct.pack("<II", 0, 0))
    client.ask(ABORT)
    # CONFIGURE with no bit set changes nothing and answers with what is applied (OPU-CFG-1, OPU-CFG-2).
    pattern_bytes = struct.unpack_from("<I", client.ask(CONFIGURE, bytes(88)), 84)[0]
    patterns = [random.randbytes(pattern_bytes) for _ in range(count)]

    first = limit = None
    while limit is None or client.waiting:  # the last PATTERN_CREDIT counts
        kind, body = client.next()
        if kind == PATTERN_CREDIT:
            first, limit = struct.unpack("<QQ", body[:16])
    sent = 0

    def send_patterns():
        """OPU-PAT-2, OPU-PAT-5, OPU-PAT-9."""
        nonlocal sent
        while sent < count and first + sent < limit:
            most = max(1, (device_takes - 32) // pattern_bytes)
            batch = patterns[sent : min(count, limit - first, sent + most)]
            last = sent + len(batch) == count
            data = b"".join(batch)
            header = struct.pack("<QIBBHIIII", first + sent, len(batch), 0, last, 0, pattern_bytes, 0, 0, len(data))
            client.send(PATTERNS, header + data)
            sent += len(batch)

    send_patterns()
    expected = start = struct.unpack_from("<QQ", client.ask(START, bytes(8)))[1]
    client.send(READOUT_CREDIT, struct.pack("<Q", start + BUFFERS))
    images = []
    while True:
        kind, body = client.next()
        if kind == PATTERN_CREDIT:
            limit = struct.unpack_from("<Q", body, 8)[0]
            send_patterns()
        elif kind == READOUTS:
            for frame, pattern, image in readouts(body):
                if frame != expected or pattern != first + frame - start:
                    raise ValueError(f"frame {frame} with pattern {pattern} came instead of frame {expected}")
                expected += 1
                images.append(image)
            client.send(READOUT_ACK, struct.pack("<Q", expected))
            client.send(READOUT_CREDIT, struct.pack("<Q", expected + BUFFERS))
        elif kind == RUN_ENDED:
            _, frames_done, next_frame = struct.unpack_from("<QQQ", body)
            if frames_done != count or next_frame != expected:
                raise ValueError(f"the run had {frames_done} frames and {expected - start} came")
            break
        elif kind in (PATTERN_RESEND, REFUSED):
            raise ValueError(f"message 0x{kind:04x} should not come on a good link")
    client.ask(RELEASE_CONTROL)
    print(f"{len(images)} readouts of {len(images[0])} bytes for {count} patterns, {slots} slots")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
