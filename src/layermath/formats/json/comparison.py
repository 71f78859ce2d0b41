"""Two models side by side as plain data, ready for ``json.dumps``: ``layermath.compare/1``.

Numbers are integers where they are known, else strings that ``sympy.sympify`` reads when it is
given ``symbols``; a shape leaves out the batch axis.
"""

from __future__ import annotations

from layermath.derivation.records import LayerDerivation
from layermath.formats.json.derivation import model_dict
from layermath.formats.json.plain import Json, field_dict, plain, taken
from layermath.questions.records import LayerChange, NetworkComparison
from layermath.setting.language import ENGLISH, Language
from layermath.vocabulary.layer import Layer


def to_comparison_dict(comparison: NetworkComparison, language: Language = ENGLISH) -> Json:
    """The whole comparison; ``before`` and ``after`` are the models in the order of the call."""
    models = comparison.before, comparison.after
    data = {
        "schema": "layermath.compare/1",
        "models": _both(*map(model_dict, models)),
        "symbols": sorted({symbol.name for model in models for symbol in model.symbols}),
        "same": comparison.same,
        "layers": [_layer(one) for one in comparison.layers],
        "totals": {
            name: taken(change, "before", "after", "difference")
            for name, change in comparison.counts.items()
        },
        "receptive_field": _both(*map(field_dict, (comparison.sees.before, comparison.sees.after))),
        "outputs": taken(comparison.outputs, "before", "after"),
        "conditions": _both(*(model.conditions for model in models)),
        "notes": _both(*(model.notes for model in models)),
    }
    return plain(data, language)


def _both(before: object, after: object) -> Json:
    return {"before": before, "after": after}


def _layer(change: LayerChange) -> Json:
    entry: Json = {
        "change": change.change,
        **_both(_side(change.before), _side(change.after)),
        "arguments": [
            {"name": one.name, **_both(_argument(one.before), _argument(one.after))}
            for one in change.arguments
        ],
        "why": change.why,
    }
    if change.inside:
        entry["layers"] = [_layer(one) for one in change.inside]
    return entry


def _side(layer: LayerDerivation | None) -> Json | None:
    if layer is None:
        return None
    return {
        **taken(layer, "name", "type", "input_shapes", "output_shapes"),
        **taken(layer, "params", "trainable_params", "macs", "activations"),
        "receptive_field": field_dict(layer.receptive_field),
    }


def _argument(item: object) -> object:
    """The value of an argument; of a layer, its type."""
    if isinstance(item, (tuple, list)):
        return [_argument(part) for part in item]
    if isinstance(item, dict):
        return {key: _argument(part) for key, part in item.items()}
    return item.shown_type if isinstance(item, Layer) else item
