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
            "reset after the matrix": "reset_after=True",
            "reset before the matrix": "reset_after=False",
            "every step": "return_sequences=True",
            "another layer for the way back": "backward_layer",
            "a scale": "use_scale",
            "with a scale": "use_scale=True",
            "without a scale": "use_scale=False",
            "sums": "concat",
            "sums as scores": "score_mode='concat'",
            "gated": "use_gate=True",
            "width of a head": "key_dim",
            "width of a value": "value_dim",
            "attended axes": "attention_axes",
            "shape of an output": "output_shape",
            "output padding": "output_padding",
            "adaptation": "adapt",
            "real part": 'mode="real"',
            "imaginary part": 'mode="imag"',
            "both parts": 'mode="stft"',
            "frequencies apart": "expand_dims=True",
            "boundaries": "bin_boundaries",
            "a vocabulary": "vocabulary",
            "numbers of words": 'output_mode="int"',
            "format of the boxes": 'bounding_box_format="xyxy"',
            "reverse": "reverse=True",
            "given sizes": "output_shape",
            "letters of the bias": "bias_axes",
            "left open": "None",
            "axes": "axis",
            "no axis": "axis=None",
            "mean": "mean",
            "gathering": "adapt()",
            "untied": "tie_weights=False",
        }
    ),
    MappingProxyType(
        {
            "no padding": "valid",
            "same padding": "same",
            "causal padding": "causal",
            "every step": "return_sequences",
            "states": "return_state",
            "backwards": "go_backwards",
            "length of a text": "output_sequence_length",
            "the framework": "Keras",
        }
    ),
)
