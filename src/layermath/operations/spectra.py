"""Fourier transforms of a pair of tensors, the real parts and the imaginary ones.

Source: Keras, *FFT ops*. Each is computed by a fast algorithm, not as a contraction: it counts no
multiply-accumulates.
"""

from __future__ import annotations

from typing import ClassVar

from layermath.messages import _
from layermath.operations.broadcasting import sizes_agree
from layermath.operations.operation import Operation, TouchesBatch, alike, several
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.layer import Shape


class Fourier(Operation, abstract=True):
    """The shape stays, of both parts: two outputs. ``along`` is the number of axes, the last ones,
    that are transformed together."""

    along: ClassVar[int] = 1

    def apply(self, x: list[Shape]) -> Applied:
        """Apply to a pair of tensors. Raises `ModelProblem` where their shapes differ,
        `TouchesBatch` where they have too few axes."""
        shapes = several(x)
        if len(shapes) != 2 or len(shapes[0]) != len(shapes[1]):
            raise ModelProblem(_("it takes two tensors of one shape: the real and imaginary parts"))
        if len(shapes[0]) < self.along:
            raise TouchesBatch
        return Applied(
            (shapes[0], shapes[1]),
            view="unknown",
            requirements=tuple(
                sizes_agree(number, *sizes)
                for number, sizes in enumerate(zip(*shapes, strict=True), start=1)
            ),
            nest=(0, 1),
        )


class Fourier2(Fourier, abstract=True):
    """Over the last two axes."""

    along = 2


TYPES = (*alike(Fourier, ("FFT",)), *alike(Fourier2, ("FFT2", "IFFT2")))
