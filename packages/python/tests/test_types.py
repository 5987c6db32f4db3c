from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "opu"


class Types(unittest.TestCase):
    def test_mypy_in_strict_mode_finds_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as cache:
            options = ["--strict", "--python-version", "3.9", "--cache-dir", cache, str(SOURCE)]
            said = subprocess.run([sys.executable, "-m", "mypy", *options], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def test_the_codec_is_the_generated_one(self) -> None:
        generated = SOURCE.parents[3] / "firmware-protocol" / "python" / "opu_protocol.py"
        self.assertEqual((SOURCE / "_protocol.py").read_text("utf-8"), generated.read_text("utf-8"))

    def test_the_version_is_that_of_the_npm_packages(self) -> None:
        import json

        import opu

        package = SOURCE.parents[3] / "lerna.json"
        self.assertEqual(opu.__version__, json.loads(package.read_text("utf-8"))["version"])


if __name__ == "__main__":
    unittest.main()
