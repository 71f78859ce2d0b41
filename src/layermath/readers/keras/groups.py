"""Layers and models of the user's own, and `Lambda`: read as groups of the layers inside.

A class with ``__init__``, ``build`` and ``call`` is followed as the rest of the source is: its
``call`` goes over tensors of its own, and what it makes of them is a graph, as of a nested model.
Where it cannot be followed, the class keeps its place in the network as one without a rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layermath.algebra.floors import as_size, is_size
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Code, Message, Name, _
from layermath.network.graph import Weight
from layermath.network.growing import GraphLayer, KTensor, MadeInput, MadeLayer, Node, tensors_in
from layermath.network.order import Order
from layermath.network.walk import Inside, InsideCell
from layermath.readers.keras import keras_names
from layermath.readers.keras.builder import Builder, call_text
from layermath.readers.keras.fixed import Variable
from layermath.readers.keras.functional import functional
from layermath.readers.keras.graph import GivenShape, Group, WrittenInput, WrittenLayer
from layermath.readers.keras.networks import network_of
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.machine import Machine
from layermath.readers.python.refusals import not_followed
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Function, Partial, Path, Super, UserClass
from layermath.readers.python.world import Arguments, Keywords
from layermath.rules.states import StateSize, numbered_states
from layermath.vocabulary.automatic_names import AutoNames
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.keras import layers
from layermath.vocabulary.opaque import Opaque

MODEL = ("keras", "Model")
FOLLOWED = (keras_names.LAYER, MODEL)
"""The bases of a class that is a group; a class on another layer of Keras's is that layer."""


def _above(class_: UserClass | None) -> Path | None:
    """The class of Keras's that a class of the source stands on."""
    known = () if class_ is None else class_.known
    return next((path for path in known if path[0] == "keras"), None)


def is_model(class_: UserClass | None) -> bool:
    """Whether a class of the source is a model."""
    return _above(class_) == MODEL


def is_followed(class_: UserClass) -> bool:
    """Whether a class of the source stands on one that is known: what it computes is read."""
    return _above(class_) in FOLLOWED or _layer_above(class_) is not None


def _layer_above(class_: UserClass) -> str | None:
    """The layer of Keras's that the class stands on: ``Dense`` of ``class Wide(layers.Dense)``."""
    above = _above(class_)
    name = None if above is None or above in FOLLOWED else keras_names.layer_class(above)
    return name if name is not None and layers.find(name) is not None else None


class Groups:
    """Makes and calls the groups of one reading."""

    def __init__(self, machine: Machine, builder: Builder) -> None:
        self._machine = machine
        self._builder = builder
        builder.settle = self._settle
        self._tracked: dict[int, Variable] = {}
        self._of_tensorflow: set[str] = set()

    # making

    def make(
        self, class_: UserClass, arguments: Arguments, keywords: Keywords, written: Written
    ) -> GraphLayer:
        """``Block(64, name="block")``: run ``__init__``, which makes the layers inside. A class on
        one of Keras's layers that computes nothing of its own is that layer."""
        group = Group("", written.line, call_text(written), kind=class_.name, type=class_)
        self._builder.made_so_far += 1
        try:
            initializer = class_.find("__init__")
        except CannotFollow:
            initializer = None
        if isinstance(initializer, Function):
            self._machine.call(initializer, (group, *arguments), keywords, written)
        if not group.name and initializer is None:
            self.start(group, arguments, keywords, written)
        elif not group.name:
            self.start(group, (), {}, written)
        if group.base is not None and not class_.defines("call", "build"):
            group.base.class_name = class_.name
            return group.base
        if is_model(class_):
            self._builder.built(group)
        return group

    def start(
        self, group: Group, arguments: Arguments, keywords: Keywords, written: Written
    ) -> None:
        """``super().__init__(name=…)``; ``super().__init__(inputs, outputs)`` of a model."""
        given = dict(zip(("inputs", "outputs", "name"), arguments, strict=False)) | dict(keywords)
        builder = self._builder
        above = None if group.type is None else _layer_above(group.type)
        if above is not None:
            group.name = builder.name_for(keywords.get("name"), group.kind, written.line)
            named = {**keywords, "name": group.name}
            group.base = builder.layer(above, arguments, named, written)
            return
        if not group.name:
            group.name = builder.name_for(given.get("name"), group.kind, written.line)
        if given.get("trainable") is False:
            group.trainable = False
        if not is_model(group.type):
            return
        if "inputs" in given and "outputs" in given:
            made = functional(
                self._builder, given["inputs"], given["outputs"], group.name, None, written
            )
            builder.models.remove(made)
            group.take(made)
            builder.built(group)

    def of_function(self, made: MadeLayer, function: object, extra: object) -> GraphLayer:
        """A `Lambda`, whose function is followed where it is called."""
        if not isinstance(function, (Function, Partial)):
            return made
        more = extra if isinstance(extra, dict) else {}
        return Group(
            made.name,
            made.line,
            made.call_text,
            kind="Lambda",
            function=Partial(function, (), {str(key): item for key, item in more.items()}),
            stand_in=made,
        )

    def base_method(
        self, owner: Super, name: str, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """A method of Keras's own class: ``super().__init__(…)``, ``super().build(…)``."""
        if isinstance(owner.instance, Group) and name == "__init__":
            self.start(owner.instance, arguments, keywords, written)
            return None
        if name in ("__init__", "build"):
            return None
        if name == "call" and isinstance(owner.instance, Group) and owner.instance.base is not None:
            return self._builder.call(owner.instance.base, arguments, keywords, written)
        raise CannotFollow

    def weight(self, group: Group, arguments: Arguments, keywords: Keywords) -> Weight:
        """``self.add_weight(shape=(n, units))``: a weight of the class's own."""
        given = dict(zip(("shape", "initializer", "dtype", "trainable"), arguments, strict=False))
        if arguments and isinstance(arguments[0], str):  # Keras 2 has the name first
            given = dict(zip(("name", "shape"), arguments, strict=False))
        given.update(keywords)
        shape = given.get("shape", ())
        items = shape if isinstance(shape, (tuple, list)) else (shape,)
        counts = self._builder.arguments.counts
        try:
            sizes = tuple(map(counts.size, items))
        except CannotFollow:
            raise CannotFollow(reasons=(_("the shape of a weight has no value"),)) from None
        name = given.get("name")
        weight = Weight(
            name if isinstance(name, str) else f"weight_{len(group.weights)}",
            sizes,
            given.get("trainable") is not False,
        )
        group.weights.append(weight)
        return weight

    def track(self, group: Group, value: object, depth: int = 0) -> None:
        """Count the variables that an attribute of a class holds, in lists too, among its weights:
        each once, though several classes hold it."""
        if isinstance(value, Variable) and id(value) not in self._tracked:
            self._tracked[id(value)] = value
            group.weights.append(value.weight)
            if value.of_tensorflow:
                self._of_tensorflow.add(group.kind)
        elif depth < DATA_NESTING and isinstance(value, (list, tuple, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                self.track(group, item, depth + 1)

    def _tell_of_variables(self, kind: str) -> None:
        """Say once of a class that Keras 3 does not count what it holds as ``tf.Variable``."""
        if kind in self._of_tensorflow:
            self._of_tensorflow.remove(kind)
            said = _(
                "what {type} holds as {code} is counted among its parameters, as Keras 2 counts "
                "it: Keras 3 leaves it out",
                type=Code(kind),
                code=Code("tf.Variable"),
            )
            if said not in self._builder.notes:
                self._builder.notes.append(said)

    # calling

    def call(
        self, group: Group, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """Call a group on tensors: its graph is read at the first call, and used again. Those with
        a keyword stand in its inputs by their names, however a call is written."""
        keywords = dict(sorted(keywords.items()))
        tensors = [*tensors_in([*arguments, *keywords.values()])]
        if not tensors:
            raise lost(*arguments, *keywords.values())
        layer = self.followed(group, arguments, keywords, written)
        taken = tensors[0] if len(tensors) == 1 else tensors
        return self._builder.invoke(Node(layer, (taken,), line=written.line))

    def followed(
        self,
        group: Group,
        arguments: Arguments,
        keywords: Keywords,
        written: Written | None = None,
    ) -> GraphLayer:
        """The group, its graph read on these tensors; or the layer that stands in its place."""
        if not group.is_built and group.unread is None:
            self._follow(group, arguments, keywords, written or self._machine.nowhere)
        tensors = [*tensors_in([*arguments, *keywords.values()])]
        if group.unread is not None or len(tensors) != len(group.inputs):
            return self._stand_in(group)
        if group.broken is not None:
            raise group.broken
        return group

    def _settle(self, node: Node) -> None:
        """A group inside ``TimeDistributed``, or one that is the cell of an ``RNN``, is read on one
        time step of the first input."""
        made = node.layer
        if not isinstance(made, WrittenLayer) or made.waiting is None:
            return
        group, made.waiting = made.waiting, None
        shape = node.inputs[0].shape if node.inputs else UNKNOWN_SHAPE
        if shape == UNKNOWN_SHAPE or len(shape) < 2:
            return
        arguments: list[object] = [KTensor(node, 0, shape[1:], "step")]
        size = _state_size(group.fields.get("state_size"))
        is_cell = "cell" in made.layer.given
        if is_cell:
            if size is None:
                return
            states, _numbers = numbered_states(size if isinstance(size, tuple) else (size,), 1)
            arguments.append([KTensor(node, 0, state, "state") for state in states])
        if self.followed(group, arguments, {}) is not group:
            return
        network = network_of(group)
        if not is_cell:
            made.layer = made.layer.with_arguments({"layer": Inside(network)})
        elif size is not None:
            made.layer = made.layer.with_arguments({"cell": InsideCell(network, size)})

    def build(self, group: Group, shape: GivenShape, written: Written) -> None:
        """``model.build(shape)``, and the shape of ``--input``."""
        if group.is_built or shape.items is None:
            return
        made = self._builder.input_layer(shape, written.line, name=self._parameter(group))
        self._follow(group, (made.tensor,), {}, written, (made.tensor,))
        if group.unread is not None:
            group.broken = not_followed(group.unread)
        self._builder.built(group)

    def _parameter(self, group: Group) -> str:
        """The name of what ``call`` is called on."""
        assert group.type is not None
        try:
            call = group.type.find("call")
        except CannotFollow:
            call = None
        names = [one.arg for one in call.node.args.args[1:]] if isinstance(call, Function) else []
        return names[0] if names else "inputs"

    def _stand_in(self, group: Group) -> MadeLayer:
        """The layer without a rule that stands for a group which cannot be followed."""
        if group.stand_in is None:
            group.stand_in = MadeLayer(
                group.name,
                group.line,
                group.call_text,
                trainable=group.trainable,
                layer=Opaque(group.kind),
            )
        if group.unread is not None and not group.told:
            group.told = True
            self._builder.notes.append(_told(group.name, group.unread))
        return group.stand_in

    def _follow(
        self,
        group: Group,
        arguments: Arguments,
        keywords: Keywords,
        written: Written,
        inputs: Sequence[KTensor] = (),
    ) -> None:
        """Read ``build`` and ``call`` on tensors of the group's own."""
        own = list(inputs)
        inside = list(arguments) if inputs else [_inside(item, own) for item in arguments]
        named = {key: _inside(item, own) for key, item in keywords.items()}
        builder = self._builder
        outside, builder.inside = builder.inside, AutoNames()
        try:
            result = self._result(group, inside, named, written)
            self.track(group, group.fields)
            group.output_structure = builder.structure(result)
        except CannotFollow as why:
            group.unread = Unknown.of(written, why)
            return
        finally:
            builder.inside = outside
        group.inputs = own
        self._tell_of_variables(group.kind)
        group.input_structure = group.inputs[0] if len(group.inputs) == 1 else group.inputs
        group.outputs = list(tensors_in(group.output_structure))
        order = Order(group.inputs, group.outputs)
        group.graph = order.nodes
        tracked = dict.fromkeys(_layers_in(list(group.fields.values())))
        called = dict.fromkeys(order.layers)
        group.layers = [
            *(one for one in called if isinstance(one, MadeInput)),
            *(one for one in tracked if one in called),
            *(one for one in called if one not in tracked and not isinstance(one, MadeInput)),
        ]
        taken = {one.name for one in group.layers if not one.is_operation}
        for one in group.layers:
            if one.is_operation and one.name in taken:
                one.name = f"{one.name}_of_{group.name}"

    def _result(
        self, group: Group, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        if group.function is not None:
            return self._machine.call(group.function, arguments, keywords, written)
        assert group.type is not None
        try:
            build = group.type.find("build")
        except CannotFollow:
            build = None
        if isinstance(build, Function):
            self._machine.call(build, (group, _shapes(arguments[0])), {}, written)
        call = group.type.find("call")
        if not isinstance(call, Function):
            raise CannotFollow
        taken = {one.arg for one in (*call.node.args.args, *call.node.args.kwonlyargs)}
        extra = {"training": False, "mask": None}
        positional = {one.arg for one in call.node.args.args[: len(arguments) + 1]}
        more = {key: v for key, v in extra.items() if key in taken and key not in positional}
        return self._machine.call(call, (group, *arguments), {**more, **keywords}, written)


def _state_size(value: object) -> StateSize | None:
    """The sizes of a cell's states, where they are known: one size, or a list of them."""
    if isinstance(value, (list, tuple)):
        sizes = [_state_size(item) for item in value]
        return tuple(one for one in sizes if one is not None) if None not in sizes else None
    return as_size(value) if is_size(value) else None


def _told(name: str, unread: Unknown) -> Message:
    root = unread.root
    return _(
        "{layer}: what it computes cannot be followed, because of {code}.",
        layer=Name(name),
        code=Code(root.written.text or unread.written.text or "…"),
    )


def _inside(value: object, own: list[KTensor], depth: int = 0) -> object:
    """An argument with an input of the group in the place of each tensor. ``own`` are the inputs;
    a tensor that is given twice has two: at another call they may be two tensors."""
    if isinstance(value, KTensor):
        made = WrittenInput(
            f"input_{len(own)}" if own else "input",
            layer=InputLayer(value.shape),
            number=-1,
            lettered=False,
        )
        made.feeds(made.name, value.shape)
        own.append(made.tensor)
        return made.tensor
    if depth < DATA_NESTING:
        if isinstance(value, (list, tuple)):
            return type(value)(_inside(item, own, depth + 1) for item in value)
        if isinstance(value, dict):
            return {key: _inside(item, own, depth + 1) for key, item in value.items()}
    return value


def _shapes(value: object) -> object:
    """What ``build`` is given: the shape, or shapes, with the batch axis."""
    if isinstance(value, KTensor):
        return (None, *value.shape)
    if isinstance(value, (list, tuple)):
        return [_shapes(item) for item in value]
    return value


def _layers_in(value: object, depth: int = 0) -> Iterator[GraphLayer]:
    """The layers that the attributes of a group hold, in the order in which they were set."""
    if isinstance(value, GraphLayer):
        yield (
            value.stand_in if isinstance(value, Group) and value.told and value.stand_in else value
        )
    elif depth < DATA_NESTING:
        items: Sequence[object] = ()
        if isinstance(value, (list, tuple)):
            items = value
        elif isinstance(value, dict):
            items = list(value.values())
        for item in items:
            yield from _layers_in(item, depth + 1)
