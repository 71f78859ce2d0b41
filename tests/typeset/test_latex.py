"""Every level compiles, with pdflatex and with lualatex, and nothing stands outside its place."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import layermath as lm
from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex import LatexOptions, Level, render
from layermath.notations.files import PRESETS
from layermath.setting.language import language
from tests.typeset.latex import compile_, wrapped
from tests.typeset.models import evil, example, of_each_type

pytestmark = [
    pytest.mark.typeset,
    pytest.mark.skipif(shutil.which("pdflatex") is None, reason="TeX is not installed"),
]
FULL = bool(os.environ.get("LAYERMATH_FULL"))
NAMES = ("mnist_cnn", "two_convs_free", "unet", "conv1d", "resnet50")
NOTATIONS = tuple(PRESETS) if FULL else ("cs231n", "ng")
TYPES = dict(of_each_type())
HANGUL = "\\usepackage{kotex}\n"


def around(level: Level, options: LatexOptions, text: str) -> str:
    """The smallest document around ``it.tex``: with what it says that it requires, in the order of
    its saying; a fragment requires nothing but amsmath."""
    packages = "".join(
        dict.fromkeys(re.findall(r"^%   (\\usepackage\{\w+\}\n)", text, re.MULTILINE))
    )
    if level is Level.FRAGMENT:
        packages = "\\usepackage{amsmath}\n"
        packages += HANGUL if options.language.code == "ko" else ""
    return wrapped(f"{packages}\\allowdisplaybreaks\n")


def document(
    derivation: NetworkDerivation, level: Level, options: LatexOptions, folder: Path
) -> str:
    """A document: of a fragment and a file to input, the smallest around it."""
    text = render(derivation, options, level)
    if level not in (Level.FRAGMENT, Level.INPUT):
        return text
    (folder / "it.tex").write_text(text, encoding="utf-8")
    return around(level, options, text)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str, level: Level, tmp_path: Path) -> None:
    pages = compile_(document(example(name), level, LatexOptions(), tmp_path), tmp_path)
    assert pages <= 300


@pytest.mark.parametrize("level", list(Level))
def test_hostile_names(level: Level, tmp_path: Path) -> None:
    compile_(document(evil(), level, LatexOptions(), tmp_path), tmp_path)


@pytest.mark.skipif(shutil.which("lualatex") is None, reason="lualatex is not installed")
@pytest.mark.parametrize("level", [Level.ARTICLE, Level.BEAMER, Level.EXAM])
def test_lualatex(level: Level, tmp_path: Path) -> None:
    text = document(example("mnist_cnn"), level, LatexOptions(), tmp_path)
    compile_(text, tmp_path, "lualatex")


@pytest.mark.parametrize("level", list(Level))
def test_korean(level: Level, tmp_path: Path) -> None:
    options = LatexOptions(language=language("ko"))
    compile_(document(example("mnist_cnn"), level, options, tmp_path), tmp_path)


@pytest.mark.parametrize("level", [Level.FRAGMENT, Level.ARTICLE, Level.BEAMER])
@pytest.mark.parametrize("notation", NOTATIONS)
def test_notations(notation: str, level: Level, tmp_path: Path) -> None:
    options = LatexOptions(notation=PRESETS[notation])
    compile_(document(example("mnist_cnn"), level, options, tmp_path), tmp_path)


def test_the_switch_of_an_exam_moves_nothing(tmp_path: Path) -> None:
    questions = render(example("mnist_cnn"), LatexOptions(), Level.EXAM)
    solutions = questions.replace("\\solutionsfalse", "\\solutionstrue")
    assert compile_(questions, tmp_path) == compile_(solutions, tmp_path)


def every_type(level: Level, options: LatexOptions, folder: Path) -> str:
    """All layer types in one document, as starting TeX takes most of the time."""
    texts = [render(lm.derive(lm.loads(source)).data, options, level) for source in TYPES.values()]
    if level in (Level.FRAGMENT, Level.INPUT):
        (folder / "it.tex").write_text("\n\n".join(texts), encoding="utf-8")
        return around(level, options, "".join(texts))
    head, begin, _body = texts[0].partition("\\begin{document}\n")
    bodies = "\n\\clearpage\n".join(
        text.partition(begin)[2].removesuffix("\\end{document}\n") for text in texts
    )
    hangul = HANGUL if "kotex" not in head and options.language.code == "ko" else ""
    return f"{head}{hangul}{begin}{bodies}\\end{{document}}\n"


@pytest.mark.parametrize("code", ["en", "ko"])
@pytest.mark.parametrize("level", list(Level))
def test_every_layer_type(level: Level, code: str, tmp_path: Path) -> None:
    if not FULL and (level, code) not in ((Level.INPUT, "en"), (Level.ARTICLE, "ko")):
        pytest.skip("LAYERMATH_FULL=1 compiles every level in both languages")
    options = LatexOptions(language=language(code))
    compile_(every_type(level, options, tmp_path), tmp_path)


@pytest.mark.skipif(not FULL, reason="LAYERMATH_FULL=1 compiles every layer type in each notation")
@pytest.mark.parametrize("code", ["en", "ko"])
@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("notation", PRESETS)
def test_every_layer_type_in_each_notation(
    notation: str, level: Level, code: str, tmp_path: Path
) -> None:
    options = LatexOptions(language=language(code), notation=PRESETS[notation])
    compile_(every_type(level, options, tmp_path), tmp_path)
