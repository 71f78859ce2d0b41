"""Keras's words for how a layer is set.

Source: Keras, the constructor arguments of ``keras.layers``.
"""

from __future__ import annotations

from types import MappingProxyType

from layermath.vocabulary.spelling import Spelling

KERAS = Spelling(
    MappingProxyType(
        {
            "no padding": 'padding="valid"',
            "same padding": 'padding="same"',
            "causal padding": 'padding="causal"',
            "no bias": "use_bias=False",
            "low rank": "lora_rank",
            "output padding": "output_padding",
            "format of the boxes": 'bounding_box_format="xyxy"',
        }
    ),
    MappingProxyType({"no padding": "valid", "same padding": "same", "causal padding": "causal"}),
)
