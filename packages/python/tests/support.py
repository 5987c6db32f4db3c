"""What tests share: emulators behind TCP or a pseudo-terminal, and a link that is cut on purpose."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, List, Optional

from opu._process import find_command


class Emulator:
    """`opu emulate` with these options, until the block ends."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*find_command(), "emulate", *arguments, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        said = b""
        assert self.process.stdout is not None
        while True:
            said += os.read(self.process.stdout.fileno(), 65536) or b"!"
            if said.endswith(b"!"):
                raise RuntimeError(f"the emulator did not start: {said!r}")
            try:
                self.addresses: List[str] = json.loads(said)["addresses"]
                return
            except ValueError:
                continue

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


class CutLink:
    """A TCP port in front of another one, whose connections end after so many bytes of the device, each in turn."""

    def __init__(self, target: str, cuts: List[int], refuse_after: bool = False) -> None:
        host, _, port = target[len("tcp://") :].rpartition(":")
        self._target = (host, int(port))
        self._cuts = list(cuts)
        self._refuse_after = refuse_after
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self.cut = 0
        self._over = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over:
            try:
                inner, _ = self._server.accept()
            except OSError:
                return
            if self._over or (self._refuse_after and not self._cuts):
                inner.close()
                continue
            with inner, socket.create_connection(self._target) as outer:
                self._forward(inner, outer, self._cuts.pop(0) if self._cuts else None)

    def _forward(self, inner: socket.socket, outer: socket.socket, budget: Optional[int]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(inner, selectors.EVENT_READ, outer)
            selector.register(outer, selectors.EVENT_READ, inner)
            while not self._over:
                for key, _ in selector.select(0.2):
                    source: Any = key.fileobj
                    try:
                        data = source.recv(65536)
                        if source is outer and budget is not None:
                            data, budget = data[:budget], budget - len(data)
                        if data:
                            key.data.sendall(data)
                    except OSError:
                        return
                    if not data or (budget is not None and budget <= 0):
                        self.cut += 1 if data else 0
                        return

    def __enter__(self) -> "CutLink":
        return self

    def __exit__(self, *_: Any) -> None:
        self._over = True
        try:
            socket.create_connection(self._server.getsockname()).close()
        except OSError:
            pass
        self._thread.join()
        self._server.close()


class Folder:
    """A folder that is gone afterwards."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="opu-python-"))
        return self.path

    def __exit__(self, *_: Any) -> None:
        shutil.rmtree(self.path)
