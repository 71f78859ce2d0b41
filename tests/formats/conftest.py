"""Two derivations made by hand: one in numbers, with a floor that cuts, and one in letters."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from sympy import Expr, Ge, Integer, Rational, Symbol, floor

from layermath.algebra.floors import FloorDiv, Size, letter, symbol
from layermath.algebra.written import add, in_order, mul
from layermath.derivation.compose import in_flow
from layermath.derivation.records import (
    Detail,
    Field,
    LayerDerivation,
    ModelInput,
    NamedSize,
    NetworkDerivation,
    Quantity,
    Shape,
    Step,
    Tape,
    Totals,
    Whole,
)
from layermath.messages import Code, Count, Extent, Message, Name, _

LETTERS = ("H_in", "H_out", "W_out", "W_in", "K", "S", "P", "F", "C_in", "N", "M")
H_IN, H_OUT, W_OUT, W_IN, K, S, P, F, C_IN, N, M = map(letter, LETTERS)
H, H_1 = symbol("H"), symbol("H_1")
ONE, TWO, THREE = Integer(1), Integer(2), Integer(3)


def div(numerator: Expr, denominator: Expr) -> Expr:
    """A floor quotient as it was written."""
    return FloorDiv(numerator, denominator, evaluate=False)


def quantity(
    name: str,
    letter: Symbol,
    label: Message,
    steps: list[Step],
    result: Size,
    where: dict[Symbol, Size],
    **rest: object,
) -> Quantity:
    """A quantity with its letters."""
    made = Quantity(name, letter, label, tuple(steps), result, MappingProxyType(where))
    return replace(made, **rest)  # type: ignore[arg-type]  # keywords of Quantity


def layer(
    name: str, kind: str, shapes: tuple[Shape, Shape], params: int, macs: Size, **rest: object
) -> LayerDerivation:
    """A layer with numbers; ``rest`` replaces what a test needs otherwise."""
    before, after = ((shape,) for shape in shapes)
    made = LayerDerivation(
        name,
        kind,
        (),
        (),
        before,
        after,
        before,
        after,
        params,
        params,
        macs,
        Integer(params),
        in_order(Integer(macs)) if isinstance(macs, int) else in_order(macs),
        0,
        None,
        (),
    )
    return replace(made, **rest)  # type: ignore[arg-type]  # keywords of LayerDerivation


def convolution(name: str, size: int, channels: int, after: str | None = None) -> LayerDerivation:
    """A 3×3 convolution with 32 filters."""
    weights = mul(K, K, C_IN)
    out = size - 2
    params = (9 * channels + 1) * 32
    macs = out * out * 9 * channels * 32
    again = {"after": after}
    sizes = [
        Step("rule", "convolution-size", add(div(add(H_IN, P, mul(Integer(-1), K)), S), ONE)),
        Step(
            "reduced",
            "drops-out",
            add(H_IN, mul(Integer(-1), K), ONE),
            _(
                "{P} = 0 (valid), {S} = 1: the places where {K} rows fit into {n}",
                P=P,
                S=S,
                K=K,
                n=H_IN,
            ),
        ),
        Step("substituted", "substitution", add(Integer(size), Integer(-3), ONE)),
        Step("result", "arithmetic", Integer(out)),
    ]
    where: dict[Symbol, Size] = {H_IN: size, P: 0, S: 1, K: 3}
    return layer(
        name,
        "Conv2D",
        ((size, size, channels), (out, out, 32)),
        params,
        macs,
        title=(32, Extent((3, 3)), Name("relu")),
        receptive_field=(Field(3, 1), Field(3, 1)),
        quantities=(
            quantity(
                "output.H",
                H_OUT,
                _("height"),
                sizes,
                out,
                where,
                changed=(H_IN,) if after else (),
                **again,
            ),
            quantity("output.W", W_OUT, _("width"), sizes, out, where, like="output.H"),
            quantity(
                "params",
                N,
                _("parameters"),
                [
                    Step("rule", "convolution-parameters", mul(add(weights, ONE), F)),
                    Step(
                        "substituted",
                        "substitution",
                        mul(add(mul(THREE, THREE, Integer(channels)), ONE), Integer(32)),
                        _("a filter is as deep as its input, and has one bias"),
                    ),
                    Step("arithmetic", "arithmetic", mul(Integer(9 * channels + 1), Integer(32))),
                    Step("result", "arithmetic", Integer(params)),
                ],
                params,
                {K: 3, C_IN: channels, F: 32},
            ),
            quantity(
                "macs",
                M,
                _("MACs"),
                [
                    Step(
                        "rule",
                        "convolution-macs",
                        mul(H_OUT, W_OUT, weights, F),
                        _("each output value takes one product for each weight of its filter"),
                    ),
                    Step("result", "arithmetic", Integer(macs)),
                ],
                macs,
                {K: 3, C_IN: channels, F: 32, H_OUT: out, W_OUT: out},
            ),
        ),
        notes=(
            _(
                "{relu} acts on each value by itself: no parameters, the same shape.",
                relu=Name("relu"),
            ),
        ),
    )


def pooling(name: str, size: int) -> LayerDerivation:
    """A 2×2 pooling that loses the last row of an odd size."""
    out = size // 2
    return layer(
        name,
        "MaxPooling2D",
        ((size, size, 32), (out, out, 32)),
        0,
        0,
        title=(Extent((2, 2)),),
        receptive_field=(Field(10, 4), Field(10, 4)),
        quantities=(
            quantity(
                "output.H",
                H_OUT,
                _("height"),
                [
                    Step("rule", "pooling-size", add(div(add(H_IN, mul(Integer(-1), K)), S), ONE)),
                    Step(
                        "substituted",
                        "substitution",
                        add(div(add(Integer(size), Integer(-2)), TWO), ONE),
                    ),
                    Step(
                        "arithmetic",
                        "arithmetic",
                        add(div(Integer(size - 2), TWO), ONE),
                        None,
                        Detail.FULL,
                    ),
                    Step(
                        "arithmetic",
                        "arithmetic",
                        add(floor(Rational(size - 2, 2), evaluate=False), ONE),
                        _("half a step is left over"),
                    ),
                    Step("arithmetic", "arithmetic", add(Integer(out - 1), ONE)),
                    Step("result", "arithmetic", Integer(out)),
                ],
                out,
                {H_IN: size, K: 2, S: 2},
            ),
        ),
        tapes=(
            Tape("H", _("row"), size, tuple((2 * i + 1, 2 * i + 2) for i in range(out)), (size,)),
        ),
        notes=(
            _(
                "Row {row} is never read. If it matters: {same} in this layer keeps it.",
                row=size,
                same=Code('padding="same"'),
            ),
        ),
    )


@pytest.fixture
def numbers() -> NetworkDerivation:
    """Two convolutions and a pooling of 15×15."""
    layers = (
        convolution("conv2d", 15, 1),
        convolution("conv2d_1", 13, 32, "conv2d"),
        pooling("max_pooling2d", 11),
    )
    macs = sum(int(one.macs or 0) for one in layers)
    return NetworkDerivation(
        "cnn",
        "keras",
        "cnn.py",
        (ModelInput("input_layer", (15, 15, 1)),),
        (),
        in_flow(layers, ())[0],
        ((5, 5, 32),),
        Totals(9568, 9568, 0, macs, 0, Integer(9568), Integer(macs), Integer(0)),
        (),
        (),
        (
            Whole(
                _("parameters"),
                (
                    _(
                        "{sum} = {total}",
                        sum=Count(add(Integer(320), Integer(9248), Integer(0))),
                        total=Count(9568),
                    ),
                ),
            ),
        ),
        channels_last=True,
    )


@pytest.fixture
def letters() -> NetworkDerivation:
    """One pooling of a free height."""
    closed = FloorDiv(H, TWO)
    one = layer(
        "pool",
        "MaxPooling2D",
        ((H, 6, 2), (closed, 3, 2)),
        0,
        0,
        shown_outputs=((H_1, 3, 2),),
        activations=6 * closed,
        quantities=(
            quantity(
                "output.H",
                H_OUT,
                _("height"),
                [
                    Step("rule", "pooling-size", add(div(add(H_IN, mul(Integer(-1), K)), S), ONE)),
                    Step("substituted", "substitution", add(div(add(H, Integer(-2)), TWO), ONE)),
                    Step("rewriting", "normal-form", div(H, TWO), _("the + 1 goes inside")),
                ],
                closed,
                {H_IN: H, K: 2, S: 2},
            ),
        ),
    )
    two = replace(
        one,
        name="pool_1",
        input_shapes=((closed, 3, 2),),
        shown_inputs=((H_1, 3, 2),),
        shown_outputs=((FloorDiv(H_1, TWO), 1, 2),),
        output_shapes=((FloorDiv(H, Integer(4)), 1, 2),),
        quantities=(
            quantity(
                "output.H",
                H_OUT,
                _("height"),
                [
                    Step("rule", "pooling-size", div(H_IN, S)),
                    Step("substituted", "substitution", div(H_1, TWO)),
                    Step("rewriting", "nested-floors-merge", div(H, Integer(4))),
                ],
                FloorDiv(H, Integer(4)),
                {H_IN: H_1, S: 2},
            ),
        ),
    )
    return NetworkDerivation(
        "pools",
        "keras",
        None,
        (ModelInput("input_layer", (H, 6, 2)),),
        (H,),
        in_flow((one, two), ())[0],
        ((FloorDiv(H, Integer(4)), 1, 2),),
        Totals(0, 0, 0, 0, 6 * closed, Integer(0), Integer(0), 6 * H_1),
        (NamedSize(H_1, "pool", div(H, TWO), div(H, TWO), "H"),),
        (Ge(H, 4),),
    )
