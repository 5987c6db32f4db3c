"""Device addresses: `scheme:target?key=value&key=value`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Dict, Sequence
from urllib.parse import unquote

from .errors import OpuError

EXAMPLES = "emulator:opu-1m-300k?seed=7, tcp://127.0.0.1:4040, serial:/dev/ttyACM0, replay:file.mcap"


@dataclass(frozen=True)
class Address:
    text: str
    scheme: str
    target: str
    query: Dict[str, str]

    def check(self, known: Sequence[str]) -> None:
        """Refuses a key that the scheme does not know."""
        for key in self.query:
            if key in known:
                continue
            near = difflib.get_close_matches(key, known, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise OpuError("INVALID_ADDRESS", f'"{key}" is no option of a {self.scheme}: address ({takes}).{hint}')


def parse_address(text: str) -> Address:
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*):([^?]*)(?:\?(.*))?", text.strip(), re.DOTALL)
    if match is None:
        raise OpuError("INVALID_ADDRESS", f'"{text}" is no device address. Addresses look like {EXAMPLES}.')
    query: Dict[str, str] = {}
    for pair in (match[3] or "").split("&"):
        if not pair:
            continue
        key, equals, value = pair.partition("=")
        if unquote(key) in query:
            raise OpuError("INVALID_ADDRESS", f'"{text}" is no device address: "{key}" is given twice.')
        query[unquote(key)] = unquote(value) if equals else "1"
    target = match[2][2:] if match[2].startswith("//") else match[2]
    return Address(text.strip(), match[1].lower(), unquote(target), query)
