"""`Sequential` models, built as Keras builds them, and calls of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known
from layermath.messages import Code, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.network.freezing import same_name
from layermath.network.growing import (
    GraphLayer,
    KTensor,
    MadeInput,
    MadeLayer,
    Model,
    Node,
    SequentialModel,
    tensors_in,
)
from layermath.operations import Fixed
from layermath.problems import ModelProblem, Problem
from layermath.readers.keras import keras_names
from layermath.readers.keras.builder import Builder, call_text
from layermath.readers.keras.graph import GivenShape, Group, WrittenInput, WrittenLayer
from layermath.readers.keras.groups import Groups, is_model
from layermath.readers.python.refusals import not_followed
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Reference
from layermath.vocabulary.opaque import Opaque


class Models:
    """Builds the models of one reading."""

    def __init__(self, builder: Builder, groups: Groups) -> None:
        self._builder = builder
        self._groups = groups

    # Sequential

    def sequential(
        self, layers: Sequence[object], name: object, trainable: object, written: Written
    ) -> SequentialModel:
        """``Sequential(layers, name=name)``"""
        model = SequentialModel(
            self._builder.name_for(name, "Sequential", written.line),
            written.line,
            call_text(written),
            trainable=trainable is not False,
        )
        for layer in layers:
            self._push(model, layer, written)
        if layers:
            self._rebuild(model)
        self._builder.built(model)
        return model

    def add(self, model: SequentialModel, layer: object, written: Written) -> None:
        """``model.add(layer)``"""
        self._push(model, layer, written)
        self._rebuild(model)
        self._builder.built(model)

    def pop(self, model: SequentialModel) -> GraphLayer | None:
        """``model.pop()``"""
        if not model.layers:
            return None
        layer = model.layers.pop()
        if model.threaded > len(model.layers):
            model.threaded = len(model.layers)
            model.graph.pop()
        self._rebuild(model)
        self._builder.built(model)
        return layer

    def build(self, model: Model, shape: GivenShape, written: Written) -> None:
        """``model.build(shape)``. A model that has its shapes keeps them, and refuses others."""
        if not isinstance(model, SequentialModel) or not model.layers:
            return
        first = model.layers[0]
        if isinstance(first, MadeInput):
            if shape.items is not None and len(shape.items) != len(first.tensor.shape):
                raise ModelProblem(
                    _(
                        "{model} has the input {shape} already",
                        model=Name(model.name),
                        shape=ShapePiece(first.tensor.shape),
                    ),
                    line=written.line,
                )
        else:
            if shape.items is None:
                model.unread_shape = shape.text
                return
            self._start(model, shape, written.line)
        self._thread(model)
        self._builder.built(model)

    def call(
        self,
        layer: GraphLayer,
        arguments: Sequence[object],
        keywords: Mapping[str, object],
        written: Written,
    ) -> object:
        """Call a layer or model; a Sequential without an input shape takes that of the tensor."""
        if isinstance(layer, Model):
            if layer.broken is not None:
                raise layer.broken
            if isinstance(layer, SequentialModel) and not layer.is_built:
                self._build_on(layer, self._builder.structure(list(arguments)), written.line)
            arguments = [self._in_order(layer, item) for item in arguments]
            keywords = {}
        return self._builder.call(layer, arguments, keywords, written)

    def unpacked(self, tensor: KTensor, number: int) -> list[object]:
        """``x, kernel = layer(y)``: what a layer without a rule makes may be several tensors, as
        unknown as the one. Nothing for a tensor of another layer, which has no parts."""
        node, made = tensor.node, tensor.node.layer
        if not isinstance(made, MadeLayer) or not isinstance(made.layer, Opaque):
            return []
        if made.layer.shapes is not None and set(made.layer.shapes) != {UNKNOWN_SHAPE}:
            return []
        more = range(len(node.outputs), number)
        node.outputs += tuple(
            KTensor(node, place, UNKNOWN_SHAPE, self._builder.names.next("keras_tensor"))
            for place in more
        )
        made.layer = replace(made.layer, shapes=(UNKNOWN_SHAPE,) * len(node.outputs))
        return list(node.outputs[:number])

    def tried(self, layer: GraphLayer, arguments: Sequence[object], written: Written) -> object:
        """What comes of a layer or model that is called on an array, not inside a ``call``: an
        array, so that the layer is part of no model. None for any other call.

        ``model(np.zeros((1, 28, 28)))`` builds a model that has no shapes yet for such arrays.
        """
        given = arguments[0] if len(arguments) == 1 else None
        if not isinstance(given, Fixed) or self._builder.inside is not None or not given.shape:
            return None
        if isinstance(layer, Model):
            return self._tried_model(layer, given, written)
        if not isinstance(layer, MadeLayer) or type(layer.layer).abstract or None in given.shape:
            return None
        try:
            outputs = layer.layer(given.shape[1:]).outputs
        except Problem:
            return None
        known = len(outputs) == 1 and all(map(is_known, outputs[0]))
        return Fixed((given.shape[0], *outputs[0])) if known else None

    def _tried_model(self, model: Model, given: Fixed, written: Written) -> object:
        own = isinstance(model, Group) and is_model(model.type)
        if not own and not isinstance(model, SequentialModel):
            return None
        if model.is_built or len(given.shape) < 2:
            return None
        shape = GivenShape(given.shape[1:], written.text)
        if isinstance(model, Group):
            self._groups.build(model, shape, written)
        else:
            self.build(model, shape, written)
        if len(model.outputs) != 1 or model.broken is not None:
            raise CannotFollow
        return Fixed((given.shape[0], *model.outputs[0].shape))

    @staticmethod
    def _in_order(model: Model, argument: object) -> object:
        """A dict given to a model whose inputs are a list goes by their names."""
        names = [tensor.node.layer.name for tensor in model.inputs]
        by_name = isinstance(argument, dict) and not isinstance(model.input_structure, dict)
        if by_name and isinstance(argument, dict) and all(name in argument for name in names):
            return [argument[name] for name in names]
        return argument

    def _push(self, model: SequentialModel, layer: object, written: Written) -> None:
        if isinstance(layer, Unknown) and layer.foreign is not None:
            layer = self._builder.foreign(layer.foreign)
        if isinstance(layer, Unknown):
            model.broken = model.broken or not_followed(layer)
            return
        if isinstance(layer, KTensor) and isinstance(layer.node.layer, MadeInput):
            layer = layer.node.layer
        if not isinstance(layer, GraphLayer):
            if layer is None or isinstance(layer, (bool, int, float, str, list, tuple, dict)):
                raise ModelProblem(
                    _("only layers can be added to {model}", model=Name(model.name)),
                    line=written.line,
                    layer=model.name,
                )
            if isinstance(layer, Reference) and keras_names.layer_class(layer.path):
                raise ModelProblem(
                    _(
                        "{name} is a class, not a layer: {call}",
                        name=Code(layer.path[-1]),
                        call=Code(f"{layer.path[-1]}(…)"),
                    ),
                    line=written.line,
                    layer=model.name,
                )
            model.broken = model.broken or not_followed(Unknown(written))
            return
        if isinstance(layer, Model):
            self._check_inside(model, layer, written)
        if isinstance(layer, WrittenLayer) and layer.given_shape is not None and not model.layers:
            self._start(model, layer.given_shape, layer.line)
        if isinstance(layer, MadeInput) and model.starts_with_input:
            raise ModelProblem(
                _("{model} has an input layer already", model=Name(model.name)),
                line=layer.line,
                layer=layer.name,
            )
        if any(known.name == layer.name and known is not layer for known in model.layers):
            raise same_name(layer.name, layer.line)
        model.layers.append(layer)

    def _check_inside(self, model: Model, layer: Model, written: Written) -> None:
        if layer.broken is not None:
            model.broken = model.broken or layer.broken
        waiting: list[GraphLayer] = [layer]
        met: set[GraphLayer] = set()
        while waiting:
            one = waiting.pop()
            self._builder.budget.spend()
            if one is model:
                raise ModelProblem(
                    _("{model} cannot stand inside itself", model=Name(model.name)),
                    line=written.line,
                )
            if isinstance(one, Model) and one not in met:
                met.add(one)
                waiting.extend(one.layers)

    def _start(
        self,
        model: SequentialModel,
        shape: GivenShape,
        line: int | None,
        copied: WrittenInput | None = None,
    ) -> None:
        """Put an input layer before the others, or keep in mind that its shape has no value."""
        if shape.items is None:
            model.unread_shape = shape.text
        else:
            model.layers.insert(0, self._builder.input_layer(shape, line, copied=copied))

    def _rebuild(self, model: SequentialModel) -> None:
        """As Keras does after a change: build, if there is something to build on."""
        model.outputs = []
        if model.broken is not None or len(model.layers) < 2:
            model.graph.clear()
            model.threaded = 0
            return
        first = model.layers[0]
        if isinstance(first, Model) and first.is_built and len(first.inputs) == 1:
            origin = first.inputs[0].node.layer
            self._start(
                model,
                GivenShape(first.inputs[0].shape, ""),
                model.line,
                origin if isinstance(origin, WrittenInput) else None,
            )
        if model.starts_with_input:
            self._thread(model)

    def _thread(self, model: SequentialModel) -> None:
        """Call each layer that has not been called yet on what the one before it gives."""
        self._builder.names.next("Functional")  # Keras makes one inside, each time it builds
        first = model.layers[0]
        assert isinstance(first, MadeInput)
        if not model.threaded:
            model.graph[:] = [first.nodes[0]]
            model.threaded = 1
        for layer in model.layers[model.threaded :]:
            before = model.graph[-1].outputs
            taken = before[0] if len(before) == 1 else list(before)
            if isinstance(layer, SequentialModel) and not layer.is_built:
                self._build_on(layer, taken, layer.line)
            if isinstance(layer, Group):
                layer = self._groups.followed(layer, (taken,), {})
                model.layers[model.threaded] = layer
            node = Node(layer, (taken,), line=layer.line)
            self._builder.invoke(node)
            model.graph.append(node)
            model.threaded += 1
        model.inputs, model.input_structure = [first.tensor], first.tensor
        model.outputs = list(model.graph[-1].outputs)
        model.output_structure = model.outputs[0] if len(model.outputs) == 1 else model.outputs

    def _build_on(self, model: SequentialModel, taken: object, line: int | None) -> None:
        """Build a Sequential on the shape of the tensor that it is called on."""
        tensors = list(tensors_in(taken))
        if len(tensors) == 1 and model.layers and model.broken is None:
            if not model.starts_with_input:
                self._start(model, GivenShape(tensors[0].shape, ""), line)
            self._thread(model)
