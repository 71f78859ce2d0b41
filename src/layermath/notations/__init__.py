"""The notations that there are (`presets`, and a user's `own`), and what writes a derivation in one
of them (`restating`)."""

from __future__ import annotations

from typing import TypeVar

from layermath.derivation.records import Derivation
from layermath.setting.notation import LAYERMATH, Notation

Options = TypeVar("Options")


def in_its_notation(derivation: Derivation, options: Options) -> tuple[Derivation, Options]:
    """The derivation as the options' notation has it, and the options with a notation in which no
    letter stands for two things. The first line of every renderer."""
    notation: Notation = options.notation  # type: ignore[attr-defined]  # all options have it
    if notation.applied or notation == LAYERMATH:
        return derivation, options
    from layermath.notations.restating import in_notation

    return in_notation(derivation, options)
