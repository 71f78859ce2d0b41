"""Walk a network, bind its symbols to values, and yield its derivation."""

from __future__ import annotations

from layermath.composer.advice import advised, given_shapes
from layermath.composer.compose import compose

__all__ = ["advised", "compose", "given_shapes"]
