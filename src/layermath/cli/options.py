"""What one may type: the arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from layermath.cli.language import VARIABLE, speak
from layermath.notations import NAMES
from layermath.setting.language import languages

# Words that an option takes ---------------------------------------------------------------------

DetailOption = StrEnum("DetailOption", ["brief", "normal", "full"])
CountOption = StrEnum(
    "CountOption",
    [("macs", "macs"), ("flops", "flops"), ("flops_with_biases", "flops+bias")],
)
LatexLevel = StrEnum("LatexLevel", ["fragment", "input", "article", "beamer", "exam"])
DerivationFormat = StrEnum(
    "DerivationFormat", ["text", "json", "latex", "markdown", "html", "typst"]
)
TableFormat = StrEnum("TableFormat", ["text", "markdown", "latex", "csv", "json", "html"])
SheetFormat = StrEnum("SheetFormat", ["text", "json", "markdown"])
ExercisesFormat = StrEnum("ExercisesFormat", ["text", "latex", "json"])
AnswerFormat = StrEnum("AnswerFormat", ["text", "json"])
What = StrEnum("What", ["graph", "tape", "field"])
PictureFormat = StrEnum("PictureFormat", ["svg", "tikz"])
DIFFICULTIES = ("easy", "medium", "hard")

WRITTEN = typer.Option("--format", help="How it is written.")

# Arguments and options --------------------------------------------------------------------------

MODEL_HELP = (
    "A Keras source, notebook, configuration (.json) or archive (.keras); - for standard input; or "
    "the source itself in quotes."
)

Model = Annotated[str, typer.Argument(metavar="MODEL", help=MODEL_HELP)]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A value for a symbol; again and again."),
]
Input = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="SHAPE",
        help="The input shape, with numbers or letters: H,W,3. Several inputs: NAME=SHAPE.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Which model, where a file builds several."),
]
CallText = Annotated[
    str | None,
    typer.Option(
        "--call", metavar="EXPRESSION", help="What to evaluate in the file for the model."
    ),
]
LayerName = Annotated[
    list[str] | None,
    typer.Option("--layer", metavar="NAME", help="Show these layers only; again and again."),
]
Detail = Annotated[DetailOption, typer.Option("--detail", help="How much is shown.")]
Counted = Annotated[
    CountOption,
    typer.Option(
        "--count",
        help="flops adds FLOPs beside the MACs: one MAC is 2 FLOPs. flops+bias also counts the "
        "addition of each bias. Pooling, activations and normalisation are in neither.",
    ),
]


def _notations(incomplete: str) -> list[str]:
    return [name for name in ("layermath", *NAMES) if name.startswith(incomplete)]


def _two_notations(incomplete: str) -> list[str]:
    first, comma, second = incomplete.partition(",")
    return [f"{first},{name}" for name in _notations(second)] if comma else _notations(first)


NotationName = Annotated[
    str,
    typer.Option(
        "--notation",
        metavar="NAME",
        autocompletion=_notations,
        help=f"Whose letters and forms: {', '.join(NAMES)}; or your own, FILE.toml.",
    ),
]
TwoNotations = Annotated[
    str | None,
    typer.Option(
        "--compare-notation",
        metavar="A,B",
        autocompletion=_two_notations,
        help="Two notations side by side, and why they are equal: dumoulin,pytorch.",
    ),
]
Latex = Annotated[
    LatexLevel | None,
    typer.Option(
        "--latex",
        help="LaTeX: formulas to paste (fragment), a file to input into notes, or a whole article, "
        "slides or exam. By default a .tex file is one to input, and anything else a fragment.",
    ),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write into a file.")
]
Ascii = Annotated[
    bool, typer.Option("--ascii", help="Write floor((H - 6)/4) where signs come out wrong.")
]


def _codes(incomplete: str) -> list[str]:
    return [code for code in languages() if code.startswith(incomplete)]


Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="CODE",
        envvar=VARIABLE,
        show_envvar=False,
        is_eager=True,
        callback=speak,
        autocompletion=_codes,
        help="The language of sentences and errors: en, ko. LAYERMATH_LANG sets it for good.",
    ),
]
