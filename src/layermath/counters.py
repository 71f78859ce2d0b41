"""Why two programs that count one network print different totals, as data."""

from __future__ import annotations

from dataclasses import dataclass

from layermath.algebra.floors import Size


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
