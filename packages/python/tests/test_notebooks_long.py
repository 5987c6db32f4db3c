"""Every notebook of docs/notebooks runs from its first cell to its last, and shows its figures."""

from __future__ import annotations

import os
import unittest
import warnings
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "notebooks"


class Notebooks(unittest.TestCase):
    def test_all_run_and_show_their_figures(self) -> None:
        found = sorted(FOLDER.glob("*.ipynb"))
        self.assertGreaterEqual(len(found), 5)
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        for path in found:
            with self.subTest(path.name), warnings.catch_warnings():
                # The kernel's own libraries leave sockets to the collector.
                warnings.simplefilter("ignore")
                book = nbformat.read(path, as_version=4)
                NotebookClient(book, timeout=120, kernel_name="python3").execute()
                if os.environ.get("OPU_WRITE_NOTEBOOKS"):
                    for cell in book.cells:
                        cell.metadata.pop("execution", None)
                    nbformat.write(book, path)
                outputs = [o for cell in book.cells if cell.cell_type == "code" for o in cell.outputs]
                wanted = sum(cell.source.count("plt.show()") for cell in book.cells if cell.cell_type == "code")
                figures = sum("image/png" in o.get("data", {}) for o in outputs)
                self.assertGreater(wanted, 0)
                self.assertEqual(figures, wanted)


if __name__ == "__main__":
    unittest.main()
