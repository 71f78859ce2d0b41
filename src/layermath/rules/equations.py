"""A rule and its use: the equation in letters, and what the letters are in one layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from sympy import Eq, Expr, S, Symbol

from layermath.algebra.conditions import Condition
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import value
from layermath.messages import Message, Piece

PARAMS = letter("N")
TRAINABLE = letter("N_trainable")
MACS = letter("M")
FLOPS = letter("FLOPs")


class Stage(Enum):
    """Where in a derivation a sentence of the layer belongs."""

    GENERAL = "general"
    """beside the general rule"""
    REDUCED = "reduced"
    """beside the rule with what drops out here taken out"""
    FILLED = "filled"
    """beside the rule with the numbers put in"""
    WORKED = "worked"
    """beside the first line of the arithmetic"""
    RESULT = "result"
    """beside the result"""


@dataclass(frozen=True)
class Equation:
    """A general rule: ``symbol = expression``, in letters, with its name.

    ``quantity`` is ``output.H``, ``params``, ``macs``, ...; ``rule`` the rule's name in the JSON
    (``convolution-size``); ``when`` says where it holds, if not everywhere (``padding="same"``).
    ``places``: it counts the places of a window, so what a floor cuts off is where none fits.
    """

    quantity: str
    symbol: Symbol
    rule: str
    label: Message
    expression: Expr
    reason: Message | None = None
    when: Message | None = None
    places: bool = False

    def as_sympy(self) -> Eq:
        """The equation as SymPy's own, unevaluated."""
        return Eq(self.symbol, self.expression, evaluate=False)


@dataclass(frozen=True)
class Drop:
    """A letter whose value makes it vanish from the rule here, and why it has that value."""

    letter: Symbol
    value: int
    why: Piece | None = None


@dataclass(frozen=True)
class Filled:
    """An equation in one layer: the value of each letter, what drops out, what to say beside it.

    ``like`` names the quantity of the same layer that this one repeats (``output.W`` is like
    ``output.H`` where both axes have the same kernel, stride and size).
    """

    equation: Equation
    where: Mapping[Symbol, Size] = field(default_factory=lambda: MappingProxyType({}))
    drops: tuple[Drop, ...] = ()
    says: Mapping[Stage, Message] = field(default_factory=lambda: MappingProxyType({}))
    like: str | None = None

    @cached_property
    def value(self) -> Size:
        """What it comes to, in normal form."""
        return value(self.equation.expression, self.where)


@dataclass(frozen=True)
class Reach:
    """How one output axis reads one input axis: position j reads the input positions
    ``stride·j − before … stride·j − before + extent − 1`` (``extent`` is the effective kernel).

    Where it ``writes`` the layer runs the other way: input i goes to the outputs
    ``stride·i − before … stride·i − before + extent − 1``.
    """

    axis: int
    extent: Size = 1
    stride: Size = 1
    before: Size = 0
    after: Size = 0
    writes: bool = False


Nest: TypeAlias = "int | tuple[Nest, ...] | list[Nest] | dict[str, Nest]"
"""How the outputs of a layer are handed out: the number of an output, or a tuple, list or dict."""

View = Literal["windows", "everything", "positions-in-a-row", "unknown"]
"""How a value of the output depends on positions of the input: through windows (`Reach`), on all of
them, or on one of them, the positions now standing in a row with the channels (Flatten)."""


@dataclass(frozen=True)
class Requirement:
    """A check that a layer makes on its input. ``condition`` is True where it is known to hold, a
    relation where symbols leave it open."""

    condition: Condition
    reason: Message


@dataclass(frozen=True)
class Weight:
    """One weight: its name, its shape, and whether training changes it."""

    name: str
    shape: tuple[Size, ...]
    trainable: bool = True

    def filled(self, where: Mapping[Symbol, Size]) -> Weight:
        """The same weight with values in place of letters."""
        return replace(self, shape=tuple(value(S(size), where) for size in self.shape))


@dataclass(frozen=True)
class Applied:
    """What a layer does to given shapes.

    ``outputs`` are the output shapes, without the batch axis; ``quantities`` the rules that lead to
    them and to the counts; ``reach`` how each output axis reads the input's axes (missing axes:
    position by position); ``sentences`` what a teacher says about the layer as a whole; ``nest``
    how several outputs are handed out: ``(0, 1, 2)`` as a tuple, ``{"images": 1, ...}`` as a dict,
    whose outputs are numbered in Keras's order, by sorted key. ``additions`` counts the additions
    of biases, which are in no MAC; None where there are no biases, or the layer does not say.
    ``needs_known`` are sizes that Keras must know when it makes the weights, beside those on which
    the weights depend; ``needs_batch`` says whether it must know the size of the batch; ``weights``
    are the layer's own, as far as its rule declares them.
    """

    outputs: tuple[tuple[Size, ...], ...]
    quantities: tuple[Filled, ...] = ()
    view: View = "windows"
    reach: Mapping[int, Reach] = field(default_factory=lambda: MappingProxyType({}))
    windowed: bool = False
    requirements: tuple[Requirement, ...] = ()
    sentences: tuple[Message, ...] = ()
    nest: Nest = 0
    additions: Filled | None = None
    needs_known: tuple[Size, ...] = ()
    needs_batch: bool = False
    weights: tuple[Weight, ...] = ()

    @cached_property
    def _values(self) -> dict[str, Size]:
        return {filled.equation.quantity: filled.value for filled in self.quantities}

    @property
    def params(self) -> Size:
        """Parameters, trainable or not."""
        return self._values.get("params", 0)

    @property
    def trainable_params(self) -> Size:
        """Parameters that training changes."""
        return self._values.get("trainable_params", self.params)

    @property
    def macs(self) -> Size:
        """Multiply-accumulates of contractions: weights times inputs. 0 where there are none."""
        return self._values.get("macs", 0)

    @property
    def bias_additions(self) -> Size:
        """Additions of biases, in one call. 0 where there are none, or the layer does not say."""
        return 0 if self.additions is None else self.additions.value
