from __future__ import annotations

import json
import unittest
from pathlib import Path

import opu

SOURCE = Path(__file__).resolve().parent.parent / "src" / "opu"


class Copies(unittest.TestCase):
    def test_the_codec_is_the_generated_one(self) -> None:
        generated = SOURCE.parents[3] / "firmware-protocol" / "python" / "opu_protocol.py"
        self.assertEqual((SOURCE / "_protocol.py").read_text("utf-8"), generated.read_text("utf-8"))

    def test_the_version_is_that_of_the_npm_packages(self) -> None:
        package = SOURCE.parents[3] / "lerna.json"
        self.assertEqual(opu.__version__, json.loads(package.read_text("utf-8"))["version"])


if __name__ == "__main__":
    unittest.main()
