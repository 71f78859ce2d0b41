"""The notations that there are, and what writes a derivation in one of them."""

from __future__ import annotations

from layermath.renderers.notations.own import named
from layermath.renderers.notations.presets import PRESETS
from layermath.renderers.notations.restating import in_its_notation, restated_rules

__all__ = ["PRESETS", "in_its_notation", "named", "restated_rules"]
