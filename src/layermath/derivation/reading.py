"""How a layer reads one axis of its input: what the picture of its window is drawn from.

The numbers are those of the layer's rule (`layermath.rules.equations.Reach`); what stands here only
says what they mean for one place of the window and for one position.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Symbol

from layermath.algebra.floors import Size, minus, plus
from layermath.messages import Message


@dataclass(frozen=True)
class Reading:
    """One axis of a layer with a window. Positions of the input are counted from 1, places of the
    window from 0.

    ``letter`` and ``positions`` are the axis's; ``size`` is that of the input, ``places`` that of
    the output; ``kernel`` positions, ``dilation`` apart, make a window of ``extent``;
    ``before`` and ``after`` are the padding. ``kernel_letter`` and ``size_letter`` are what the
    rule calls them.

    ``windowed`` is off where the layer only moves positions (padding, cropping); ``zeros`` are the
    positions at both ends of the input that the layer before has put there.

    Where the layer ``writes`` it runs the other way (a transposed convolution, upsampling): input i
    goes to a window of outputs, and ``before`` says how many of those at the start are not there.
    Then positions are those of the output, and places those of the input.
    """

    letter: str
    positions: Message
    size: Size
    places: Size
    kernel: Size
    extent: Size
    stride: Size
    before: Size
    after: Size
    dilation: Size
    kernel_letter: Symbol
    quantity: str
    writes: bool = False
    windowed: bool = True
    zeros: tuple[Size, Size] = (0, 0)

    @property
    def with_zeros(self) -> Reading:
        """The same, with what the layer before has put at the ends seen as padding."""
        before, after = self.zeros
        return replace(
            self,
            size=minus(self.size, plus((before, after))),
            before=plus((self.before, before)),
            after=plus((self.after, after)),
            zeros=(0, 0),
        )

    @property
    def known(self) -> bool:
        """Whether all of it is numbers."""
        return isinstance(self.size, int) and isinstance(self.places, int) and self.slides

    @property
    def slides(self) -> bool:
        """Whether the window and its steps are numbers, whatever the sizes are."""
        parts = (self.kernel, self.extent, self.stride, self.before, self.after, self.dilation)
        return all(isinstance(part, int) for part in parts)

    @cached_property
    def positions_there(self) -> int:
        """How many positions there are: those of the input, or of the output where it writes."""
        return int(self.places if self.writes else self.size)

    @cached_property
    def windows_there(self) -> int:
        """How many places the window has."""
        return int(self.size if self.writes else self.places)

    def window(self, place: int) -> tuple[int, int]:
        """The first and the last position of a place of the window, padding included."""
        first = int(self.stride) * place - int(self.before) + 1
        return first, first + int(self.extent) - 1

    def taps(self, place: int) -> range:
        """The positions that a place of the window reads: with holes where it is dilated."""
        first, last = self.window(place)
        return range(first, last + 1, int(self.dilation))

    @property
    def room(self) -> int:
        """How far the window can move: the padded input without one window."""
        return int(self.size) + int(self.before) + int(self.after) - int(self.extent)

    @property
    def left_over(self) -> int:
        """The positions behind the last place of the window, padding included."""
        return self.room - (int(self.places) - 1) * int(self.stride)

    def is_read(self, position: int) -> bool:
        """Whether any place of the window reads a position (or, where it writes, writes it)."""
        stride, dilation, kernel = int(self.stride), int(self.dilation), int(self.kernel)
        at = position - 1 + int(self.before)
        if dilation == 1:
            first = max(0, -((int(self.extent) - 1 - at) // stride))
            return first <= min(at // stride, self.windows_there - 1)
        if stride == 1:
            least = max(0, -((self.windows_there - 1 - at) // dilation))
            return least <= min(at // dilation, kernel - 1)
        return any(
            (at - tap * dilation) % stride == 0
            and 0 <= (at - tap * dilation) // stride < self.windows_there
            for tap in range(kernel)
        )

    @property
    def passes_over(self) -> bool:
        """Whether the window leaves out positions between its places by design."""
        return int(self.stride) > int(self.extent)

    @property
    def lost_at_end(self) -> int:
        """How many real positions lie behind the last place of the window."""
        return max(0, self.positions_there - self.window(self.windows_there - 1)[1])
