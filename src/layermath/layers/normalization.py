"""Normalisation: values are shifted and scaled by statistics, then by numbers that are learned.

Sources: Keras, *Normalization layers*; Ioffe and Szegedy, *Batch normalization* (2015); Ba, Kiros
and Hinton, *Layer normalization* (2016); Wu and He, *Group normalization* (2018). An axis is
counted as Keras counts it, the batch being axis 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from sympy import Expr, Integer, Mul, Symbol

from layermath.algebra.conditions import at_least, divides
from layermath.algebra.floors import Size, as_size
from layermath.algebra.written import written
from layermath.layers.elementwise import ShapeKeeping
from layermath.messages import Message, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, axes_of, axis_number
from layermath.rules.equations import (
    PARAMS,
    TRAINABLE,
    Applied,
    Equation,
    Filled,
    Requirement,
    View,
)
from layermath.vocabulary.arguments import (
    anything,
    argument,
    axis_or_axes,
    flag,
    is_size,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape, require


@written
def numbers(each: int, sizes: Sequence[Expr]) -> Expr:
    """So many numbers for each position along the axes that have numbers of their own."""
    if each == 0:
        return Integer(0)
    return Mul(*sizes) if each == 1 else Mul(Integer(each), *sizes)


@dataclass(frozen=True)
class Normalizing(Layer, abstract=True):
    """A normalisation that keeps any shape and has numbers along one axis, or several.

    Raises `ModelProblem` where there is no such axis, or where it is the batch, whose size is not
    known when the numbers are made.
    """

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        learned, gathered = self._learned(), self._gathered()
        places = [axis_number(axis, len(shape)) for axis in self._axes()]
        if 0 in places and learned + gathered:
            raise ModelProblem(
                _("axis 0 is the batch: its size is not known when the parameters are made")
            )
        own = [place - 1 for place in places if place]
        letters = self._letters(own, len(shape))
        where = {letter: shape[place] for letter, place in zip(letters, own, strict=True)}
        return Applied(
            (shape,),
            tuple(Filled(equation, where) for equation in _counts(letters, learned, gathered)),
            view=self._view(own, len(shape)),
            requirements=self._requirements([shape[place] for place in own]),
        )

    def _axes(self) -> tuple[int, ...]:
        """The axes along which there are numbers."""
        raise NotImplementedError

    def _learned(self) -> tuple[Message, ...]:
        """What is learned for each position of those axes."""
        raise NotImplementedError

    def _gathered(self) -> tuple[Message, ...]:
        """What is gathered in training for each position of those axes, and not trained."""
        return ()

    def _requirements(self, sizes: list[Size]) -> tuple[Requirement, ...]:
        return ()

    def _view(self, own: list[int], rank: int) -> View:
        """Whether the statistics of a value come from more than its own position."""
        return "windows" if own == [rank - 1] else "everything"

    @staticmethod
    def _letters(own: list[int], rank: int) -> list[Symbol]:
        if len(own) == 1 and own[0] != rank - 1:
            return [C_IN]
        return [axes_of(rank)[place].size_in for place in own]

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for the layer as it is where nothing is left out."""
        usual = cls.bind((), {})
        return _counts([C_IN], usual._learned(), usual._gathered())


def _counts(
    letters: Sequence[Symbol], learned: tuple[Message, ...], gathered: tuple[Message, ...]
) -> tuple[Equation, ...]:
    """The parameters, and those of them that training changes where that is not all of them."""
    parameters = Equation(
        "params",
        PARAMS,
        "normalization-parameters",
        _("parameters"),
        numbers(len(learned) + len(gathered), letters),
        _reason(learned, gathered),
    )
    if not gathered:
        return (parameters,)
    return (
        parameters,
        Equation(
            "trainable_params",
            TRAINABLE,
            "normalization-trainable-parameters",
            _("trainable"),
            numbers(len(learned), letters),
            _("{learned}: training changes them by the gradient", learned=learned)
            if learned
            else _("what is gathered is not trained by the gradient"),
        ),
    )


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


def _scale_and_shift(scale: bool, center: bool) -> tuple[Message, ...]:
    return (*((_("a scale"),) if scale else ()), *((_("a shift"),) if center else ()))


_MOVING = (_("a moving mean"), _("a moving variance"))
_RENORM = (_("a moving deviation"), _("a mean for renorm"), _("a deviation for renorm"))


def one_axis(value: object, name: str, rank: int = 0) -> int:
    """One axis. Keras makes it whole with ``int()``, and takes no list of axes."""
    if not isinstance(value, (int, float)) or not isfinite(value):
        raise wrong(name, value, _("it must be a whole number"))
    return int(value)


@dataclass(frozen=True)
class BatchNormalization(Normalizing):
    """Each channel is brought to mean 0 and variance 1, then scaled and shifted.

    In training by the batch's own statistics, afterwards by the moving ones, which the layer keeps.
    """

    axis: int = argument(one_axis, -1)
    momentum: object = argument(anything, None)
    epsilon: object = argument(anything, None)
    center: bool = argument(flag, True)
    scale: bool = argument(flag, True)
    beta_initializer: object = argument(anything, None)
    gamma_initializer: object = argument(anything, None)
    moving_mean_initializer: object = argument(anything, None)
    moving_variance_initializer: object = argument(anything, None)
    beta_regularizer: object = argument(anything, None)
    gamma_regularizer: object = argument(anything, None)
    beta_constraint: object = argument(anything, None)
    gamma_constraint: object = argument(anything, None)
    renorm: bool = argument(flag, False)
    renorm_clipping: object = argument(anything, None)
    renorm_momentum: object = argument(anything, None)
    synchronized: object = argument(anything, None)

    def _axes(self) -> tuple[int, ...]:
        return (self.axis,)

    def _learned(self) -> tuple[Message, ...]:
        return _scale_and_shift(self.scale, self.center)

    def _gathered(self) -> tuple[Message, ...]:
        return (*_MOVING, *_RENORM) if self.renorm else _MOVING

    def _view(self, own: list[int], rank: int) -> View:
        """The statistics are the layer's own once it is trained."""
        return "windows"


@dataclass(frozen=True)
class LayerNormalization(Normalizing):
    """The values along an axis, or several, of one example are brought to mean 0 and variance 1,
    then scaled and shifted."""

    axis: tuple[int, ...] = argument(axis_or_axes, -1)
    epsilon: object = argument(anything, None)
    center: bool = argument(flag, True)
    scale: bool = argument(flag, True)
    beta_initializer: object = argument(anything, None)
    gamma_initializer: object = argument(anything, None)
    beta_regularizer: object = argument(anything, None)
    gamma_regularizer: object = argument(anything, None)
    beta_constraint: object = argument(anything, None)
    gamma_constraint: object = argument(anything, None)
    rms_scaling: bool = argument(flag, False, keyword_only=True)

    def _axes(self) -> tuple[int, ...]:
        return self.axis

    def _learned(self) -> tuple[Message, ...]:
        return _scale_and_shift(
            self.scale or self.rms_scaling, self.center and not self.rms_scaling
        )


def groups_or_all(value: object, name: str, rank: int = 0) -> Size:
    """The number of groups; −1 for a group of each channel."""
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 1 and size != -1:
        raise wrong(name, value, _("it must be at least 1, or −1 for a group of each channel"))
    return size


@dataclass(frozen=True)
class GroupNormalization(Normalizing):
    """The values of a group of channels of one example are brought to mean 0 and variance 1, then
    scaled and shifted. Raises `ModelProblem` where the groups do not divide the channels."""

    groups: Size = argument(groups_or_all, 32)
    axis: int = argument(one_axis, -1)
    epsilon: object = argument(anything, None)
    center: bool = argument(flag, True)
    scale: bool = argument(flag, True)
    beta_initializer: object = argument(anything, None)
    gamma_initializer: object = argument(anything, None)
    beta_regularizer: object = argument(anything, None)
    gamma_regularizer: object = argument(anything, None)
    beta_constraint: object = argument(anything, None)
    gamma_constraint: object = argument(anything, None)

    def _axes(self) -> tuple[int, ...]:
        return (self.axis,)

    def _learned(self) -> tuple[Message, ...]:
        return _scale_and_shift(self.scale, self.center)

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
class RMSNormalization(Normalizing):
    """The values along an axis, or several, are divided by the root of the mean of their squares,
    then scaled."""

    axis: tuple[int, ...] = argument(axis_or_axes, -1)
    epsilon: object = argument(anything, None)

    def _axes(self) -> tuple[int, ...]:
        return self.axis

    def _learned(self) -> tuple[Message, ...]:
        return _scale_and_shift(True, False)


@dataclass(frozen=True)
class UnitNormalization(ShapeKeeping):
    """The values along an axis, or several, are divided by their length. Raises `ModelProblem`
    where there is no such axis."""

    why = _("values are divided by their length: there is nothing to learn")

    axis: tuple[int, ...] = argument(axis_or_axes, -1)

    def _view(self, shape: Shape) -> View:
        places = {axis_number(axis, len(shape)) for axis in self.axis}
        return "windows" if places == {len(shape)} else "everything"
