"""A model's configuration as Keras writes it: ``model.to_json()`` of Keras 3, Keras 2 and tf.keras.

It is data: nothing in it is run. What stands for code (a ``Lambda``, a class of the user's own) is
kept as a layer without a rule.
"""

from __future__ import annotations

from layermath.readers.keras_config.layers import Known
from layermath.readers.keras_config.reading import read

__all__ = ["Known", "read"]
