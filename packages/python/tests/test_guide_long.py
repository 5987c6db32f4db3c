"""The Python of the guide and of the READMEs runs; blocks of one page share their names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Guide(unittest.TestCase):
    def test_every_block_of_python_runs(self) -> None:
        for page in ("docs/guides/python.md", "packages/python/README.md", "README.md"):
            blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
            self.assertTrue(blocks, page)
            options = ["-X", "dev", "-W", "error::ResourceWarning", "-c", "\n".join(blocks)]
            done = subprocess.run([sys.executable, *options], capture_output=True, text=True, env=dict(os.environ))
            self.assertEqual(done.returncode, 0, f"{page}: {done.stderr}")
            self.assertNotIn("ResourceWarning", done.stderr)


if __name__ == "__main__":
    unittest.main()
