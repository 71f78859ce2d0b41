"""Keras's dense layers and embeddings.

Source: Keras, *Core layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import count, flag
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.keras import low_rank
from layermath.vocabulary.keras.convolutions import ACTIVATION, BIAS
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over

_TABLE = parameters(
    Parameter("input_dim", count, to="words"), Parameter("output_dim", count, to="numbers")
)
_FIRST = passed_over("embeddings_initializer embeddings_regularizer")
_TABLE_CONSTRAINT = low_rank.constrained("embeddings_constraint")


def _ties(given: Mapping[str, Any]) -> None:
    """Keras cannot add the second table to thin matrices."""
    low_rank.check("embeddings_constraint")(given)
    if given["lora_rank"] is not None and not given["tie_weights"]:
        raise ModelProblem(
            _(
                "{rank} and {untied} do not go together: Keras cannot add the second table",
                rank=Code("lora_rank"),
                untied=Code("tie_weights=False"),
            )
        )


TYPES = (
    InputLayer,
    LayerType(
        "Dense",
        "dense.Dense",
        parameters(
            Parameter("units", count),
            ACTIVATION,
            BIAS,
            passed_over(
                "kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
                "activity_regularizer"
            ),
            low_rank.constrained("kernel_constraint"),
            passed_over("bias_constraint"),
            low_rank.rank(),
            passed_over("lora_alpha quantization_config"),
        ),
        spelling=KERAS,
        checks=low_rank.check("kernel_constraint"),
    ),
    LayerType(
        "Embedding",
        "embedding.Embedding",
        parameters(
            _TABLE,
            _FIRST,
            _TABLE_CONSTRAINT,
            passed_over("mask_zero weights"),
            low_rank.rank(),
            passed_over("lora_alpha quantization_config"),
        ),
        spelling=KERAS,
        checks=low_rank.check("embeddings_constraint"),
    ),
    LayerType(
        "ReversibleEmbedding",
        "embedding.ReversibleEmbedding",
        parameters(
            _TABLE,
            Parameter("tie_weights", flag, True, to="tied"),
            _FIRST,
            _TABLE_CONSTRAINT,
            passed_over("mask_zero reverse_dtype logit_soft_cap"),
            passed_over("weights", keyword_only=True),
            low_rank.rank(keyword_only=True),
            passed_over("lora_alpha quantization_config", keyword_only=True),
        ),
        spelling=KERAS,
        checks=_ties,
    ),
)
