"""Functional models, built as Keras builds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from layermath.messages import Name, _
from layermath.network.freezing import same_name
from layermath.network.growing import KTensor, Model, Node, tensors_in
from layermath.network.order import Order
from layermath.problems import ModelProblem
from layermath.readers.keras.builder import Builder, call_text
from layermath.readers.keras.graph import GivenShape
from layermath.readers.python.refusals import not_followed
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Unknown


def functional(
    builder: Builder,
    inputs: object,
    outputs: object,
    name: object,
    trainable: object,
    written: Written,
) -> Model:
    """``Model(inputs, outputs, name=name)``. What cannot be followed in it is told where the
    model is used. Raises `ModelProblem` for a graph that Keras refuses."""
    model = Model(
        builder.name_for(name, "Functional", written.line),
        written.line,
        call_text(written),
    )
    try:
        taken, given = builder.structure(inputs), builder.structure(outputs)
    except CannotFollow as why:
        model.broken = not_followed(Unknown.of(written, why))
        builder.built(model)
        return model
    model.inputs, model.outputs = list(tensors_in(taken)), list(tensors_in(given))
    model.input_structure, model.output_structure = taken, given
    if not model.inputs or not model.outputs:
        raise ModelProblem(
            _("a model needs at least one input and one output"),
            line=written.line,
            layer=model.name,
        )
    if not all(tensor.node.is_input for tensor in model.inputs):
        _clone(builder, model)
    order = Order(model.inputs, model.outputs)
    model.graph, model.layers = order.nodes, order.layers
    builder.budget.spend(len(order.nodes))
    _check_connected(model, written)
    for used, times in Counter(layer.name for layer in model.layers).items():
        if times > 1:
            raise same_name(used, written.line)
    for layer in model.layers:
        if isinstance(layer, Model) and layer.broken is not None:
            model.broken = model.broken or layer.broken
    if trainable is False:
        model.freeze(False)
    builder.built(model)
    return model


def _check_connected(model: Model, written: Written) -> None:
    known = {tensor.node for tensor in model.inputs}
    for node in model.graph:
        if node.is_input and node not in known:
            raise ModelProblem(
                _(
                    "{model} needs {input}, which is not among its inputs",
                    model=Name(model.name),
                    input=Name(node.layer.name),
                ),
                line=written.line,
            )


def _clone(builder: Builder, model: Model) -> None:
    """A model from tensors in the middle of a graph gets input layers and calls of its own, so
    that the same layers stand in both."""
    copies: dict[KTensor, KTensor] = {}
    ends = [tensor for tensor in model.inputs if not tensor.node.is_input]
    for tensor in ends:
        made = builder.input_layer(
            GivenShape(tensor.shape, ""), model.line, name=f"{tensor.name}CLONE"
        )
        copies[tensor] = made.tensor
    for node in Order(ends, model.outputs).nodes:
        if node.is_input:
            continue
        copy = Node(
            node.layer,
            tuple(_copied(item, copies) for item in node.arguments),
            MappingProxyType({key: _copied(v, copies) for key, v in node.keywords.items()}),
            node.line,
        )
        copy.outputs = tuple(
            copies.setdefault(one, KTensor(copy, one.place, one.shape, f"{one.name}CLONE"))
            for one in node.outputs
        )
    model.inputs = [copies.get(tensor, tensor) for tensor in model.inputs]
    model.outputs = [copies.get(tensor, tensor) for tensor in model.outputs]
    model.input_structure = _copied(model.input_structure, copies)
    model.output_structure = _copied(model.output_structure, copies)


def _copied(structure: object, copies: Mapping[KTensor, KTensor]) -> object:
    if isinstance(structure, KTensor):
        return copies.get(structure, structure)
    if isinstance(structure, list):
        return [_copied(item, copies) for item in structure]
    if isinstance(structure, dict):
        return {key: _copied(item, copies) for key, item in structure.items()}
    return structure
