"""Which calls a model needs, each after those that feed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from layermath.messages import Name, _
from layermath.problems import ModelProblem
from layermath.readers.keras_config.records import NodeCall, Record, Reference, references_in

Node = tuple[str, int]
"""Call number so and so of a layer."""


def ordered(
    records: Mapping[str, Record], inputs: Sequence[Reference], outputs: Sequence[Reference]
) -> list[Node]:
    """The calls between inputs and outputs, those of the inputs first.

    Raises `ModelProblem` for a layer or a call that is not there, and for a graph with a cycle.
    """
    order: list[Node] = []
    finished: set[Node] = set()
    begun: set[Node] = set()
    for end in outputs:
        waiting: list[tuple[Node, Iterator[Reference]]] = []
        _enter(end, records, finished, begun, waiting)
        while waiting:
            node, rest = waiting[-1]
            tensor = next(rest, None)
            if tensor is not None:
                _enter(tensor, records, finished, begun, waiting)
                continue
            waiting.pop()
            begun.discard(node)
            finished.add(node)
            order.append(node)
    first = [(one.layer, one.node) for one in inputs]
    for layer, _number in first:
        if layer not in records:
            raise _missing(layer)
    return [*dict.fromkeys([*first, *order])]


def node_of(record: Record, number: int) -> NodeCall:
    """A call of a layer. An input layer has one, which is not written down."""
    if record.class_name == "InputLayer" and not record.nodes and number == 0:
        return NodeCall((), {})
    if number >= len(record.nodes):
        raise ModelProblem(
            _(
                "the model uses call {number} of {name}, which is called {times} times",
                number=number + 1,
                name=Name(record.name),
                times=len(record.nodes),
            ),
            layer=record.name,
        )
    return record.nodes[number]


def _enter(
    tensor: Reference,
    records: Mapping[str, Record],
    finished: set[Node],
    begun: set[Node],
    waiting: list[tuple[Node, Iterator[Reference]]],
) -> None:
    node = (tensor.layer, tensor.node)
    if node in finished:
        return
    if node in begun:
        raise ModelProblem(
            _("{name} feeds itself: a graph with a cycle is no model", name=Name(tensor.layer)),
            layer=tensor.layer,
        )
    record = records.get(tensor.layer)
    if record is None:
        raise _missing(tensor.layer)
    call = node_of(record, tensor.node)
    begun.add(node)
    feeding = references_in([*call.arguments, *call.keywords.values()])
    # the calls of a layer keep their order: what it is built on is the first
    before = [Reference(tensor.layer, tensor.node - 1, 0)] if tensor.node else []
    waiting.append((node, chain(before, feeding)))


def _missing(layer: str) -> ModelProblem:
    return ModelProblem(
        _("the model uses a layer {name} that is not among its layers", name=Name(layer)),
        layer=layer,
    )


class Numbers:
    """How the calls of models inside a model are counted.

    A functional model has a first call that nobody wrote, that on its own inputs. Keras 3 counts it
    in ``output_layers`` alone, Keras 2 everywhere.
    """

    def __init__(self, records: Mapping[str, Record], outputs: Sequence[Reference]) -> None:
        models = {name: record for name, record in records.items() if record.is_model}
        inside: dict[str, set[int]] = {name: set() for name in models}
        if models:
            for record in records.values():
                for call in record.nodes:
                    for one in references_in([*call.arguments, *call.keywords.values()]):
                        inside.get(one.layer, set()).add(one.node)
        at_the_end: dict[str, set[int]] = {name: set() for name in models}
        for one in outputs:
            at_the_end.get(one.layer, set()).add(one.node)
        self._inside: set[str] = set()
        self._at_the_end: set[str] = set()
        for name, record in models.items():
            both = inside[name] | at_the_end[name]
            from_one = 0 not in both and max(both, default=0) >= len(record.nodes)
            if record.is_old and from_one:
                self._inside.add(name)
                self._at_the_end.add(name)
            elif not record.is_old and not record.is_sequential and 0 not in at_the_end[name]:
                self._at_the_end.add(name)

    def inside(self, structure: object) -> object:
        """What a layer is called on, its references counted from 0."""
        if isinstance(structure, Reference):
            return _less(structure) if structure.layer in self._inside else structure
        if isinstance(structure, list):
            return [self.inside(item) for item in structure]
        if isinstance(structure, dict):
            return {key: self.inside(item) for key, item in structure.items()}
        return structure

    def at_the_end(self, one: Reference) -> Reference:
        """A reference of ``output_layers``, counted from 0."""
        return _less(one) if one.layer in self._at_the_end else one

    def calls(self, record: Record) -> Record:
        """A layer whose calls are counted from 0."""
        if not self._inside:
            return record
        nodes = tuple(
            NodeCall(
                tuple(self.inside(item) for item in call.arguments),
                {key: self.inside(item) for key, item in call.keywords.items()},
            )
            for call in record.nodes
        )
        return replace(record, nodes=nodes)


def _less(one: Reference) -> Reference:
    return Reference(one.layer, one.node - 1, one.tensor, one.shape)
