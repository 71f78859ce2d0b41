"""The notations that there are, as TOML `files`, and what writes a derivation in one of them
(`restating`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from layermath.setting.notation import LAYERMATH, Notation

if TYPE_CHECKING:
    from layermath.derivation.records import NetworkDerivation

Options = TypeVar("Options")

FOLDER = Path(__file__).parent / "presets"
"""Where the notations are that come with layermath."""

NAMES = tuple(sorted(file.name.removesuffix(".toml") for file in FOLDER.iterdir()))
"""What they are called, on the command line too."""


def in_its_notation(
    derivation: NetworkDerivation, options: Options
) -> tuple[NetworkDerivation, Options]:
    """The derivation as the options' notation has it, and the options with a notation in which no
    letter stands for two things. The first line of every renderer."""
    notation: Notation = options.notation  # type: ignore[attr-defined]  # all options have it
    if notation.applied or notation == LAYERMATH:
        return derivation, options
    from layermath.notations.restating import in_notation

    return in_notation(derivation, options)
