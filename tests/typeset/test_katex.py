"""KaTeX, which knows less than TeX, sets every fragment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import layermath as lm
from layermath.formats.latex import LatexOptions, Level, render
from layermath.notations.files import PRESETS
from layermath.setting.language import language
from tests.typeset.models import evil, example, of_each_type

FULL = bool(os.environ.get("LAYERMATH_FULL"))
NODE = shutil.which("node")
SCRIPT = Path(__file__).with_name("katex.cjs")


def _installed() -> bool:
    if NODE is None:
        return False
    asked = [NODE, "-e", "require('katex')"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.typeset,
    pytest.mark.skipif(not _installed(), reason="NODE_PATH leads to no katex"),
]


def _refused(fragments: dict[str, str]) -> dict[str, str]:
    """What KaTeX says against fragments, by their names."""
    assert NODE is not None
    asked = json.dumps(list(fragments.values()))
    done = subprocess.run(
        [NODE, str(SCRIPT)], input=asked, capture_output=True, text=True, timeout=600, check=True
    )
    return {
        name: said for name, said in zip(fragments, json.loads(done.stdout), strict=True) if said
    }


def test_examples_names_and_notations() -> None:
    fragments = {
        name: render(example(name), LatexOptions(), Level.FRAGMENT)
        for name in ("mnist_cnn", "two_convs_free", "unet", "conv1d", "resnet50")
    }
    fragments["evil"] = render(evil(), LatexOptions(), Level.FRAGMENT)
    for name, notation in PRESETS.items():
        options = LatexOptions(notation=notation)
        fragments[name] = render(example("mnist_cnn"), options, Level.FRAGMENT)
    assert not _refused(fragments)


@pytest.mark.parametrize("code", ["en", "ko"])
def test_every_layer_type(code: str) -> None:
    options = LatexOptions(language=language(code))
    fragments = {
        kind: render(lm.derive(lm.loads(source)).data, options, Level.FRAGMENT)
        for kind, source in of_each_type()
    }
    assert not _refused(fragments)


@pytest.mark.skipif(not FULL, reason="LAYERMATH_FULL=1 sets every layer type in each notation")
@pytest.mark.parametrize("notation", PRESETS)
def test_every_layer_type_in_each_notation(notation: str) -> None:
    options = LatexOptions(notation=PRESETS[notation])
    fragments = {
        kind: render(lm.derive(lm.loads(source)).data, options, Level.FRAGMENT)
        for kind, source in of_each_type()
    }
    assert not _refused(fragments)


def test_a_command_that_it_does_not_know_is_refused() -> None:
    assert _refused({"num": "\\begin{align*}\\num{3}\\end{align*}", "none": ""}).keys() == {
        "num",
        "none",
    }
