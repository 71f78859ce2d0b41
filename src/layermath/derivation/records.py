"""A derivation, as data: what text, LaTeX, Markdown, HTML and JSON are made from.

Records are frozen. Nothing here computes: expressions stand as they are to be shown, with the
reason beside each. What only a derivation shows (quantities, tapes, notes) is a `Later` where it is
composed: it is made when it is first read, so that a table of a thousand layers derives none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Literal, TypeVar, overload

from sympy import Expr, Symbol
from sympy.core.relational import Relational

from layermath.algebra.floors import Size
from layermath.derivation.reading import Reading
from layermath.messages import Message, Piece, _

Shape = tuple[Size, ...]
T = TypeVar("T")


class Later(Sequence[T]):
    """A sequence that is made when it is first read."""

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> tuple[T, ...]:
        return tuple(self._make())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self._items[place]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (tuple, Later)) and self._items == tuple(other)

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


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
    layer; ``layers`` those of a nested model, ``rows`` those again, as in `Derivation`;
    ``operations`` the operations on tensors between them. ``same_as`` is the first layer of the
    network that has the same rule, the same arguments and the same sizes, where that is an earlier
    one; ``flops`` is there where FLOPs were asked for. ``readings`` say how it reads each axis of
    its input, where it has a window; ``called_on`` are the ``inputs`` of further calls.
    ``order`` is its place, from 1, among the layers and operations of its network as data passes
    them.
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
    quantities: Sequence[Quantity]
    notes: Sequence[Message] = ()
    tapes: Sequence[Tape] = ()
    calls: tuple[tuple[tuple[Shape, ...], tuple[Shape, ...]], ...] = ()
    layers: tuple[LayerDerivation, ...] = ()
    line: int | None = None
    same_as: str | None = None
    operations: tuple[LayerDerivation, ...] = ()
    flops: Size | None = None
    rows: Sequence[Row] = ()
    readings: Sequence[Reading] = ()
    called_on: tuple[tuple[str, ...], ...] = ()
    order: int = 0


@dataclass(frozen=True)
class Row:
    """Layers that a table of many layers shows in one row: one layer, one with the activation
    behind it (``joined``), a block, or a block that repeats.

    Each of ``blocks`` has its layers as the model lists them; where there are several, their layers
    are the same, one by one. ``name`` is what the names of the layers have in common, "" where that
    is nothing.
    """

    name: str
    blocks: tuple[tuple[LayerDerivation, ...], ...]
    joined: bool = False

    @property
    def layers(self) -> tuple[LayerDerivation, ...]:
        """All layers of the row."""
        return tuple(layer for block in self.blocks for layer in block)


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
    flops: Size | None = None
    flops_in_sizes: Expr | None = None


@dataclass(frozen=True)
class Whole:
    """A statement about the network as a whole: a label and its lines."""

    label: Message
    lines: tuple[Message, ...]


DIVISIBLE = _("divisible")
"""The label of the statement that says the totals where every stride divides."""


@dataclass(frozen=True)
class ModelInput:
    """One input of the model."""

    name: str
    shape: Shape


@dataclass(frozen=True)
class NetworkDerivation:
    """What a network does, layer by layer and as a whole.

    ``channels_last`` says that the input's last axis are channels, as far as a layer tells.
    ``rows`` are the layers again, those that repeat together; where nothing does, none.
    ``operations`` are those on tensors (``x + y``), which no model lists among its layers.
    """

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
    whole: Sequence[Whole] = ()
    notes: tuple[Message, ...] = ()
    channels_last: bool = False
    rows: Sequence[Row] = ()
    operations: tuple[LayerDerivation, ...] = ()


@dataclass(frozen=True)
class Counters:
    """What a convention may count or leave out.

    ``additions`` are those of biases; ``silent`` the types that have biases of which no rule says
    how often they are added. ``idle_biases`` are parameters: the biases of convolutions whose
    output goes to a ``BatchNormalization`` alone, which subtracts them again; ``idle_layers`` is
    how many there are. ``moving`` are the moving statistics of ``moving_layers`` normalisations.
    """

    params: Size
    macs: Size
    additions: Size
    idle_biases: Size
    idle_layers: int
    moving: Size
    moving_layers: int
    silent: tuple[str, ...] = ()
