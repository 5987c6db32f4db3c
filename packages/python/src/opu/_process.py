"""Emulators and replays that are started for one session and end with it."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Optional

from .errors import OpuError

_WATCHER = """
import os, subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def follow():
    code = child.wait()
    os._exit(code if code >= 0 else 1)
threading.Thread(target=follow, daemon=True).start()
os.close(1)
while os.read(0, 1):
    pass
child.terminate()
try:
    child.wait(5)
except subprocess.TimeoutExpired:
    child.kill()
"""
"""Runs a command until its standard input ends, which it does with the process that holds the other end, however that ends."""


def find_command() -> List[str]:
    """The `opu` command: OPU_COMMAND, on PATH, or in `node_modules/.bin` here or in a folder above."""
    given = os.environ.get("OPU_COMMAND")
    if given:
        return shlex.split(given)
    found = shutil.which("opu")
    if found is not None:
        return [found]
    here = Path.cwd()
    for folder in (here, *here.parents):
        candidate = folder / "node_modules" / ".bin" / "opu"
        if candidate.exists():
            return [str(candidate)]
    raise OpuError(
        "NOT_SUPPORTED",
        "An emulated or replayed device needs the `opu` command, which is neither on PATH nor in node_modules/.bin.",
        remedy="Install it with `npm install -g opu-sdk` (Node 20 or later), or set OPU_COMMAND to it.",
    )


class DeviceProcess:
    """An `opu emulate` on a free port of this machine."""

    def __init__(self, arguments: List[str], timeout: float) -> None:
        command = [*find_command(), "emulate", *arguments, "--tcp", "127.0.0.1:0", "--json"]
        self._log = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _WATCHER, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
            )
        except OSError as error:
            self._log.close()
            raise OpuError("NOT_SUPPORTED", f"{command[0]} cannot be started: {error}.") from error
        try:
            self.port = self._port(timeout)
        except BaseException:
            self.close()
            raise

    def _port(self, timeout: float) -> int:
        out, deadline = self._process.stdout, time.monotonic() + timeout
        assert out is not None
        said = b""
        while True:
            ready, _, _ = select.select([out], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise OpuError("TIMEOUT", f"The emulator did not start within {timeout:g} s.")
            piece = os.read(out.fileno(), 65536)
            if not piece:
                raise self._failure()
            said += piece
            try:
                addresses = json.loads(said)["addresses"]
            except ValueError:
                continue
            return int(addresses[0].rpartition(":")[2])

    def _failure(self) -> OpuError:
        self._process.wait(10)
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace").strip()
        return OpuError("INVALID_ADDRESS", f"The emulator did not start: {text or 'it said nothing'}")

    def is_running(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._log.close()


def emulator_arguments(profile: str, query: "dict[str, str]") -> List[str]:
    """Options of `opu emulate` for the query of an `emulator:` address; its clock is virtual unless the address says otherwise."""
    options = {"clock": "virtual", **query}
    arguments: List[str] = [profile or "opu-1m-300k"]
    for key, value in options.items():
        arguments += [f"--{key}", value]
    return arguments


def replay_arguments(text: str, clock: Optional[str]) -> List[str]:
    return [text, "--clock", clock or "virtual"]
