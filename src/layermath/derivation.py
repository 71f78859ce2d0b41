"""A derivation, as data: what text, LaTeX, Markdown, HTML and JSON are made from.

Records are complete when they are made, and frozen. Nothing here computes: expressions stand as
they are to be shown, with the reason beside each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from sympy import Expr, Symbol
from sympy.core.relational import Relational

from layermath.algebra.floors import Size
from layermath.messages import Message, Piece

Shape = tuple[Size, ...]


class Detail(IntEnum):
    """How much of a derivation is shown."""

    BRIEF = 0
    NORMAL = 1
    FULL = 2


StepKind = Literal["rule", "reduced", "substituted", "arithmetic", "rewriting", "result"]


@dataclass(frozen=True)
class Step:
    """One line: ``= expression``, and why it equals the line before.

    ``rule`` names the step in the JSON (``convolution-size``, ``arithmetic``,
    ``nested-floors-merge``); ``detail`` is the least detail that shows it.
    """

    kind: StepKind
    rule: str
    expression: Expr
    reason: Message | None = None
    detail: Detail = Detail.NORMAL


@dataclass(frozen=True)
class Quantity:
    """The derivation of one number of a layer.

    ``quantity`` is ``output.H``, ``params``, ``macs``, ...; ``symbol`` the letter it has in the
    rule; ``steps`` the lines, of which each equals the one before; ``result`` in the model's own
    symbols; ``where`` the value of each letter of the rule, in the named sizes. ``like`` is the
    quantity of the same layer that has the same derivation; ``after`` the earlier layer that
    explained this rule, with ``changed``, the letters whose values are new.
    """

    quantity: str
    symbol: Symbol
    label: Message
    steps: tuple[Step, ...]
    result: Size
    where: Mapping[Symbol, Size]
    like: str | None = None
    after: str | None = None
    changed: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Tape:
    """One axis of a layer whose last window does not reach the end: the picture that explains a
    floor. Positions are counted from 1; ``windows`` are the first and last position of each place
    of the kernel; ``lost`` are the real positions that no window reads."""

    letter: str
    positions: Message
    size: int
    windows: tuple[tuple[int, int], ...]
    lost: tuple[int, ...]


@dataclass(frozen=True)
class Field:
    """The receptive field along one axis: its size, its jump, and its padding before and after.

    Output j sees the inputs ``jump·j − before … jump·j − before + size − 1``. ``jump`` is None
    where values do not stand apart evenly any more (after ``Flatten``). Behind upsampling outputs
    take turns: ``phases`` are the first and last input that each of them sees, and ``size`` is None
    where they do not all see equally many.
    """

    size: Size | None
    jump: Size | None
    before: Size | None = 0
    after: Size | None = 0
    phases: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class LayerDerivation:
    """What one layer does to its input, and why. Shapes leave out the batch axis.

    ``input_shapes`` and ``output_shapes`` are in the model's own symbols, ``shown_inputs`` and
    ``shown_outputs`` in the named sizes. ``calls`` are the shapes of further calls of a shared
    layer; ``layers`` those of a nested model.
    """

    name: str
    type: str
    title: tuple[Piece, ...]
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    shown_inputs: tuple[Shape, ...]
    shown_outputs: tuple[Shape, ...]
    params: Size
    trainable_params: Size
    macs: Size | None
    shown_params: Expr
    shown_macs: Expr | None
    activations: Size
    receptive_field: tuple[Field, ...] | None
    quantities: tuple[Quantity, ...]
    notes: tuple[Message, ...] = ()
    tapes: tuple[Tape, ...] = ()
    calls: tuple[tuple[tuple[Shape, ...], tuple[Shape, ...]], ...] = ()
    layers: tuple[LayerDerivation, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class NamedSize:
    """A size that a windowed layer makes: ``H_1``, from the layer before and from the input."""

    name: Symbol
    layer: str
    definition: Expr
    closed_form: Expr
    letter: str


@dataclass(frozen=True)
class Totals:
    """The network's sums, in the model's symbols and (``…_in_sizes``) in the named sizes."""

    params: Size
    trainable_params: Size
    non_trainable_params: Size
    macs: Size
    activations: Size
    params_in_sizes: Expr
    macs_in_sizes: Expr
    activations_in_sizes: Expr


@dataclass(frozen=True)
class Whole:
    """A statement about the network as a whole: a label and its lines."""

    label: Message
    lines: tuple[Message, ...]


@dataclass(frozen=True)
class ModelInput:
    """One input of the model."""

    name: str
    shape: Shape


@dataclass(frozen=True)
class Derivation:
    """What a network does, layer by layer and as a whole."""

    name: str
    framework: str
    source: str | None
    inputs: tuple[ModelInput, ...]
    symbols: tuple[Symbol, ...]
    layers: tuple[LayerDerivation, ...]
    outputs: tuple[Shape, ...]
    totals: Totals
    sizes: tuple[NamedSize, ...]
    conditions: tuple[Relational, ...]
    whole: tuple[Whole, ...] = ()
    notes: tuple[Message, ...] = ()
