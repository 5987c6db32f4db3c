"""The wheel and the sdist, built without network, and tried in an empty environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
TRY = "import opu; print(opu.__version__, opu.__file__)\nwith opu.connect('emulator:tiny') as d: print(d.identity.profile)"


class Wheel(unittest.TestCase):
    def test_wheel_and_sdist_build_and_the_wheel_works_in_an_empty_environment(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            copy = folder / "source"
            shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
            clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
            made = subprocess.run(
                [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "made"), str(copy)],
                capture_output=True,
                text=True,
                env=clean,
            )
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            (wheel,) = (folder / "made").glob("opu_sdk-*.whl")
            (sdist,) = (folder / "made").glob("opu*sdk-*.tar.gz")
            listed = subprocess.run(["tar", "tzf", str(sdist)], capture_output=True, text=True, check=True).stdout
            for wanted in ("pyproject.toml", "opu/py.typed", "opu/lightonml/datasets.py", "opu/encoding/base.py"):
                self.assertIn(wanted, listed)
            subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(folder / "venv")], check=True)
            python = str(folder / "venv" / "bin" / "python")
            install = [python, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", str(wheel)]
            installed = subprocess.run(install, capture_output=True, text=True, env=clean)
            self.assertEqual(installed.returncode, 0, installed.stderr)
            said = subprocess.run([python, "-c", TRY], capture_output=True, text=True, env=clean, cwd=folder)
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertIn(str(folder / "venv"), said.stdout)
            self.assertTrue(said.stdout.endswith("tiny\n"))


if __name__ == "__main__":
    unittest.main()
