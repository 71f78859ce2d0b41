"""From the value of a JSON text to the network of its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from layermath.algebra.floors import Size
from layermath.messages import Code, Name, _
from layermath.network.freezing import network_of
from layermath.network.graph import Network
from layermath.network.walk import symbols_of, walk
from layermath.problems import CallProblem, ModelProblem
from layermath.readers import json_text
from layermath.readers.keras_config.building import MODELS_NESTING, Building, Plan
from layermath.readers.keras_config.layers import Known
from layermath.readers.keras_config.records import (
    Record,
    ends,
    not_a_model,
    record_of,
    recorded_shape,
)
from layermath.readers.keras_config.shapes import batched
from layermath.readers.python.letters import Letters
from layermath.readers.python.refusals import listing

Shape = Sequence[Size]


def read(
    written: str | Mapping[str, Any],
    *,
    bindings: Mapping[str, Size] | None = None,
    inputs: Mapping[str | None, Shape] | None = None,
    model: str | None = None,
    call: str | None = None,
    source: str | None = None,
    known: Mapping[tuple[str, ...], Known] | None = None,
) -> Network:
    """Read a model's configuration: ``model.to_json()``, or its value.

    ``bindings`` are values for the letters of axes that the inputs leave open; ``inputs`` shapes in
    place of the inputs' own, by the name of the input layer, None for the only one; ``model`` is
    the name of the model, or of one inside it; ``source`` the file's name; ``known`` what a live
    model knows of its layers, by the names that lead to them.

    Raises `CallProblem` where it is no model, and `ModelProblem` where the model is wrong.
    """
    if call is not None:
        raise CallProblem(
            _("{option}: a configuration has no functions to call", option=Code(f"--call {call!r}"))
        )
    value = json_text.parse(written) if isinstance(written, str) else written
    record = _chosen(_outermost(value), model)
    values = dict(bindings or {})
    plan = Plan(Letters(values, ()), _named(record, inputs or {}), known or {})
    building = Building(plan)
    try:
        network = network_of(building.model(record), open_sizes=plan.letters.open)
    except RecursionError:
        raise CallProblem(_("this model nests too deep to be read")) from None
    symbols = symbols_of(network)
    _check_bindings(values, symbols, record, plan)
    network = replace(
        network,
        notes=(*network.notes, *building.notes),
        source=source,
        framework="Keras",
    )
    if network.unknown_sizes:
        _check_weights(network, plan.letters)
    return network


def _outermost(value: object) -> Record:
    """The model that a JSON value is. Raises `CallProblem` for what is none."""
    if not isinstance(value, dict):
        raise not_a_model(_("it is no JSON object"))
    if "class_name" not in value and isinstance(value.get("layers"), list):
        # what get_config() gives: the configuration alone
        functional = "output_layers" in value
        value = {"class_name": "Functional" if functional else "Sequential", "config": value}
    if not isinstance(value.get("class_name"), str):
        raise not_a_model(
            _("it has no {key}", key=Code("class_name")),
            _("Write it with {code}.", code=Code('open("m.json", "w").write(model.to_json())')),
        )
    try:
        record = record_of(value, "model")
    except ModelProblem as problem:
        raise not_a_model(problem.message) from None
    if record.is_model:
        return record
    if record.class_name == "InputLayer" or not _could_be_layer(record):
        raise _no_graph(record)
    return _of_one_layer(record, value)


def _could_be_layer(record: Record) -> bool:
    shape = batched(record.config) or recorded_shape(record.build_config.get("input_shape"))
    return shape is not None and record.is_keras and not record.class_name.endswith("Model")


def _no_graph(record: Record) -> CallProblem:
    return not_a_model(
        _("{type} has no layers written down", type=Code(record.class_name)),
        _(
            "A subclassed model has no graph: Keras writes down its arguments alone. "
            "Give its Python source, or build it as a functional model."
        ),
    )


def _of_one_layer(record: Record, value: Mapping[str, Any]) -> Record:
    """A layer with an input shape is a model of one layer."""
    config = {"name": "sequential", "layers": [dict(value)]}
    return Record("sequential", "Sequential", "keras", None, config, record.build_config)


def _chosen(record: Record, wanted: str | None) -> Record:
    """The model of that name: the outermost one, or one inside."""
    if wanted is None or wanted == record.name:
        return record
    names = [record.name]
    level = [record]
    for _depth in range(MODELS_NESTING):
        inside = [
            record_of(item, record.name)
            for one in level
            for item in one.config["layers"]
            if isinstance(item, dict)
        ]
        level = [one for one in inside if one.is_model]
        for one in level:
            if one.name == wanted:
                return one
            names.append(one.name)
    raise CallProblem(
        _(
            "{option}: there is no such model here, only {names}",
            option=Code(f"--model {wanted}"),
            names=listing(names),
        )
    )


def _named(record: Record, inputs: Mapping[str | None, Shape]) -> dict[str, tuple[Size, ...]]:
    """The shapes of ``--input`` by the names of the input layers."""
    if not inputs:
        return {}
    names = _input_names(record)
    found: dict[str, tuple[Size, ...]] = {}
    for name, shape in inputs.items():
        if name is None:
            if len(names) > 1:
                raise CallProblem(
                    _(
                        "this model has {number} inputs: {names}",
                        number=len(names),
                        names=listing(names),
                    ),
                    _("Give each its shape: {option}", option=Code(f"--input {names[0]}=H,W,3")),
                )
            name = names[0]
        elif name not in names:
            raise CallProblem(
                _(
                    "{option}: this model has no input {name}; its inputs are {names}",
                    option=Code(f"--input {name}=…"),
                    name=Name(name),
                    names=listing(names),
                )
            )
        found[name] = tuple(shape)
    return found


def _input_names(record: Record) -> list[str]:
    if not record.is_sequential:
        return [one.layer for one in ends(record.config.get("input_layers"), Name(record.name))]
    layers = record.config["layers"]
    if not layers:
        return ["input_layer"]
    first = record_of(layers[0], record.name)
    if first.class_name == "InputLayer":
        return [first.name]
    return [f"{first.name}_input" if first.module is None else "input_layer"]


def _check_bindings(
    bindings: Mapping[str, Size], symbols: Sequence[object], record: Record, plan: Plan
) -> None:
    """Raises `CallProblem` for a name that is no letter of the model."""
    if not bindings:
        return
    asked = {*plan.letters.looked_up, *map(str, symbols)}
    asked |= {
        str(name)
        for shape in plan.shapes.values()
        for size in shape
        if not isinstance(size, int)
        for name in size.free_symbols
    }
    for name, size in bindings.items():
        if name in asked:
            continue
        option = Code(f"--set {name}={size}")
        if not asked:
            raise CallProblem(
                _(
                    "{option}: this model has no {name}, and no other symbol",
                    option=option,
                    name=Name(name),
                )
            )
        raise CallProblem(
            _(
                "{option}: this model has no {name}; its symbols are {symbols}",
                option=option,
                name=Name(name),
                symbols=listing(sorted(asked)),
            )
        )


def _check_weights(network: Network, letters: Letters) -> None:
    """Raises `ModelProblem` for weights that depend on an axis that Keras leaves open."""
    for step in walk(network).steps:
        if letters.is_open(step.params):
            raise ModelProblem(
                _(
                    "its weights depend on an axis that Keras leaves open until run time "
                    "({none} in the input shape)",
                    none=Code("null"),
                ),
                _("Give the shape with {option}.", option=Code("--input H,W,1")),
                layer=step.entry.name,
            )
