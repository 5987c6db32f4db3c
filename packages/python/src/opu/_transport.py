"""Byte streams to a device: TCP and serial lines. They never block; whoever uses them waits with `select`."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any, Optional

from .errors import OpuError


class Transport:
    """One connection. After a loss another one is opened; nothing is used again."""

    carrier = "length"

    def fileno(self) -> int:
        raise NotImplementedError

    def read(self) -> Optional[bytes]:
        """What has come; nothing at the end. Raises BlockingIOError when nothing is there, OSError when the link is broken."""
        raise NotImplementedError

    def write(self, data: memoryview) -> int:
        """Takes as many bytes as it can at once."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class TcpTransport(Transport):
    def __init__(self, host: str, port: int, timeout: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise OpuError("LINK_UNAVAILABLE", f"tcp://{host}:{port} cannot be opened: {error}.") from error
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self) -> Optional[bytes]:
        return self._socket.recv(1 << 18) or None

    def write(self, data: memoryview) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def close(self) -> None:
        self._socket.close()


_PIECE = 4096


class SerialTransport(Transport):
    """A serial line, raw, eight bits, opened for this process alone."""

    carrier = "stream"

    def __init__(self, path: str, baud: int) -> None:
        try:
            import fcntl
            import termios
        except ImportError:
            text = f"serial:{path} needs a POSIX system."
            raise OpuError("NOT_SUPPORTED", text, remedy="Use `opu` to serve the line over TCP.") from None
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            code = "PERMISSION_DENIED" if error.errno == errno.EACCES else "LINK_UNAVAILABLE"
            raise OpuError(code, f"serial:{path} cannot be opened: {error.strerror}.") from error
        try:
            self._set(termios, fcntl, path, baud)
        except BaseException:
            os.close(self._fd)
            raise

    def _set(self, termios: Any, fcntl: Any, path: str, baud: int) -> None:
        speed = getattr(termios, f"B{baud}", None)
        if speed is None:
            raise OpuError("INVALID_ADDRESS", f"serial:{path}: {baud} baud is no rate of this system.")
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OpuError("DEVICE_BUSY", f"serial:{path} is open in another program.") from None
        try:
            flags = termios.CS8 | termios.CREAD | termios.CLOCAL
            modes = termios.tcgetattr(self._fd)
            control = list(modes[6])
            control[termios.VMIN], control[termios.VTIME] = 1, 0
            termios.tcsetattr(self._fd, termios.TCSANOW, [0, 0, flags, 0, speed, speed, control])
            termios.tcflush(self._fd, termios.TCIOFLUSH)
        except termios.error as error:
            raise OpuError("LINK_UNAVAILABLE", f"serial:{path} is no serial line: {error}.") from error

    def fileno(self) -> int:
        return self._fd

    def read(self) -> Optional[bytes]:
        return os.read(self._fd, 1 << 16) or None

    def write(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data[:_PIECE])
        except BlockingIOError:
            return 0

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
