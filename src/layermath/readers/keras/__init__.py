"""Keras source, read without running it.

An interpreter of a Python subset over `ast`, bounded in steps and sizes. What it cannot follow has
no value and is passed over, unless a model depends on it.
"""

from __future__ import annotations

from layermath.readers.keras.reading import read

__all__ = ["read"]
