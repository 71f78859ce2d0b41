"""The models that are typeset: the examples, one with hostile names, one layer of each type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import layermath as lm
from layermath.derivation.records import NetworkDerivation
from tests.layers.keras_cases import CASES

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

EVIL = r"""
keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(8, 3, name="block_1-conv%"),
    layers.Conv2D(8, 3, name="\\input{x}"),
    layers.Conv2D(8, 3, name="<script>$a^2$ & #1 ~ {"),
    layers.MaxPooling2D(2, name="caf\u00e9_\U0001F600_\u0416_\u03b1\u2081\\\\"),
    layers.Conv2D(8, 3, name="a_name_" * 12),
    layers.Flatten(name="\\end{document}"),
    layers.Dense(10, name="}\\end{frame}"),
], name="]}\\def\\x{%")
"""


def example(name: str) -> NetworkDerivation:
    """One of ``docs/examples``."""
    return lm.derive(lm.load(EXAMPLES / f"{name}.py")).data


def evil() -> NetworkDerivation:
    """Names that would be commands."""
    return lm.derive(lm.loads(EVIL)).data


def of_each_type() -> Iterator[tuple[str, str]]:
    """For each layer type the source of a model with one layer of it."""
    seen = set()
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        kind, call = case["class"], case["call"]
        if kind in seen or "output_shape" not in case or not call.startswith("layer("):
            continue
        seen.add(kind)
        shapes = [tuple(shape) for shape in case["input_shapes"]]
        names = [f"x{place}" for place in range(len(shapes))]
        inputs = "\n".join(
            f"{name} = keras.Input({shape!r})" for name, shape in zip(names, shapes, strict=True)
        )
        used = re.sub(r"\bx\b", "x0", call)
        yield (
            kind,
            f"{inputs}\nlayer = {case['source']}\n"
            f"model = keras.Model([{', '.join(names)}], {used})\n",
        )
