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


if __name__ == "__main__":
    unittest.main()
