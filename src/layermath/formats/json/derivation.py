"""A derivation as plain data, ready for ``json.dumps``: the format is described in ``docs``.

A number is an integer where it is known, else a string that ``sympy.sympify`` reads. Outside of
``sizes`` and ``…_in_sizes`` only the model's own symbols occur: where a step speaks of a named
size, its ``where`` says what that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sympy import Basic, Expr, Integer, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known
from layermath.algebra.written import value
from layermath.derivation.records import (
    Counters,
    Derivation,
    Field,
    LayerDerivation,
    NamedSize,
    Quantity,
    Shape,
    Step,
    Whole,
)
from layermath.messages import Message
from layermath.page.steps import is_count
from layermath.rules.equations import Equation
from layermath.setting.language import ENGLISH, Language
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import LATEX, SYMPY, UNICODE

Json: TypeAlias = "dict[str, Any]"


def to_dict(derivation: Derivation, language: Language = ENGLISH) -> Json:
    """The whole derivation, as ``layermath.derivation/1``; its sentences are in ``language``."""
    data = {
        "schema": "layermath.derivation/1",
        "model": _model(derivation),
        "layers": [*_layers(derivation.layers, derivation.sizes)],
        "operations": [*_layers(derivation.operations, derivation.sizes)],
        "outputs": _shapes(derivation.outputs),
        "totals": _totals(derivation),
        "sizes": [_named_size(size) for size in derivation.sizes],
        "conditions": [SYMPY.condition(condition) for condition in derivation.conditions],
        "whole": [_whole(statement) for statement in derivation.whole],
        "notes": [_sentence(note) for note in derivation.notes],
    }
    return in_words(data, language)


def to_summary_dict(derivation: Derivation) -> Json:
    """The table of layers alone, as ``layermath.summary/1``."""
    return {
        "schema": "layermath.summary/1",
        "model": _model(derivation),
        "layers": [_facts(layer) for layer in derivation.layers],
        "outputs": _shapes(derivation.outputs),
        "totals": _totals(derivation),
        "sizes": [_named_size(size) for size in derivation.sizes],
        "conditions": [SYMPY.condition(condition) for condition in derivation.conditions],
    }


def to_counting_dict(counters: Counters) -> Json:
    """What other counters count otherwise: the ``counting`` of a derivation or a summary."""
    return {
        "bias_additions": _number(counters.additions),
        "biases_before_normalization": _number(counters.idle_biases),
        "moving_statistics": _number(counters.moving),
        "types_without_bias_additions": [*counters.silent],
    }


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
                "rule": equation.rule,
                "label": _sentence(equation.label),
                "when": _sentence(equation.when),
                "reason": _sentence(equation.reason),
                **_line(equation.symbol, equation.expression),
            }
            for equation in equations
        ],
    }
    return in_words(data, language)


def quantity_dict(quantity: Quantity, sizes: Sequence[NamedSize] = ()) -> Json:
    """The derivation of one quantity; ``sizes`` are the named sizes that its lines speak of."""
    return _quantity(quantity, {size.name: size.closed_form for size in sizes})


def _model(derivation: Derivation) -> Json:
    return {
        "name": derivation.name,
        "framework": derivation.framework,
        "source": derivation.source,
        "inputs": [{"name": one.name, "shape": _shape(one.shape)} for one in derivation.inputs],
        "symbols": [symbol.name for symbol in derivation.symbols],
    }


def _totals(derivation: Derivation) -> Json:
    totals = derivation.totals
    return {
        "params": _number(totals.params),
        "trainable_params": _number(totals.trainable_params),
        "non_trainable_params": _number(totals.non_trainable_params),
        "macs": _number(totals.macs),
        "activations": _number(totals.activations),
        "params_in_sizes": _number(totals.params_in_sizes),
        "macs_in_sizes": _number(totals.macs_in_sizes),
        "activations_in_sizes": _number(totals.activations_in_sizes),
        **({} if totals.flops is None else {"flops": _number(totals.flops)}),
    }


def _named_size(size: NamedSize) -> Json:
    return {
        "name": size.name.name,
        "layer": size.layer,
        "definition": _number(size.definition),
        "closed_form": _number(size.closed_form),
    }


def _layers(layers: Sequence[LayerDerivation], sizes: Sequence[NamedSize]) -> Iterator[Json]:
    definitions = {size.name: size.closed_form for size in sizes}
    for layer in layers:
        entry = {**_facts(layer), "order": layer.order}
        entry["derivations"] = [_quantity(one, definitions) for one in layer.quantities]
        entry["notes"] = [_sentence(note) for note in layer.notes]
        if layer.line is not None:
            entry["line"] = layer.line
        if layer.calls:
            entry["calls"] = [
                {"input_shapes": _shapes(inputs), "output_shapes": _shapes(outputs)}
                for inputs, outputs in layer.calls
            ]
        if layer.layers:
            entry["layers"] = [*_layers(layer.layers, sizes)]
        if layer.operations:
            entry["operations"] = [*_layers(layer.operations, sizes)]
        yield entry


def _facts(layer: LayerDerivation) -> Json:
    return {
        "name": layer.name,
        "type": layer.type,
        "inputs": [*layer.inputs],
        "input_shapes": _shapes(layer.input_shapes),
        "output_shapes": _shapes(layer.output_shapes),
        "params": _number(layer.params),
        "trainable_params": _number(layer.trainable_params),
        "macs": _number(layer.macs),
        "activations": _number(layer.activations),
        "receptive_field": _field(layer.receptive_field),
        **({} if layer.flops is None else {"flops": _number(layer.flops)}),
    }


def _field(fields: Sequence[Field] | None) -> Json | None:
    if fields is None:
        return None
    field: Json = {
        "size": [_number(axis.size) for axis in fields],
        "jump": [_number(axis.jump) for axis in fields],
        "padding": [[_number(axis.before), _number(axis.after)] for axis in fields],
    }
    if any(axis.phases for axis in fields):
        # the first and the last input that each of the outputs sees which take turns
        field["phases"] = [[list(ends) for ends in axis.phases] for axis in fields]
    return field


def _quantity(quantity: Quantity, definitions: Mapping[Symbol, Expr]) -> Json:
    where: dict[Symbol, Size] = dict(quantity.where)
    for step in quantity.steps:
        for symbol in sorted(step.expression.free_symbols, key=str):
            if isinstance(symbol, Symbol) and symbol in definitions:
                where.setdefault(symbol, definitions[symbol])
    return {
        "quantity": quantity.quantity,
        "symbol": quantity.symbol.name,
        "result": _number(quantity.result),
        "where": {
            letter.name: _number(value(S(size), definitions)) for letter, size in where.items()
        },
        "steps": [_step(quantity, step) for step in quantity.steps],
    }


def _step(quantity: Quantity, step: Step) -> Json:
    return {
        "rule": step.rule,
        "reason": _sentence(step.reason),
        **_line(quantity.symbol, step.expression, thousands=is_count(quantity)),
    }


def _line(symbol: Symbol, expression: Expr, *, thousands: bool = False) -> Json:
    """One equation as text, as LaTeX, and its right-hand side as SymPy reads it."""
    text, latex = (
        f"{style.write(symbol)} = {style.write(expression, thousands=thousands)}"
        for style in (UNICODE, LATEX)
    )
    return {"text": text, "latex": latex, "expression": SYMPY.write(expression)}


def _whole(statement: Whole) -> Json:
    return {
        "label": _sentence(statement.label),
        "lines": [_sentence(sentence) for sentence in statement.lines],
    }


def _sentence(message: Message | None) -> Message | str:
    return "" if message is None else message


def in_words(data: Any, language: Language) -> Any:
    """Plain data whose messages are said in a language."""
    say = TextSetter(language=language).say

    def said(item: Any) -> Any:
        match item:
            case Message():
                return say(item)
            case dict():
                return {key: said(one) for key, one in item.items()}
            case list():
                return [said(one) for one in item]
            case _:
                return item

    return said(data)


def _shapes(shapes: Sequence[Shape]) -> list[list[int | str | None] | None]:
    return [_shape(shape) for shape in shapes]


def _shape(shape: Shape) -> list[int | str | None] | None:
    return None if shape == UNKNOWN_SHAPE else [_number(size) for size in shape]


def _number(size: Size | Basic | None) -> int | str | None:
    if size is None or isinstance(size, int):
        return size
    if not is_known(size):
        return None
    if isinstance(size, Integer):
        return int(size)
    return SYMPY.size(size)
