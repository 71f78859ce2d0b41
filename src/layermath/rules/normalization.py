"""Normalisation: values are shifted and scaled by statistics, then by numbers that are learned.

Sources: Keras, *Normalization layers*; PyTorch, ``BatchNorm2d``, ``LayerNorm``, ``GroupNorm``;
Ioffe and Szegedy, *Batch normalization* (2015); Ba, Kiros and Hinton, *Layer normalization* (2016);
Wu and He, *Group normalization* (2018). An axis is counted with the batch, which is axis 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sympy import Symbol

from layermath.algebra.conditions import at_least, divides
from layermath.algebra.floors import Size
from layermath.messages import Message, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, axes_of, axis_number
from layermath.rules.equations import Applied, Equation, Filled, Requirement, View, Weight
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.shape_keeping import ShapeKeeping
from layermath.rules.weights import parameters, trainable

Numbers: TypeAlias = "tuple[tuple[str, Message], ...]"
"""The weights that a normalisation has for each channel: their names, and what they are."""

_SCALE: Numbers = (("gamma", _("a scale")),)
_SHIFT: Numbers = (("beta", _("a shift")),)
_MOVING: Numbers = (
    ("moving_mean", _("a moving mean")),
    ("moving_variance", _("a moving variance")),
)
_RENORM: Numbers = (
    ("moving_stddev", _("a moving deviation")),
    ("renorm_mean", _("a mean for renorm")),
    ("renorm_stddev", _("a deviation for renorm")),
)


@dataclass(frozen=True)
class Normalization(Rule):
    """A normalisation that keeps any shape and has numbers along one of its ``axes``, or several: a
    ``scale`` and a ``shift``.

    Raises `ModelProblem` where there is no such axis, or where it is the batch, whose size is not
    known when the numbers are made.
    """

    axes: tuple[int, ...] = (-1,)
    scale: bool = True
    shift: bool = True

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        learned, gathered = self._learned(), self._gathered()
        places = sorted(axis_number(axis, len(shape)) for axis in self.axes)
        if 0 in places and learned + gathered:
            raise ModelProblem(
                _("axis 0 is the batch: its size is not known when the parameters are made")
            )
        own = [place - 1 for place in places if place]
        letters = letters_of(own, len(shape))
        where = {letter: shape[place] for letter, place in zip(letters, own, strict=True)}
        return Applied(
            (shape,),
            tuple(Filled(equation, where) for equation in _counts(letters, learned, gathered)),
            view=self._view(own, len(shape)),
            requirements=self._requirements([shape[place] for place in own]),
            weights=tuple(one.filled(where) for one in _weights(letters, learned, gathered)),
        )

    def _learned(self) -> Numbers:
        """What is learned for each position of those axes."""
        return (*(_SCALE if self.scale else ()), *(_SHIFT if self.shift else ()))

    def _gathered(self) -> Numbers:
        """What is gathered in training for each position of those axes, and not trained."""
        return ()

    def _requirements(self, sizes: list[Size]) -> tuple[Requirement, ...]:
        return ()

    def _view(self, own: list[int], rank: int) -> View:
        """Whether the statistics of a value come from more than its own position."""
        return "windows" if own == [rank - 1] else "everything"

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for the layer as it is where nothing is left out."""
        usual = cls()
        return _counts([C_IN], usual._learned(), usual._gathered())


def letters_of(own: list[int], rank: int) -> list[Symbol]:
    """The letters of these axes; a single one is that of the channels, wherever it stands."""
    if len(own) == 1 and own[0] != rank - 1:
        return [C_IN]
    return [axes_of(rank)[place].size_in for place in own]


def _weights(letters: Sequence[Symbol], learned: Numbers, gathered: Numbers) -> list[Weight]:
    trained = {name: True for name, _what in learned} | {name: False for name, _what in gathered}
    return [Weight(name, tuple(letters), trains) for name, trains in trained.items()]


def _counts(letters: Sequence[Symbol], learned: Numbers, gathered: Numbers) -> tuple[Equation, ...]:
    """The parameters, and those of them that training changes where that is not all of them."""
    weights = _weights(letters, learned, gathered)
    scales, moving = (tuple(what for _name, what in numbers) for numbers in (learned, gathered))
    all_of_them = parameters("normalization", weights, _reason(scales, moving))
    if not gathered:
        return (all_of_them,)
    changed = (
        _("{learned}: training changes them by the gradient", learned=scales)
        if learned
        else NOT_BY_GRADIENT
    )
    return (all_of_them, trainable("normalization", weights, changed))


NOT_BY_GRADIENT = _("what is gathered is not trained by the gradient")


def _reason(learned: tuple[Message, ...], gathered: tuple[Message, ...]) -> Message:
    if not learned and not gathered:
        return _("neither a scale nor a shift: there is nothing to learn")
    if not gathered:
        return _("for each channel {learned}, learned", learned=learned)
    if not learned:
        return _("for each channel {gathered}, gathered in training", gathered=gathered)
    return _(
        "for each channel {learned}, learned, and {gathered}, gathered in training",
        learned=learned,
        gathered=gathered,
    )


@dataclass(frozen=True)
class BatchNormalization(Normalization):
    """Each channel is brought to mean 0 and variance 1, then scaled and shifted.

    In training by the batch's own statistics, afterwards by the moving ones, which the layer keeps;
    ``renorm`` keeps three more.
    """

    renorm: bool = False

    def _gathered(self) -> Numbers:
        return (*_MOVING, *_RENORM) if self.renorm else _MOVING

    def _view(self, own: list[int], rank: int) -> View:
        """The statistics are the layer's own once it is trained."""
        return "windows"


@dataclass(frozen=True)
class LayerNormalization(Normalization):
    """The values along the axes of one example are brought to mean 0 and variance 1, then scaled
    and shifted; where it ``only_scales``, they are not shifted."""

    only_scales: bool = False

    def _learned(self) -> Numbers:
        return _SCALE if self.only_scales else super()._learned()


@dataclass(frozen=True)
class GroupNormalization(Normalization):
    """The values of a group of channels of one example are brought to mean 0 and variance 1, then
    scaled and shifted; −1 groups are one for each channel. Raises `ModelProblem` where the groups
    do not divide the channels."""

    groups: Size = 32

    def _requirements(self, sizes: list[Size]) -> tuple[Requirement, ...]:
        if self.groups == -1:
            return ()
        return tuple(
            requirement
            for channels in sizes
            for requirement in (
                require(
                    at_least(channels, self.groups),
                    _(
                        "there cannot be more groups than channels: {groups} and {channels}",
                        groups=self.groups,
                        channels=channels,
                    ),
                ),
                require(
                    divides(self.groups, channels),
                    _(
                        "the groups must divide the channels: {channels} mod {groups} = 0",
                        channels=channels,
                        groups=self.groups,
                    ),
                ),
            )
        )

    def _view(self, own: list[int], rank: int) -> View:
        """The statistics come from all positions."""
        return "everything" if rank > 1 else "windows"


@dataclass(frozen=True)
class RootMeanSquare(Normalization):
    """The values along the axes are divided by the root of the mean of their squares, then
    scaled."""

    def _learned(self) -> Numbers:
        return (("scale", _("a scale")),)


@dataclass(frozen=True)
class UnitLength(ShapeKeeping):
    """The values along an axis, or several, are divided by their length. Raises `ModelProblem`
    where there is no such axis."""

    axes: tuple[int, ...] = (-1,)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        done = super().apply(shape)
        places = {axis_number(axis, len(shape)) for axis in self.axes}
        return done if places == {len(shape)} else replace(done, view="everything")
