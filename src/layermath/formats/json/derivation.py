"""A derivation as plain data, ready for ``json.dumps``: the format is described in ``docs``.

A number is an integer where it is known, else a string that ``sympy.sympify`` reads. Outside of
``sizes`` and ``…_in_sizes`` only the model's own symbols occur: where a step speaks of a named
size, its ``where`` says what that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sympy import Expr, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.written import value
from layermath.derivation.records import (
    Counters,
    LayerDerivation,
    NamedSize,
    NetworkDerivation,
    Quantity,
    Step,
)
from layermath.formats.json.plain import Json, field_dict, plain, taken
from layermath.page.steps import is_count
from layermath.rules.equations import Equation
from layermath.setting.language import ENGLISH, Language
from layermath.setting.styles import LATEX, SYMPY, UNICODE


def to_dict(derivation: NetworkDerivation, language: Language = ENGLISH) -> Json:
    """The whole derivation, as ``layermath.derivation/1``; its sentences are in ``language``."""
    data = {
        "schema": "layermath.derivation/1",
        "model": model_dict(derivation),
        "layers": [*_layers(derivation.layers, derivation.sizes)],
        "operations": [*_layers(derivation.operations, derivation.sizes)],
        "outputs": derivation.outputs,
        "totals": _totals(derivation),
        "sizes": [_named_size(size) for size in derivation.sizes],
        "conditions": derivation.conditions,
        "whole": [taken(one, "label", "lines") for one in derivation.whole],
        "notes": derivation.notes,
    }
    return plain(data, language)


def to_summary_dict(derivation: NetworkDerivation) -> Json:
    """The table of layers alone, as ``layermath.summary/1``."""
    data = {
        "schema": "layermath.summary/1",
        "model": model_dict(derivation),
        "layers": [_facts(layer) for layer in derivation.layers],
        "outputs": derivation.outputs,
        "totals": _totals(derivation),
        "sizes": [_named_size(size) for size in derivation.sizes],
        "conditions": derivation.conditions,
    }
    return plain(data)


def to_counting_dict(counters: Counters) -> Json:
    """What other counters count otherwise: the ``counting`` of a derivation or a summary."""
    data = {
        "bias_additions": counters.additions,
        "biases_before_normalization": counters.idle_biases,
        "moving_statistics": counters.moving,
        "types_without_bias_additions": counters.silent,
    }
    return plain(data)


def to_formula_dict(
    type_name: str, equations: Sequence[Equation], language: Language = ENGLISH
) -> Json:
    """The general rules of a layer type, as ``layermath.formula/1``."""
    data = {
        "schema": "layermath.formula/1",
        "type": type_name,
        "equations": [
            {
                "quantity": equation.quantity,
                "symbol": equation.symbol.name,
                **taken(equation, "rule", "label"),
                "when": equation.when or "",
                "reason": equation.reason or "",
                **_line(equation.symbol, equation.expression),
            }
            for equation in equations
        ],
    }
    return plain(data, language)


def quantity_dict(quantity: Quantity, sizes: Sequence[NamedSize] = ()) -> Json:
    """The derivation of one quantity; ``sizes`` are the named sizes that its lines speak of."""
    return _quantity(quantity, {size.name: size.closed_form for size in sizes})


def model_dict(derivation: NetworkDerivation) -> Json:
    """What is known of a model before its layers."""
    return {
        **taken(derivation, "name", "framework", "source"),
        "inputs": [taken(one, "name", "shape") for one in derivation.inputs],
        "symbols": [symbol.name for symbol in derivation.symbols],
    }


def _totals(derivation: NetworkDerivation) -> Json:
    totals = derivation.totals
    counts = ("params", "trainable_params", "non_trainable_params", "macs", "activations")
    in_sizes = ("params_in_sizes", "macs_in_sizes", "activations_in_sizes")
    return taken(totals, *counts, *in_sizes, *(["flops"] if totals.flops is not None else []))


def _named_size(size: NamedSize) -> Json:
    return {"name": size.name.name, **taken(size, "layer", "definition", "closed_form")}


def _layers(layers: Sequence[LayerDerivation], sizes: Sequence[NamedSize]) -> Iterator[Json]:
    definitions = {size.name: size.closed_form for size in sizes}
    for layer in layers:
        entry = {**_facts(layer), "order": layer.order}
        entry["derivations"] = [_quantity(one, definitions) for one in layer.quantities]
        entry["notes"] = layer.notes
        if layer.line is not None:
            entry["line"] = layer.line
        if layer.calls:
            entry["calls"] = [
                {"input_shapes": inputs, "output_shapes": outputs}
                for inputs, outputs in layer.calls
            ]
        if layer.layers:
            entry["layers"] = [*_layers(layer.layers, sizes)]
        if layer.operations:
            entry["operations"] = [*_layers(layer.operations, sizes)]
        yield entry


def _facts(layer: LayerDerivation) -> Json:
    return {
        **taken(layer, "name", "type", "inputs", "input_shapes", "output_shapes"),
        **taken(layer, "params", "trainable_params", "macs", "activations"),
        "receptive_field": field_dict(layer.receptive_field),
        **({} if layer.flops is None else {"flops": layer.flops}),
    }


def _quantity(quantity: Quantity, definitions: Mapping[Symbol, Expr]) -> Json:
    where: dict[Symbol, Size] = dict(quantity.where)
    for step in quantity.steps:
        for symbol in sorted(step.expression.free_symbols, key=str):
            if isinstance(symbol, Symbol) and symbol in definitions:
                where.setdefault(symbol, definitions[symbol])
    return {
        "quantity": quantity.quantity,
        "symbol": quantity.symbol.name,
        "result": quantity.result,
        "where": {letter.name: value(S(size), definitions) for letter, size in where.items()},
        "steps": [_step(quantity, step) for step in quantity.steps],
    }


def _step(quantity: Quantity, step: Step) -> Json:
    return {
        "rule": step.rule,
        "reason": step.reason or "",
        **_line(quantity.symbol, step.expression, thousands=is_count(quantity)),
    }


def _line(symbol: Symbol, expression: Expr, *, thousands: bool = False) -> Json:
    """One equation as text, as LaTeX, and its right-hand side as SymPy reads it."""
    text, latex = (
        f"{style.write(symbol)} = {style.write(expression, thousands=thousands)}"
        for style in (UNICODE, LATEX)
    )
    return {"text": text, "latex": latex, "expression": SYMPY.write(expression)}
