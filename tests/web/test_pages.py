"""The page in a browser: nothing overflows, folded or not, by day or night, on paper."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from functools import cache
from pathlib import Path

import pytest

import layermath
from layermath.derivation.records import Detail
from layermath.formats.html import HtmlOptions, render
from layermath.formats.html.stylesheet import DARK, LIGHT
from tests.web.chromium import Chromium

pytestmark = pytest.mark.web

EXAMPLES = Path("docs/examples")
NAMES = ["mnist_cnn", "two_convs_free", "unet", "conv1d", "mnist_cnn_free", "resnet50"]
WIDTHS = (320, 360, 480, 700, 820, 1000, 1200, 1600)


@cache
def page(name: str, detail: Detail = Detail.NORMAL) -> str:
    derivation = layermath.derive(layermath.load(EXAMPLES / f"{name}.py"))
    return render(derivation.data, HtmlOptions(detail))


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows(chromium: Chromium, name: str) -> None:
    for found in chromium.measure(page(name), WIDTHS):
        width = found["width"]
        for state in ("shut", "open"):
            assert found[state]["wide"] <= found[state]["room"] == width, (width, state, found)
        assert not found["outside"], (width, found["outside"])
        assert found["cut"] > -1, (width, found["cut"])


def test_a_page_of_hostile_names_does_not_overflow(chromium: Chromium) -> None:
    source = (
        "keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, name='"
        + "block_1-conv%" * 8
        + "'), layers.Dense(3, name='<script>alert(1)')])"
    )
    derivation = layermath.derive(layermath.loads(source))
    for found in chromium.measure(render(derivation.data), (320, 360, 820, 1200)):
        assert found["open"]["wide"] <= found["open"]["room"], found


def test_every_equals_sign_stands_on_one_line(chromium: Chromium) -> None:
    """Of a page without nested layers, on a screen that is wide enough."""
    (found,) = chromium.measure(page("mnist_cnn"), (1200,))
    assert found["equals"] == 1


def test_it_follows_what_the_reader_prefers(chromium: Chromium) -> None:
    (light,) = chromium.measure(page("conv1d"), (1200,))
    (dark,) = chromium.measure(page("conv1d"), (1200,), dark=True)
    assert light["ground"] == rgb(LIGHT["paper"])
    assert dark["ground"] == rgb(DARK["paper"])


def colours(picture: Path) -> tuple[int, int, int]:
    """Width, height and the number of different rows of a picture."""
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    place, packed = 8, b""
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + length]
        place += 12 + length
    rows = zlib.decompress(packed)
    line = width * {2: 3, 6: 4}[kind] + 1
    return width, height, len({rows[start : start + line] for start in range(0, len(rows), line)})


@pytest.mark.parametrize("name", ["mnist_cnn", "resnet50"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 820, 1200])
def test_pictures(chromium: Chromium, name: str, width: int, dark: bool) -> None:
    picture = chromium.picture(page(name), f"{name}-{width}-{dark}", width, 2000, dark=dark)
    wide, high, rows = colours(picture)
    assert (wide, high) == (max(width, 500), 2000)
    assert rows > 300  # text, from the top of the page to its end


@pytest.mark.parametrize("name", ["mnist_cnn", "mnist_cnn_free"])
def test_it_prints_unfolded(chromium: Chromium, name: str) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    printed = chromium.printed(page(name), name)
    command = ["pdftotext", "-layout", str(printed), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    text = " ".join(done.stdout.split())
    assert "one feature map for each filter" in text  # from a fold that is shut on the screen
    assert "Contents" not in text
