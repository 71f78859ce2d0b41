"""EinsumDense: shapes, weights and products from the letters of the equation."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue
from layermath.vocabulary.layer import Layer

EINSUM = catalogue()["EinsumDense"]


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias", "shape", "output", "params", "macs"),
    [
        ("abc,cd->abd", (None, 64), "d", (32, 128), (32, 64), 8256, 32 * 128 * 64),
        ("abc,cd->abd", (32, 64), "bd", (32, 128), (32, 64), 10240, 32 * 128 * 64),
        ("...x,xy->...y", 64, "y", (32, 128), (32, 64), 8256, 32 * 128 * 64),
        ("...x,xy->...y", 64, None, (3, 4, 8), (3, 4, 64), 512, 3 * 4 * 8 * 64),
        ("ab...,bc->ac...", 12, "c", (6, 5, 4), (12, 5, 4), 84, 6 * 12 * 5 * 4),
        ("abc,cde->abde", (None, 2, 3), "de", (5, 8), (5, 2, 3), 54, 5 * 8 * 2 * 3),
        ("abc,bcd->abd", (5, 64), None, (5, 8), (5, 64), 2560, 5 * 8 * 64),
        ("abcd,cde->abe", (None, 512), "e", (10, 8, 64), (10, 512), 262656, 10 * 512 * 512),
    ],
)
def test_letters_give_everything(
    equation: str,
    output_shape: object,
    bias: str | None,
    shape: tuple[int, ...],
    output: tuple[int, ...],
    params: int,
    macs: int,
) -> None:
    done = EINSUM.bind((equation, output_shape), {"bias_axes": bias})(shape)
    assert (done.outputs, done.params, done.macs) == ((output,), params, macs)


def test_several_axes_before_the_last_stay_in_their_order() -> None:
    """Keras names ``(4, 3, 64)`` for the input ``(3, 4, 8)``; data have ``(3, 4, 64)``."""
    done = EINSUM.bind(("...x,xy->...y", 64), {})((3, 4, 8))
    assert done.outputs == ((3, 4, 64),)


@pytest.mark.parametrize("bias", ["d", "bd"])
def test_each_output_value_takes_one_bias(bias: str) -> None:
    def made(equation: str, output_shape: object, bias: str | None) -> Layer:
        return EINSUM.bind((equation, output_shape), {"bias_axes": bias})

    layer = made("abc,cd->abd", (6, 4), bias)
    added = sum(1 for _b in range(6) for _d in range(4))
    assert layer((6, 3)).bias_additions == added
    beside = made("...c,cd->...d", (4,), "d")
    assert beside((5, 6, 3)).bias_additions == 5 * added
    behind = made("abc...,bcd->ad...", (4,), "d")
    assert behind((2, 3, 7, 6)).bias_additions == 7 * added
    assert made("abc,cd->abd", (6, 4), None)((6, 3)).additions is None


def test_letters_of_a_model() -> None:
    length, width, units = (symbol(name) for name in "LCU")
    done = EINSUM.bind(("abc,cd->abd", (None, units)), {"bias_axes": "d"})((length, width))
    assert done.outputs == ((length, units),)
    assert done.params == (width + 1) * units
    assert done.macs == length * width * units


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias"),
    [
        ("abc, cd->abd", (None, 64), None),
        ("abc,cd->abe", (None, 64), None),
        ("abc,cd->abd", (5, 64), None),
        ("abc,cd->abd", (None, 64), "bd"),
        ("abc,cd->abd", (None, 64), "c"),
        ("abc,cd->abd", 64, None),
        ("abcd,de->abce", (None, None, 64), None),
    ],
)
def test_what_it_refuses(equation: str, output_shape: object, bias: str | None) -> None:
    with pytest.raises(ModelProblem):
        EINSUM.bind((equation, output_shape), {"bias_axes": bias})((32, 128))


def test_thin_matrices() -> None:
    keywords = {"bias_axes": "de", "lora_rank": 2}
    done = EINSUM.bind(("abc,cde->abde", (None, 2, 3)), keywords)((5, 8))
    assert (done.params, done.trainable_params) == (92, 44)
