"""Two models side by side as plain data, ready for ``json.dumps``: ``layermath.compare/1``.

Numbers are integers where they are known, else strings that ``sympy.sympify`` reads when it is
given ``symbols``; a shape leaves out the batch axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sympy import Basic, Integer

from layermath.algebra.floors import Size
from layermath.algebra.unknown import is_known
from layermath.derivation.records import Derivation, Field, LayerDerivation, Shape
from layermath.formats.json.derivation import in_words
from layermath.questions.records import CountChange, LayerChange, NetworkComparison
from layermath.setting.language import ENGLISH, Language
from layermath.setting.styles import SYMPY
from layermath.vocabulary.layer import Layer

Json: TypeAlias = "dict[str, Any]"


def to_comparison_dict(comparison: NetworkComparison, language: Language = ENGLISH) -> Json:
    """The whole comparison; ``before`` and ``after`` are the models in the order of the call."""
    models = comparison.before, comparison.after
    symbols = sorted({symbol.name for model in models for symbol in model.symbols})
    data = {
        "schema": "layermath.compare/1",
        "models": {"before": _model(models[0]), "after": _model(models[1])},
        "symbols": symbols,
        "same": comparison.same,
        "layers": [_layer(one) for one in comparison.layers],
        "totals": {name: _count(change) for name, change in comparison.counts.items()},
        "receptive_field": {
            "before": _field(comparison.sees.before),
            "after": _field(comparison.sees.after),
        },
        "outputs": {
            "before": [_shape(shape) for shape in comparison.outputs.before],
            "after": [_shape(shape) for shape in comparison.outputs.after],
        },
        "conditions": {
            "before": [SYMPY.condition(one) for one in models[0].conditions],
            "after": [SYMPY.condition(one) for one in models[1].conditions],
        },
        "notes": {
            "before": [*models[0].notes],
            "after": [*models[1].notes],
        },
    }
    return in_words(data, language)


def _model(derivation: Derivation) -> Json:
    return {
        "name": derivation.name,
        "framework": derivation.framework,
        "source": derivation.source,
        "inputs": [{"name": one.name, "shape": _shape(one.shape)} for one in derivation.inputs],
        "symbols": [symbol.name for symbol in derivation.symbols],
    }


def _layer(change: LayerChange) -> Json:
    entry: Json = {
        "change": change.change,
        "before": _side(change.before),
        "after": _side(change.after),
        "arguments": [
            {"name": one.name, "before": plain(one.before), "after": plain(one.after)}
            for one in change.arguments
        ],
        "why": [*change.why],
    }
    if change.inside:
        entry["layers"] = [_layer(one) for one in change.inside]
    return entry


def _side(layer: LayerDerivation | None) -> Json | None:
    if layer is None:
        return None
    return {
        "name": layer.name,
        "type": layer.type,
        "input_shapes": [_shape(shape) for shape in layer.input_shapes],
        "output_shapes": [_shape(shape) for shape in layer.output_shapes],
        "params": _number(layer.params),
        "trainable_params": _number(layer.trainable_params),
        "macs": _number(layer.macs),
        "activations": _number(layer.activations),
        "receptive_field": _field(layer.receptive_field),
    }


def _count(change: CountChange) -> Json:
    return {
        "before": _number(change.before),
        "after": _number(change.after),
        "difference": _number(change.difference),
    }


def _field(fields: Sequence[Field] | None) -> Json | None:
    if fields is None:
        return None
    return {
        "size": [_number(axis.size) for axis in fields],
        "jump": [_number(axis.jump) for axis in fields],
        "padding": [[_number(axis.before), _number(axis.after)] for axis in fields],
    }


def plain(item: object) -> Any:
    """The value of an argument: a number, a word, a truth value, null, or a list of them."""
    if item is None or isinstance(item, (bool, int, str)):
        return str(item) if isinstance(item, str) else item
    if isinstance(item, Basic):
        return _number(item)
    if isinstance(item, (tuple, list)):
        return [plain(part) for part in item]
    if isinstance(item, dict):
        return {str(key): plain(part) for key, part in item.items()}
    return item.shown_type if isinstance(item, Layer) else str(item)


def _shape(shape: Shape) -> list[int | str | None] | None:
    """None where not even the number of axes is known."""
    if len(shape) == 1 and not is_known(shape[0]):
        return None
    return [_number(size) for size in shape]


def _number(size: Size | Basic | None) -> int | str | None:
    if size is None or isinstance(size, int):
        return size
    if isinstance(size, Integer):
        return int(size)
    return SYMPY.size(size) if is_known(size) else None
