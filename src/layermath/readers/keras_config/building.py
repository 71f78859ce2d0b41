"""From the layers of a configuration to a model: each is made, and called as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Code, Message, Name, _
from layermath.network.builder import GraphBuilder, check_number, fits, takes_another
from layermath.network.freezing import network_of, same_name
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
from layermath.network.walk import Inside
from layermath.problems import CallProblem, ModelProblem, Problem
from layermath.readers.keras.refusals import ShapeNeeded
from layermath.readers.keras_config import calls, operations
from layermath.readers.keras_config import shapes as written_down
from layermath.readers.keras_config.layers import Known, Layers, Recorded
from layermath.readers.keras_config.order import Numbers, node_of, ordered
from layermath.readers.keras_config.records import NodeCall, Record, Reference, ends, record_of
from layermath.readers.python.letters import Letters
from layermath.vocabulary.automatic_names import AutoNames
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.opaque import Opaque

Shape = tuple[Size, ...]
Path = tuple[str, ...]

MODEL_CALLS = 20_000
"""How many layer calls a model may have, those inside nested models counted too."""

MODELS_NESTING = 24
"""How deep models may stand inside models."""


@dataclass
class Plan:
    """What is given along with a configuration. ``shapes`` are those of ``--input`` by the names of
    the input layers; ``bare`` is the input whose axes have letters without its name behind them."""

    letters: Letters
    shapes: Mapping[str, Shape]
    known: Mapping[Path, Known]
    bare: str | None = None


class Building(GraphBuilder):
    """Builds the models of one configuration."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.notes: list[Message] = []
        self.plan = plan
        self._calls = 0
        self._declared: dict[Model, list[tuple[int | None, ...] | None]] = {}
        """The input shapes of the models, as they are written, without the batch axis."""

    def model(
        self, record: Record, reached: Sequence[Shape] | None = None, path: Path = ()
    ) -> Model:
        """The model of a record; ``reached`` are the shapes that it is called on, None for the
        outermost one. Raises `Problem`."""
        if len(path) > MODELS_NESTING:
            raise CallProblem(
                _("models stand inside models at most {number} deep", number=MODELS_NESTING)
            )
        if record.is_sequential:
            return self._sequential(record, reached, path)
        return self._functional(record, reached, path)

    def count(self, depth: int = 0) -> None:
        """Count a call of a layer, or of a model on other shapes."""
        self._count(1)

    def _count(self, number: int) -> None:
        self._calls += number
        if self._calls > MODEL_CALLS:
            raise CallProblem(_("a model has at most {number} calls", number=MODEL_CALLS))

    def check_taken(self, model: Model, shapes: Sequence[Shape]) -> None:
        """Raises `ModelProblem` where a model does not take these shapes: it takes those that are
        written for its inputs."""
        check_number(model.name, len(model.inputs), len(shapes))
        for wanted, shape in zip(self._declared[model], shapes, strict=True):
            if wanted is not None and not fits(wanted, shape):
                raise takes_another(model.name, Code(f"({', '.join(map(str, wanted))})"), shape)

    def _functional(self, record: Record, reached: Sequence[Shape] | None, path: Path) -> Model:
        written = _records(record)
        self._count(len(written))
        name = Name(record.name)
        inputs = ends(record.config.get("input_layers"), name)
        outputs = ends(record.config.get("output_layers"), name)
        numbers = Numbers(written, outputs)
        records = {name: numbers.calls(one) for name, one in written.items()}
        outputs = [numbers.at_the_end(one) for one in outputs]
        nodes = ordered(records, inputs, outputs)
        self._count(len(nodes))
        _check_inputs(records, nodes, inputs, record.name)
        level = _Level(self, path, written_down.recorded(records))
        if reached is not None and len(reached) != len(inputs):
            reached = None  # the call says what is wrong
        declared = [written_down.batched(records[one.layer].config) for one in inputs]
        for place, one in enumerate(inputs):
            level.input(one.layer, declared[place], None if reached is None else reached[place])
        for layer, number in nodes:
            if (layer, number) not in level.nodes:
                level.call(records[layer], number, node_of(records[layer], number))
        return self._made(
            Model(record.name, kind="Functional" if record.is_keras else record.class_name),
            record,
            [level.layers[name] for name in records if name in level.layers],
            [level.nodes[node] for node in nodes],
            [level.tensor(one) for one in inputs],
            [level.tensor(one) for one in outputs],
            declared,
        )

    def _sequential(self, record: Record, reached: Sequence[Shape] | None, path: Path) -> Model:
        written = _records(record)
        self._count(2 * len(written))
        stack = list(written.values())
        if not stack:
            raise ModelProblem(_("{model} has no layers", model=Name(record.name)))
        if stack[0].class_name == "InputLayer":
            first = stack.pop(0)
            declared = written_down.batched(first.config)
        else:
            first = written_down.made_input(record, stack[0], written)
            declared = written_down.first_shape(record, stack[0])
        level = _Level(self, path, written_down.recorded_in_stack(stack))
        given = None if reached is None or len(reached) != 1 else reached[0]
        taken = [level.input(first.name, declared, given)]
        inputs = taken
        for one in stack:
            argument: object = taken[0] if len(taken) == 1 else taken
            taken = list(level.call(one, 0, NodeCall((argument,), {})).outputs)
        return self._made(
            SequentialModel(
                record.name, kind="Sequential" if record.is_keras else record.class_name
            ),
            record,
            list(level.layers.values()),
            list(level.nodes.values()),
            inputs,
            taken,
            [declared],
        )

    def _made(
        self,
        model: Model,
        record: Record,
        layers: list[GraphLayer],
        graph: list[Node],
        inputs: list[KTensor],
        outputs: list[KTensor],
        declared: Sequence[tuple[int | None, ...] | None],
    ) -> Model:
        model.trainable = record.trainable
        model.layers, model.graph = layers, graph
        model.inputs, model.outputs = inputs, outputs
        model.output_structure = outputs[0] if len(outputs) == 1 else outputs
        self._declared[model] = [None if shape is None else shape[1:] for shape in declared]
        return model

    def input_shape(
        self, name: str, written: tuple[int | None, ...] | None, reached: Shape | None
    ) -> Shape:
        """The shape of an input layer. What it leaves open is what it is called on, or a letter."""
        letters = self.plan.letters
        if reached is None and name in self.plan.shapes:
            return tuple(letters.bound(size) for size in self.plan.shapes[name])
        if written is None:
            if reached is None:
                raise ShapeNeeded("", None)
            return reached
        items = written[1:]
        if reached is not None and len(reached) == len(items) and reached != UNKNOWN_SHAPE:
            return tuple(
                given if size is None else size for size, given in zip(items, reached, strict=True)
            )
        if None in items and self.plan.bare is None:
            self.plan.bare = name
        bare = self.plan.bare == name
        return tuple(
            letters.axis(place, len(items), name, bare=bare, is_open=True) if size is None else size
            for place, size in enumerate(items)
        )


class _Level:
    """The layers of one model, and their calls, by the layer's name and the number of the call."""

    def __init__(self, building: Building, path: Path, recorded: Recorded) -> None:
        self.layers: dict[str, GraphLayer] = {}
        self.nodes: dict[tuple[str, int], Node] = {}
        self._building = building
        self._path = path
        plan = building.plan
        self._makes = Layers(plan.known, {} if plan.shapes else recorded, building.notes)

    def input(
        self, name: str, declared: tuple[int | None, ...] | None, reached: Shape | None
    ) -> KTensor:
        """Make an input layer: its tensor."""
        shape = self._building.input_shape(name, declared, reached)
        try:
            made = MadeInput(name, layer=InputLayer.bind((), {"shape": shape}))
        except Problem as problem:
            raise problem.at(layer=name) from None
        self.layers[name] = made
        tensor = made.feeds(name, shape)
        self.nodes[name, 0] = tensor.node
        return tensor

    def tensor(self, one: Reference) -> KTensor:
        """Raises `ModelProblem` where the call has not so many outputs."""
        outputs = self.nodes[one.layer, one.node].outputs
        if one.tensor >= len(outputs):
            raise ModelProblem(
                _(
                    "the model uses output {number} of {name}, which has fewer",
                    number=one.tensor + 1,
                    name=Name(one.layer),
                ),
                layer=one.layer,
            )
        return outputs[one.tensor]

    def call(self, record: Record, number: int, written: NodeCall) -> Node:
        """Put a call in. Raises `Problem`, with the layer's name."""
        arguments, keywords = calls.put(written, self.tensor)
        reached = [tensor.shape for tensor in tensors_in([*arguments, keywords])]
        try:
            layer = self.layers.get(record.name) or self._made(record, reached)
            if isinstance(layer, Model):
                calls.check_tensors(arguments, keywords)
                arguments = _in_order(layer, arguments)
            elif isinstance(layer, MadeLayer):
                if record.is_operation or operations.is_old(record):
                    old = operations.is_old(record)
                    arguments, keywords = operations.operands(
                        arguments, keywords, layer.layer, is_old=old
                    )
                elif not isinstance(layer.layer, Opaque):
                    calls.check_tensors(arguments, keywords)
        except Problem as problem:
            raise problem.at(layer=record.name) from None
        node = self.nodes[record.name, number] = Node(layer, arguments, keywords)
        self._building.invoke(node)
        return node

    def _made(self, record: Record, reached: list[Shape]) -> GraphLayer:
        path = (*self._path, record.name)
        if record.class_name == "InputLayer":
            raise ModelProblem(_("an InputLayer stands first in a model, or nowhere"))
        if record.is_model:
            made: GraphLayer = self._building.model(record, reached, path)
        else:
            inner = [reached[0][1:]] if len(reached) == 1 else None

            def make(item: Mapping[str, Any]) -> Layer:
                found = record_of(item, record.name)
                if not found.is_model:
                    return self._makes.layer(found, path, make)
                model = self._building.model(found, inner, path)
                return Inside(network_of(model))

            made = MadeLayer(
                record.name,
                trainable=record.trainable and _inner_trainable(record),
                layer=self._makes.layer(record, path, make),
                is_operation=record.is_operation,
            )
        self.layers[record.name] = made
        return made


def _records(model: Record) -> dict[str, Record]:
    found: dict[str, Record] = {}
    names = AutoNames()
    for number, item in enumerate(model.config["layers"], 1):
        place = f"{model.name}, layer {number}"
        record = record_of(item, place)
        if record.name == place:  # it has no name: Keras gives it one
            record = replace(record, name=names.next(record.class_name))
        if record.name in found:
            raise same_name(record.name, None)
        found[record.name] = record
    return found


def _check_inputs(
    records: Mapping[str, Record],
    nodes: Sequence[tuple[str, int]],
    inputs: Sequence[Reference],
    model: str,
) -> None:
    declared = {one.layer for one in inputs}
    for one in inputs:
        if records[one.layer].class_name != "InputLayer":
            raise ModelProblem(
                _("{name} is among the inputs, and is no InputLayer", name=Name(one.layer)),
                layer=one.layer,
            )
        if one.node or one.tensor:
            raise ModelProblem(
                _("an InputLayer is called once, and has one output"), layer=one.layer
            )
    for name, _number in nodes:
        if records[name].class_name == "InputLayer" and name not in declared:
            raise ModelProblem(
                _(
                    "{model} needs {input}, which is not among its inputs",
                    model=Name(model),
                    input=Name(name),
                ),
                layer=name,
            )


def _inner_trainable(record: Record) -> bool:
    """Whether the layer inside a wrapper is trained."""
    inner = record.config.get("layer")
    config = inner.get("config") if isinstance(inner, dict) else None
    return not isinstance(config, dict) or config.get("trainable") is not False


def _in_order(model: Model, arguments: tuple[object, ...]) -> tuple[object, ...]:
    """A dict given to a model goes by the names of its inputs, if it has those."""
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return arguments
    given = arguments[0]
    names = [tensor.node.layer.name for tensor in model.inputs]
    return ([given[name] for name in names],) if set(names) == set(given) else arguments
