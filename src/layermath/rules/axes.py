"""The spatial axes of a feature map: their letters, and the words for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Symbol

from layermath.algebra.floors import Size, letter
from layermath.messages import Message, _
from layermath.problems import ModelProblem


@dataclass(frozen=True)
class Axis:
    """One axis: ``letter`` in symbols (``H_in``), ``label`` and the word for its positions."""

    letter: str
    label: Message
    positions: Message

    @property
    def size_in(self) -> Symbol:
        return letter(f"{self.letter}_in")

    @property
    def size_out(self) -> Symbol:
        return letter(f"{self.letter}_out")

    @property
    def quantity(self) -> str:
        return f"output.{self.letter}"

    def own(self, name: str) -> Symbol:
        """The letter of an argument that differs from axis to axis: ``K_h``."""
        return letter(f"{name}_{self.letter.lower()}")


LENGTH = Axis("L", _("length"), _("steps"))
HEIGHT = Axis("H", _("height"), _("rows"))
WIDTH = Axis("W", _("width"), _("columns"))
DEPTH = Axis("Z", _("depth"), _("planes"))
CHANNELS = Axis("C", _("channels"), _("channels"))

SPATIAL: dict[int, tuple[Axis, ...]] = {
    0: (),
    1: (LENGTH,),
    2: (HEIGHT, WIDTH),
    3: (DEPTH, HEIGHT, WIDTH),
}
"""The spatial axes of a feature map, by their number."""

C_IN = CHANNELS.size_in
C_OUT = CHANNELS.size_out


def axes_of(rank: int) -> tuple[Axis, ...]:
    """The axes of a whole shape of ``rank`` sizes (batch left out), the channels last."""
    if rank == 1:
        return (LENGTH,)
    if rank - 1 in SPATIAL:
        return (*SPATIAL[rank - 1], CHANNELS)
    return tuple(
        Axis(f"n{index}", _("axis {index}", index=index), _("positions")) for index in range(rank)
    )


def letters_for(name: str, axes: Sequence[Axis], sizes: Sequence[Size]) -> tuple[Symbol, ...]:
    """One letter for all axes where their values agree (``K``), else one for each (``K_h``)."""
    if len(set(sizes)) <= 1:
        return (letter(name),) * len(axes)
    return tuple(axis.own(name) for axis in axes)


def split_channels(
    shape: tuple[Size, ...], rank: int, data_format: str
) -> tuple[tuple[Size, ...], Size]:
    """The spatial sizes and the channels of a feature map of ``rank`` spatial axes.

    Raises `ModelProblem` where the shape has another number of axes.
    """
    check_rank(shape, rank + 1)
    if data_format == "channels_first":
        return shape[1:], shape[0]
    return shape[:-1], shape[-1]


def with_channels(spatial: Sequence[Size], channels: Size, data_format: str) -> tuple[Size, ...]:
    """The shape of a feature map, its channels where ``data_format`` has them."""
    return (channels, *spatial) if data_format == "channels_first" else (*spatial, channels)


def check_rank(shape: tuple[Size, ...], rank: int) -> None:
    """Raise `ModelProblem` unless the shape has ``rank`` axes (batch left out)."""
    if len(shape) != rank:
        raise ModelProblem(
            _(
                "it takes an input of {rank} axes (the batch left out), and is given {number}",
                rank=rank,
                number=len(shape),
            )
        )


def axis_number(axis: int, rank: int) -> int:
    """The axis counted from the batch, which is 0, of a tensor with ``rank`` axes beside it.

    Raises `ModelProblem` where there is no such axis.
    """
    if not -rank - 1 <= axis <= rank:
        raise ModelProblem(
            _(
                "there is no axis {axis}: the input has the batch, axis 0, and {rank} more",
                axis=axis,
                rank=rank,
            )
        )
    return axis % (rank + 1)
