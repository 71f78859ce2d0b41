"""A notebook that is run: a derivation typesets itself."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.web

SOURCE = """
import layermath as lm
network = lm.load("docs/examples/mnist_cnn.py")
lm.derive(network)
"""


def test_a_derivation_typesets_itself() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "execute_result"
    data = output.data
    assert {"text/html", "text/latex", "text/markdown", "text/plain"} <= set(data)
    assert data["text/html"].startswith('<div class="lm cell"')
    assert "<math" in data["text/html"]
    assert "113,386" in data["text/html"]
    assert r"\begin{align*}" in data["text/latex"]
    assert r"\begin{aligned}" in data["text/markdown"]
    assert data["text/plain"].startswith("<derivation of mnist_cnn")
    assert len(data["text/html"]) < 150_000
    nbformat.validate(notebook)
