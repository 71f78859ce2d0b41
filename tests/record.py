"""What every command answers on every example, architecture and reference case, written down.

``python -m tests.record FOLDER`` runs the commands in this process and writes one file for each:
what was printed, what was said beside it, and how it ended. Two folders are then compared with
``diff -r``: a change of the house that is to change no answer shows no difference, and of one that
is to change some each is read. ``--quick`` takes a tenth of the cases, ``--only derive-json`` those
whose name has this in it, ``--list`` names them.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.documentation import ROOT, commands
from tests.readers.test_keras_cases import ROWS, source_of

DATA = Path("tests/data")
EXAMPLES = sorted(Path("docs/examples").glob("*.py"))
SOURCES = sorted([*(DATA / "keras_sources").glob("*.py"), *(DATA / "keras_styles").glob("*.py")])
CONFIGS = sorted([*(DATA / "keras_models").glob("*.gz"), *(DATA / "keras_configs").glob("*.gz")])
PAGES = {
    "text": (),
    "text-full": ("--detail", "full"),
    "text-brief": ("--detail", "brief"),
    "json": ("--format", "json"),
    "latex": ("--latex", "fragment"),
    "html": ("--format", "html"),
    "markdown": ("--format", "markdown"),
    "typst": ("--format", "typst"),
}
LEVELS = {
    **{level: ("--latex", level) for level in ("input", "article", "beamer")},
    "text-ko": ("--lang", "ko"),
    "html-ko": ("--lang", "ko", "--format", "html"),
    "text-flops": ("--count", "flops+bias"),
    "text-cs231n": ("--notation", "cs231n"),
    "text-pytorch": ("--notation", "pytorch"),
    "text-keras-full": ("--notation", "keras", "--detail", "full"),
    "latex-ng": ("--notation", "ng", "--latex", "fragment"),
    "html-d2l": ("--notation", "d2l", "--format", "html"),
}
TABLES = ("text", "json", "csv", "latex", "markdown", "html")
FREE = {"unet": "H,W,1", "mnist_cnn": "H,W,1", "resnet50": "H,W,3", "conv1d": "L,1"}
NAMES = (
    *("ResNet50", "ResNet101V2", "VGG16", "MobileNetV2", "MobileNetV3Small", "EfficientNetB0"),
    *("EfficientNetV2S", "DenseNet121", "InceptionV3", "InceptionResNetV2", "Xception"),
    *("NASNetMobile", "ConvNeXtTiny"),
)


@dataclass(frozen=True)
class Case:
    """One run: its name, what is typed, and what comes in."""

    name: str
    arguments: tuple[str, ...]
    text: str | None = None


def cases() -> Iterator[Case]:
    """Every run, in an order that stays."""
    for path in EXAMPLES:
        yield from _of_model(path.stem, str(path), (PAGES | LEVELS), 1)
        if path.stem in FREE:
            yield from _of_model(
                f"{path.stem}-free", str(path), PAGES | LEVELS, 1, "--input", FREE[path.stem]
            )
    for path in SOURCES:
        yield from _of_model(f"{path.parent.name}-{path.stem}", str(path), PAGES, 2)
    for path in CONFIGS:
        name = f"{path.parent.name}-{path.name.split('.')[0]}"
        text = gzip.decompress(path.read_bytes()).decode()
        for command in ("summary", "derive"):
            yield Case(f"config-{name}-{command}", (command, "-", "--format", "json"), text)
    for name in NAMES:
        model = f"keras.applications.{name}(input_shape=(H, W, 3))"
        for format_ in ("text", "json"):
            yield Case(f"architecture-{name}-{format_}", ("summary", model, "--format", format_))
    for name in ("ResNet50", "MobileNetV2"):
        yield from _of_model(f"architecture-{name}", f"keras.applications.{name}()", PAGES, 1)
    for row in ROWS:
        for page in ("json", "text-full"):
            name = f"case-{row['id']:04}-{row['class']}-{page}"
            yield Case(name, ("derive", "-", *PAGES[page]), source_of(row))
    for row in ROWS[::8]:
        for page in ("text", "latex", "html", "markdown", "typst"):
            name = f"case-{row['id']:04}-{row['class']}-{page}"
            yield Case(name, ("derive", "-", *PAGES[page]), source_of(row))
    types = sorted({row["class"] for row in ROWS})
    for type_ in types:
        yield Case(f"formula-{type_}", ("formula", type_))
        yield Case(f"formula-{type_}-json", ("formula", type_, "--format", "json"))
    for notation in ("layermath", "keras", "pytorch", "cs231n", "dumoulin", "ng", "d2l"):
        yield Case(f"formula-all-{notation}", ("formula", "--notation", notation))
    for format_ in ("json", "latex", "markdown"):
        yield Case(f"formula-all-{format_}", ("formula", "--format", format_))
    for seed in ("1", "2", "3"):
        for format_ in ("text", "json", "latex"):
            arguments = ("exercises", "--seed", seed, "--number", "10", "--format", format_)
            yield Case(f"exercises-{seed}-{format_}", arguments)
    yield from _questions()


def _of_model(
    name: str, model: str, pages: dict[str, tuple[str, ...]], tables: int, *more: str
) -> Iterator[Case]:
    for page, options in pages.items():
        yield Case(f"{name}-derive-{page}", ("derive", model, *more, *options))
    for format_ in TABLES[::tables]:
        yield Case(f"{name}-summary-{format_}", ("summary", model, *more, "--format", format_))


def _questions() -> Iterator[Case]:
    """What the documents ask, in every format that the command has, and comparisons."""
    number = 0
    for document in sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")]):
        for shown in commands(document.read_text(encoding="utf-8")):
            # those that read or write a file are held by the documents' own test
            files = {".toml", " -o ", "--output", "|", "<", ">"}
            if shown.is_run and not any(one in shown.command for one in files):
                number += 1
                line = shown.command.removeprefix("layermath ")
                yield Case(f"document-{document.stem}-{number:03}", ("shell", line))
    pairs = [("mnist_cnn", "mnist_cnn_same"), ("one_filter", "two_convs"), ("mnist_cnn", "unet")]
    for first, second in pairs:
        models = [f"docs/examples/{one}.py" for one in (first, second)]
        for format_ in ("text", "json", "markdown"):
            name = f"compare-{first}-{second}-{format_}"
            yield Case(name, ("compare", *models, "--format", format_))
    for picture in ("tape", "graph", "field"):
        for format_ in ("svg", "tikz"):
            arguments = ("draw", "docs/examples/mnist_cnn.py", "--what", picture)
            yield Case(f"draw-{picture}-{format_}", (*arguments, "--format", format_))


def answer(case: Case) -> str:
    """What a run prints, what it says beside it, and how it ends."""
    import shlex

    from layermath import cli

    arguments = case.arguments
    if arguments[0] == "shell":
        arguments = tuple(shlex.split(arguments[1]))
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _stream in range(2))
    stdin = io.TextIOWrapper(io.BytesIO((case.text or "").encode()), encoding="utf-8")
    status: object = 0
    with (
        mock.patch.object(sys, "argv", ["layermath", *arguments]),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code
    page, beside = map(_printed, (out, err))
    if "json" in arguments and page.startswith("{"):
        page = json.dumps(json.loads(page), indent=1, ensure_ascii=False)
    return f"{page}\n== beside it\n{beside}\n== status {status or 0}\n"


def _printed(stream: io.TextIOWrapper) -> str:
    """What went to a stream. A terminal that is none of UTF-8 would get ASCII."""
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


def write(part: tuple[list[Case], Path]) -> int:
    """Answer some of the cases into a folder."""
    for case in part[0]:
        (part[1] / f"{case.name}.txt").write_text(answer(case), encoding="utf-8")
    return len(part[0])


def main() -> None:
    """Write them all down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    os.chdir(ROOT)
    chosen = [case for case in cases() if given.only in case.name]
    chosen = chosen[::10] if given.quick else chosen
    if given.list:
        print("\n".join(case.name for case in chosen))
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    parts = [(chosen[start::32], given.folder.resolve()) for start in range(32)]
    with ProcessPoolExecutor() as pool:
        print(sum(pool.map(write, parts)), "answers written")


if __name__ == "__main__":
    main()
