"""From the layers of a configuration to the `Network`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Code, Message, Name, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.network.graph import Call, Entry, Network, Tensor, tensors_in
from layermath.network.walk import Inside, Step, apply_step
from layermath.problems import CallProblem, ModelProblem, Problem
from layermath.readers.automatic_names import AutoNames
from layermath.readers.keras.refusals import ShapeNeeded, same_name
from layermath.readers.keras_config import calls, operations
from layermath.readers.keras_config import shapes as written_down
from layermath.readers.keras_config.layers import Known, Layers, Recorded
from layermath.readers.keras_config.order import Numbers, node_of, ordered
from layermath.readers.keras_config.records import (
    Record,
    Reference,
    ends,
    record_of,
)
from layermath.readers.python.letters import Letters
from layermath.rules.equations import Applied
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


class Building:
    """Builds the networks of one configuration."""

    def __init__(self, plan: Plan) -> None:
        self.notes: list[Message] = []
        self.declared: dict[Path, list[tuple[int | None, ...] | None]] = {}
        """The input shapes of the models inside, as they are written, without the batch axis."""
        self._plan = plan
        self._calls = 0

    def network(
        self,
        record: Record,
        reached: Sequence[Shape] | None = None,
        path: Path = (),
        *,
        frozen: bool = False,
    ) -> Network:
        """The network of a model; ``reached`` are the shapes that it is called on, None for the
        outermost one. Raises `Problem`."""
        if len(path) > MODELS_NESTING:
            raise CallProblem(
                _("models stand inside models at most {number} deep", number=MODELS_NESTING)
            )
        frozen = frozen or not record.trainable
        if record.is_sequential:
            return self._sequential(record, reached, path, frozen)
        return self._functional(record, reached, path, frozen)

    def _count(self, number: int) -> None:
        self._calls += number
        if self._calls > MODEL_CALLS:
            raise CallProblem(_("a model has at most {number} calls", number=MODEL_CALLS))

    def _functional(
        self, record: Record, reached: Sequence[Shape] | None, path: Path, frozen: bool
    ) -> Network:
        written = _records(record)
        self._count(len(written))
        model = Name(record.name)
        inputs = ends(record.config.get("input_layers"), model)
        outputs = ends(record.config.get("output_layers"), model)
        numbers = Numbers(written, outputs)
        records = {name: numbers.calls(one) for name, one in written.items()}
        outputs = [numbers.at_the_end(one) for one in outputs]
        nodes = ordered(records, inputs, outputs)
        self._count(len(nodes))
        _check_inputs(records, nodes, inputs, record.name)
        growing = _Growing(
            self,
            path,
            frozen,
            self._input_shapes(records, inputs, reached, path),
            written_down.recorded(records),
        )
        several = any(one.tensor for one in written_down.all_references(records, outputs))
        growing.follow_shapes = several or any(_holds_model(one) for one in records.values())
        places = {node: place for place, node in enumerate(nodes)}

        def tensor(one: Reference) -> Tensor:
            return Tensor(places[one.layer, one.node], one.tensor)

        for name, number in nodes:
            growing.call(records[name], calls.call(name, node_of(records[name], number), tensor))
        for one in outputs:
            growing.check(tensor(one))
        listed = tuple(
            name
            for name, one in records.items()
            if name in growing.entries and not one.is_operation
        )
        ordered_entries = {
            name: growing.entries[name] for name in records if name in growing.entries
        }
        return Network(
            record.name,
            "Functional" if record.is_keras else record.class_name,
            MappingProxyType(ordered_entries),
            listed,
            tuple(growing.calls),
            tuple(tensor(one) for one in inputs),
            tuple(tensor(one) for one in outputs),
        )

    def _input_shapes(
        self,
        records: Mapping[str, Record],
        inputs: Sequence[Reference],
        reached: Sequence[Shape] | None,
        path: Path,
    ) -> dict[str, Shape]:
        if reached is not None and len(reached) != len(inputs):
            reached = None  # the call says what is wrong
        self.declared[path] = [
            _open(written_down.batched(records[one.layer].config)) for one in inputs
        ]
        return {
            one.layer: self.input_shape(
                one.layer,
                written_down.batched(records[one.layer].config),
                None if reached is None else reached[place],
            )
            for place, one in enumerate(inputs)
        }

    def input_shape(
        self, name: str, written: tuple[int | None, ...] | None, reached: Shape | None
    ) -> Shape:
        """The shape of an input layer. What it leaves open is what it is called on, or a letter."""
        letters = self._plan.letters
        if reached is None and name in self._plan.shapes:
            return tuple(letters.bound(size) for size in self._plan.shapes[name])
        if written is None:
            if reached is None:
                raise ShapeNeeded("", None)
            return reached
        items = written[1:]
        if reached is not None and len(reached) == len(items) and reached != UNKNOWN_SHAPE:
            return tuple(
                given if size is None else size for size, given in zip(items, reached, strict=True)
            )
        if None in items and self._plan.bare is None:
            self._plan.bare = name
        bare = self._plan.bare == name
        return tuple(
            letters.axis(place, len(items), name, bare=bare, is_open=True) if size is None else size
            for place, size in enumerate(items)
        )

    def _sequential(
        self, record: Record, reached: Sequence[Shape] | None, path: Path, frozen: bool
    ) -> Network:
        written = _records(record)
        self._count(2 * len(written))
        stack = list(written.values())
        if not stack:
            raise ModelProblem(_("{model} has no layers", model=Name(record.name)))
        given = None if reached is None or len(reached) != 1 else reached[0]
        if stack[0].class_name == "InputLayer":
            first = stack.pop(0)
            shape = written_down.batched(first.config)
        else:
            first = written_down.made_input(record, stack[0], written)
            shape = written_down.first_shape(record, stack[0])
        shapes = {first.name: self.input_shape(first.name, shape, given)}
        self.declared[path] = [_open(shape)]
        growing = _Growing(self, path, frozen, shapes, written_down.recorded_in_stack(stack))
        growing.follow_shapes = True
        growing.call(first, Call(first.name))
        for one in stack:
            taken = growing.last
            growing.call(one, Call(one.name, (taken[0] if len(taken) == 1 else list(taken),)))
        return Network(
            record.name,
            "Sequential" if record.is_keras else record.class_name,
            MappingProxyType(growing.entries),
            tuple(one.name for one in stack),
            tuple(growing.calls),
            (Tensor(0),),
            tuple(growing.last),
        )


class _Growing:
    """A network as its calls are put in one after the other."""

    def __init__(
        self,
        building: Building,
        path: Path,
        frozen: bool,
        inputs: Mapping[str, Shape],
        recorded: Recorded,
    ) -> None:
        self.entries: dict[str, Entry] = {}
        self.calls: list[Call] = []
        self.follow_shapes = False
        """Whether layers are applied as they are put in: a model inside needs to know its input."""
        self._building = building
        self._path = path
        self._frozen = frozen
        self._inputs = inputs
        self._shapes: dict[Tensor, Shape] | None = {}
        self._makes = Layers(
            building._plan.known, {} if building._plan.shapes else recorded, building.notes
        )

    @property
    def last(self) -> list[Tensor]:
        """The outputs of the last call."""
        place = len(self.calls) - 1
        if self._shapes is None:
            return [Tensor(place)]
        return [tensor for tensor in self._shapes if tensor.call == place]

    def call(self, record: Record, call: Call) -> None:
        """Put a call in. Raises `Problem`, with the layer's name."""
        for tensor in call.tensors:
            self.check(tensor)
        reached = self._reached(call)
        try:
            if record.name not in self.entries:
                self.entries[record.name] = self._entry(record, reached)
            layer = self.entries[record.name].layer
            if isinstance(layer, Network):
                calls.check_tensors(call)
                call = _in_order(layer, call)
                _check_number(layer, call)
                if reached is not None:
                    declared = self._building.declared[*self._path, record.name]
                    _check_shapes(layer, declared, reached)
            elif record.is_operation or operations.is_old(record):
                call = operations.call_of(call, layer, is_old=operations.is_old(record))
            elif not isinstance(layer, Opaque):
                calls.check_tensors(call)
        except Problem as problem:
            raise problem.at(layer=record.name) from None
        self.calls.append(call)
        self._apply(call)

    def check(self, tensor: Tensor) -> None:
        """Raises `ModelProblem` where the call has not so many outputs."""
        if tensor.output and self._shapes is not None and tensor not in self._shapes:
            name = self.calls[tensor.call].layer
            raise ModelProblem(
                _(
                    "the model uses output {number} of {name}, which has fewer",
                    number=tensor.output + 1,
                    name=Name(name),
                ),
                layer=name,
            )

    def _reached(self, call: Call) -> list[Shape] | None:
        if not self.follow_shapes or self._shapes is None:
            return None
        return [self._shapes[tensor] for tensor in call.tensors]

    def _apply(self, call: Call) -> None:
        """Where a layer cannot take its input, whoever walks the network will say so."""
        if not self.follow_shapes or self._shapes is None:
            return
        step = Step(call, self.entries[call.layer], (), Applied(()))
        try:
            outputs = apply_step(step, self._shapes).outputs
        except Problem:
            self._shapes = None
            return
        place = len(self.calls) - 1
        for output, shape in enumerate(outputs):
            self._shapes[Tensor(place, output)] = shape

    def _entry(self, record: Record, reached: list[Shape] | None) -> Entry:
        layer: Layer | Network
        path = (*self._path, record.name)
        trainable = record.trainable and not self._frozen
        if record.class_name == "InputLayer":
            if record.name not in self._inputs:
                raise ModelProblem(_("an InputLayer stands first in a model, or nowhere"))
            layer = InputLayer.bind((), {"shape": self._inputs[record.name]})
        elif record.is_model:
            layer = self._building.network(record, reached, path, frozen=self._frozen)
        else:
            inner = reached[0][1:] if reached and len(reached) == 1 else None

            def make(item: Mapping[str, Any]) -> Layer:
                found = record_of(item, record.name)
                if not found.is_model:
                    return self._makes.layer(found, path, make)
                shapes = None if inner is None else [inner]
                return Inside(self._building.network(found, shapes, path, frozen=self._frozen))

            layer = self._makes.layer(record, path, make)
            trainable = trainable and _inner_trainable(record)
        return Entry(record.name, layer, trainable=trainable)


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


def _holds_model(record: Record) -> bool:
    """Whether it is a model, or a wrapper that may have one inside."""
    return record.is_model or isinstance(record.config.get("layer"), dict)


def _inner_trainable(record: Record) -> bool:
    """Whether the layer inside a wrapper is trained."""
    inner = record.config.get("layer")
    config = inner.get("config") if isinstance(inner, dict) else None
    return not isinstance(config, dict) or config.get("trainable") is not False


def _in_order(model: Network, call: Call) -> Call:
    """A dict given to a model goes by the names of its inputs, if it has those."""
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], dict):
        return call
    given = call.arguments[0]
    names = [model.calls[tensor.call].layer for tensor in model.inputs]
    if set(names) == set(given):
        return replace(call, arguments=([given[name] for name in names],))
    return call


def _check_number(model: Network, call: Call) -> None:
    number = len(list(tensors_in([*call.arguments, *call.keywords.values()])))
    if number != len(model.inputs):
        raise ModelProblem(
            ngettext(
                "{model} has {number} input, and is called on {given}",
                "{model} has {number} inputs, and is called on {given}",
                len(model.inputs),
                model=Name(model.name),
                given=number,
            )
        )


def _open(shape: tuple[int | None, ...] | None) -> tuple[int | None, ...] | None:
    return None if shape is None else shape[1:]


def _check_shapes(
    model: Network, declared: Sequence[tuple[int | None, ...] | None], reached: Sequence[Shape]
) -> None:
    for wanted, shape in zip(declared, reached, strict=True):
        if wanted is None or shape == UNKNOWN_SHAPE:
            continue
        differ = any(
            isinstance(one, int) and isinstance(other, int) and one != other
            for one, other in zip(wanted, shape, strict=False)
        )
        if differ or len(wanted) != len(shape):
            raise ModelProblem(
                _(
                    "{model} takes {wanted}, and is called on {given}",
                    model=Name(model.name),
                    wanted=Code(f"({', '.join(map(str, wanted))})"),
                    given=ShapePiece(shape),
                )
            )
