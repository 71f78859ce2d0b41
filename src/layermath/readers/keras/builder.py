"""Makes layers and calls them on tensors, with Keras's automatic names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sympy import Expr, Integer, preorder_traversal

from layermath.algebra.floors import Size, as_size, is_size
from layermath.messages import Code, Message, _
from layermath.network.builder import GraphBuilder
from layermath.network.growing import (
    GraphLayer,
    KTensor,
    MadeLayer,
    Model,
    Node,
    Shape,
    tensors_in,
)
from layermath.operations import Fixed, Operation
from layermath.problems import ModelProblem, Problem
from layermath.readers.keras.arguments import Arguments
from layermath.readers.keras.graph import GivenShape, Unread, WrittenInput, WrittenLayer
from layermath.readers.keras.refusals import ShapeNeeded, no_such_layer, no_tensor
from layermath.readers.python.budget import Budget
from layermath.readers.python.letters import Letters
from layermath.readers.python.limits import (
    DATA_NESTING,
    MODELS_NESTING,
    SIZE_BITS,
    SIZE_PARTS,
    STEPS_OF_A_LAYER,
    STEPS_OF_A_PART,
)
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Foreign, Unknown, lost
from layermath.rules.equations import Applied
from layermath.vocabulary.automatic_names import AutoNames
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.keras import layers
from layermath.vocabulary.layer import UnknownArgument
from layermath.vocabulary.opaque import Opaque

_NOT_FOR_SHAPES = frozenset({"training", "mask"})
"""Keywords of a layer call that change no shape."""

_BATCHED = ("batch_input_shape", "batch_shape")
_READ_HERE = frozenset({"name", "trainable", "input_shape", "input_dim", *_BATCHED})
"""Keywords that every Keras layer takes and that are the reader's business."""


@dataclass(frozen=True)
class Plan:
    """What the user gives along with a source. ``shapes`` are the shapes of ``--input``, by the
    input layer's name or its number; ``bare`` is the number of the input whose axes get letters
    without its name behind them, the first one if None."""

    bindings: Mapping[str, Size] = field(default_factory=lambda: MappingProxyType({}))
    shapes: Mapping[str | int, Sequence[Size]] = field(default_factory=lambda: MappingProxyType({}))
    bare: int | None = None


class Builder(GraphBuilder):
    """The graph that a source builds."""

    def __init__(self, budget: Budget, letters: Letters, notes: list[Message], plan: Plan) -> None:
        super().__init__()
        self.budget = budget
        self.letters = letters
        self.plan = plan
        self.inside: AutoNames | None = None
        """The names of operations in the ``call`` that is being read: Keras gives them none."""
        self.notes = notes
        self.models: list[Model] = []
        """Every model of the source, in the order in which they were first made."""
        self.arguments = Arguments(budget, letters)
        self._inputs = 0
        self._lettered: int | None = plan.bare
        self.data_format = "channels_last"
        """The ``data_format`` of layers that are given none."""
        self.batch_is_known = False
        """Whether an input shape with a known size of the batch has been written."""
        self.settle: Callable[[Node], None] = lambda node: None
        """What is done before a call is put into the graph."""
        self.made_so_far = 0
        """How many times a layer was made or called, or a model built or changed."""

    @property
    def bare(self) -> int | None:
        """The number of the input whose axes have letters without its name behind them."""
        return self._lettered

    # names

    def name_for(self, given: object, class_name: str, line: int | None) -> str:
        """The name that was given, or the next automatic one. Raises `ModelProblem` for a name that
        Keras refuses."""
        if given is None or isinstance(given, Unknown):
            return self.names.next(class_name)
        if not isinstance(given, str) or "/" in given:
            raise ModelProblem(
                _("a name must be a string without {sign}", sign=Code("/")), line=line
            )
        return given

    def built(self, model: Model) -> None:
        """Note that the model was built just now: the last one built is the file's."""
        self.made_so_far += 1
        model.made = self.made_so_far
        if model not in self.models:
            self.models.append(model)

    # input shapes

    def given_shape(self, value: object, written: Written, *, batched: bool = False) -> GivenShape:
        """An ``input_shape=`` as it was written. Raises `ModelProblem` for a number instead."""
        if isinstance(value, (tuple, list)):
            items = [self._axis(item) for item in value[1 if batched else 0 :]]
            self.batch_is_known |= batched and value[:1] not in ((None,), [None])
            return GivenShape(tuple(items), written.text)
        if isinstance(value, Unknown):
            return GivenShape(None, value.written.text)
        if isinstance(value, Expr):
            return GivenShape(None, str(value))
        if isinstance(value, (int, float, str)):
            raise ModelProblem(
                _("an input shape is a tuple: {code}", code=Code(f"({value},)")), line=written.line
            )
        return GivenShape(None, written.text)

    def _axis(self, item: object) -> object:
        if isinstance(item, Unknown):
            if item.name is not None and not item.needs:
                return self.letters.stand_in(item)
            if item.count is not None and not item.count.of_axis:
                return self.arguments.counts.size(item)
            return Unread(item.written.text, item.count)
        return item

    def input_layer(
        self,
        given: GivenShape,
        line: int | None,
        *,
        name: object = None,
        call_text: str = "",
        copied: WrittenInput | None = None,
    ) -> WrittenInput:
        """An input layer, and its tensor. Raises `ShapeNeeded` where its shape has no value."""
        self.made_so_far += 1
        number, self._inputs = self._inputs, self._inputs + 1
        known = self.name_for(name, "InputLayer", line)
        shape, lettered = self._input_sizes(given, known, number, line)
        try:
            layer = InputLayer.bind((), {"shape": shape})
        except Problem as problem:
            raise problem.at(line=line, layer=known) from None
        made = WrittenInput(
            known, line, call_text, layer=layer, number=number, lettered=lettered, copied=copied
        )
        tensor = known if isinstance(name, str) else self.names.next("keras_tensor")
        made.feeds(tensor, layer.shape, line)
        return made

    def _input_sizes(
        self, given: GivenShape, name: str, number: int, line: int | None
    ) -> tuple[tuple[object, ...], bool]:
        wanted = self.plan.shapes.get(name, self.plan.shapes.get(number))
        if wanted is not None:
            for item, size in zip(given.items or (), wanted, strict=False):
                if isinstance(item, Unread):
                    self.arguments.counts.is_known_as(item.count, self.letters.bound(size))
            return tuple(self.letters.bound(size) for size in wanted), False
        if given.items is None:
            raise ShapeNeeded(given.text, line, number)
        open_axes = [item is None or isinstance(item, Unread) for item in given.items]
        if any(open_axes) and self._lettered is None:
            self._lettered = number
        sizes: list[object] = []
        for place, item in enumerate(given.items):
            if not open_axes[place]:
                sizes.append(item)
                continue
            size = self.letters.axis(
                place,
                len(given.items),
                name,
                bare=self._lettered == number,
                is_open=item is None,
            )
            sizes.append(size)
            if isinstance(item, Unread) and isinstance(size, Expr):
                self.notes.append(
                    _("{code} has no value: it is kept as {size}", code=Code(item.text), size=size)
                )
            if isinstance(item, Unread):
                self.arguments.counts.is_known_as(item.count, size)
        return tuple(sizes), any(open_axes)

    # layers

    def layer(
        self,
        class_name: str,
        arguments: Sequence[object],
        keywords: Mapping[str, object],
        written: Written,
    ) -> WrittenLayer:
        """Make a layer: ``Conv2D(32, 3)``. Raises `ModelProblem`, with the line, for a class that
        layermath does not know and for arguments that Keras refuses."""
        self.budget.spend(STEPS_OF_A_LAYER)
        self.made_so_far += 1
        found = layers.find(class_name)
        if found is None:
            raise no_such_layer(class_name, written)
        own = found.parameter_names()
        if self.data_format != "channels_last" and "data_format" in own:
            keywords = {"data_format": self.data_format, **keywords}
        common = {key: item for key, item in keywords.items() if key not in own}
        name = self.name_for(common.get("name"), found.named_after(), written.line)
        try:
            shape = self._layer_shape(common, written)
            bound = found.bind(
                [self.arguments.of(item, written) for item in arguments],
                {
                    key: self.arguments.of(item, written)
                    for key, item in keywords.items()
                    if key not in _READ_HERE or key in own
                },
            )
        except UnknownArgument as problem:
            raise _corrected(problem, written).at(line=written.line) from None
        except Problem as problem:
            raise problem.at(line=written.line, layer=name) from None
        for inner in bound.made_inside():
            self.names.next(inner)
        return WrittenLayer(
            name,
            written.line,
            call_text(written),
            trainable=common.get("trainable", True) is not False,
            layer=bound,
            given_shape=shape,
        )

    def foreign(self, call: Foreign) -> WrittenLayer:
        """A class that is not Keras's, as a layer without a rule; with the shape that its arguments
        say it makes, if they do."""
        if not isinstance(call.made, WrittenLayer):
            known = written_shape(call.keywords.get("output_shape"))
            name = self.name_for(call.keywords.get("name"), call.name, call.written.line)
            call.made = WrittenLayer(
                name,
                call.written.line,
                call_text(call.written),
                layer=Opaque(
                    call.name,
                    None if known is None else (known,),
                    module=call.module,
                ),
                given_shape=self._layer_shape(call.keywords, call.written),
            )
        return call.made

    def _layer_shape(self, keywords: Mapping[str, object], written: Written) -> GivenShape | None:
        self.batch_is_known |= keywords.get("batch_size") is not None
        for key in ("input_shape", *_BATCHED):
            if keywords.get(key) is not None:
                return self.given_shape(keywords[key], written, batched=key in _BATCHED)
        if keywords.get("input_dim") is not None:
            return self.given_shape((keywords["input_dim"],), written)
        return None

    # calls

    def structure(self, value: object, depth: int = 0) -> object:
        """What a layer is called on: a tensor, or a list or dict of them.

        Raises `CannotFollow` for what holds anything else.
        """
        self.budget.spend()
        if isinstance(value, KTensor):
            return value
        if isinstance(value, Fixed) and self.inside is not None and None not in value.shape[1:]:
            # one example, with its batch, of one or all, or without it
            shape = value.shape[1:] if value.shape[:1] in ((1,), (None,)) else value.shape
            from layermath.operations.elementwise import Constant

            layer = Constant.bind((shape,), {})
            made = MadeLayer(self.inside.next("Constant"), layer=layer, is_operation=True)
            return self.invoke(Node(made))
        if depth < DATA_NESTING:
            if isinstance(value, (list, tuple)):
                return [self.structure(item, depth + 1) for item in value]
            if isinstance(value, dict):
                return {str(key): self.structure(item, depth + 1) for key, item in value.items()}
        if isinstance(value, Unknown):
            raise lost(value)
        raise CannotFollow(reasons=no_tensor(value))

    def call(
        self,
        layer: GraphLayer,
        arguments: Sequence[object],
        keywords: Mapping[str, object],
        written: Written,
    ) -> object:
        """Call a layer or a model on tensors: the tensor, or tensors, that come out.

        Raises `CannotFollow` where it is called on something else, `ModelProblem` where the layer
        cannot take them.
        """
        options = {key: item for key, item in keywords.items() if key not in _NOT_FOR_SHAPES}
        inputs = [*([options.pop("inputs")] if "inputs" in options else []), *arguments]
        structures = tuple(self.structure(item) for item in inputs)
        for key, item in options.items():
            if isinstance(item, Unknown) and _wants_tensor(layer, key):
                raise lost(item)
        if next(tensors_in([*structures, *options.values()]), None) is None:
            raise CannotFollow
        taken = {
            key: self.structure(item)
            if next(tensors_in(item), None) is not None
            else self.arguments.of(item, written)
            for key, item in options.items()
        }
        return self.invoke(Node(layer, structures, MappingProxyType(taken), written.line))

    def operation(
        self, operation: Operation, operands: Sequence[object], written: Written
    ) -> object:
        """An operation on tensors: what comes out of it."""
        self.budget.spend(STEPS_OF_A_LAYER)
        name = (self.inside or self.names).next(operation.type_name())
        made = MadeLayer(name, written.line, call_text(written), layer=operation, is_operation=True)
        return self.invoke(Node(made, tuple(operands), line=written.line))

    def before(self, node: Node) -> None:
        """Read what the layer has waited with."""
        self.made_so_far += 1
        self.settle(node)

    def count(self, depth: int = 0) -> None:
        """Count a call, or a model that is called again. Raises `LimitReached`."""
        self.budget.spend(1 if depth else STEPS_OF_A_LAYER)
        if depth > MODELS_NESTING:
            raise self.budget.reached(
                _("models stand inside models at most {number} deep", number=MODELS_NESTING)
            )

    def check(self, layer: MadeLayer, done: Applied) -> None:
        """Check the weights against axes that Keras leaves open. Raises `ModelProblem`."""
        self._check_sizes(done)
        if done.needs_batch and not self.batch_is_known:
            raise ModelProblem(
                _(
                    "with {stateful} the size of the batch must be known, and the input leaves it "
                    "open",
                    stateful=Code("stateful=True"),
                ),
                _("Write {shape} in the input.", shape=Code("batch_shape=(32, ...)")),
            )
        if any(map(self.letters.is_open, (done.params, *done.needs_known))):
            raise ModelProblem(
                _(
                    "the weights of {type} depend on an axis that Keras leaves open until run time "
                    "({none} in the input shape)",
                    type=Code(layer.layer.type_name()),
                    none=Code("None"),
                ),
                _(
                    "Write a letter in its place, or give the shape with {option}.",
                    option=Code("--input H,W,1"),
                ),
            )

    def _check_sizes(self, applied: Applied) -> None:
        """Symbolic sizes get slower with each stride; no real model grows them so far."""
        for size in (one for shape in applied.outputs for one in shape if isinstance(one, Expr)):
            for number, part in enumerate(preorder_traversal(size)):
                self.budget.spend(STEPS_OF_A_PART)
                if number >= SIZE_PARTS:
                    raise self.budget.reached(_("the size of a tensor grows too long"))
                if isinstance(part, Integer) and int(part).bit_length() > SIZE_BITS:
                    raise self.budget.reached(
                        _("the numbers in the size of a tensor grow too long")
                    )


def _wants_tensor(layer: GraphLayer, key: str) -> bool:
    return isinstance(layer, MadeLayer) and layer.layer.takes_tensor(key)


def call_text(written: Written) -> str:
    """A call as it was written, with the last part of its dotted name: ``Conv2D(32, 3)``."""
    text = written.text
    return re.sub(r"^[\w.\s]*\.\s*(?=\w+\()", "", text)


def _corrected(problem: UnknownArgument, written: Written) -> Problem:
    """The problem, with the call as it was probably meant."""
    text = call_text(written)
    if problem.near is None or not re.search(rf"\b{problem.keyword}=", text):
        return problem
    meant = re.sub(rf"\b{problem.keyword}=", f"{problem.near}=", text)
    return ModelProblem(
        _("{message}. Did you mean this?", message=problem.message), _("{code}", code=Code(meant))
    )


def written_shape(value: object) -> Shape | None:
    """A written shape without its batch axis, where every size of it is known."""
    if isinstance(value, (tuple, list)) and all(map(is_size, value)):
        return tuple(map(as_size, value))
    return None
