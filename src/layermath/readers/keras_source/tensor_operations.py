"""Operations on tensors: operators, ``x[key]``, and the functions of ``keras.ops``, TensorFlow and
``keras.backend``. Each becomes a call in the graph, as that of a layer does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from sympy import Expr

from layermath import operations
from layermath.algebra.floors import Size, as_size
from layermath.layers.arguments import is_size
from layermath.messages import Code, _
from layermath.network import Weight
from layermath.operations import Fixed, TouchesBatch
from layermath.operations.operation import whole
from layermath.problems import ModelProblem, Problem
from layermath.readers.keras_source import operation_names
from layermath.readers.keras_source.graph import KTensor, tensors_in
from layermath.readers.keras_source.limits import DATA_NESTING, CannotFollow
from layermath.readers.keras_source.refusals import no_tensor
from layermath.readers.keras_source.source import Written
from layermath.readers.keras_source.values import Reference, Unknown, lost

if TYPE_CHECKING:
    from layermath.readers.keras_source.machine import Machine

Arguments = Sequence[object]
Keywords = Mapping[str, object]
Path = tuple[str, ...]

NOT_HERE = object()
"""What comes back of a call that makes no operation."""

_OF_PYTHON = frozenset({("builtins", "abs"), ("builtins", "sum")})
_SAME = frozenset({"identity", "linear"})
_METHODS = {"reshape": "newshape", "squeeze": "axis"}


@dataclass(frozen=True, eq=False)
class Literal(Fixed):
    """A constant whose values stand in the source: ``tf.constant([[0, 0], [1, 1]])``."""

    items: object = None


class TensorOperations:
    """Makes the operations of one reading."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._special: Mapping[Path, Callable[[Arguments, Keywords, Written], object]] = {
            ("tensorflow", "split"): self._split,
            ("tensorflow", "slice"): self._slice,
            ("tensorflow", "add_n"): self._add_all,
            ("tensorflow", "math", "add_n"): self._add_all,
            ("tensorflow", "einsum"): self._einsum,
            ("tensorflow", "linalg", "einsum"): self._einsum,
            ("keras", "ops", "einsum"): self._einsum,
            ("keras", "ops", "numpy", "einsum"): self._einsum,
            ("keras", "backend", "batch_flatten"): self._batch_flatten,
            ("keras", "backend", "resize_images"): self._resize_images,
            ("keras", "backend", "epsilon"): self._number,
            ("builtins", "abs"): self._absolute,
            ("builtins", "sum"): self._sum,
        }

    # forms of the source

    def binary(self, sign: str, left: object, right: object, written: Written) -> object:
        """``left sign right``, where one of them is a tensor or a constant."""
        name = operation_names.BINARY.get(sign)
        if name is None:
            raise CannotFollow
        if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
            raise ModelProblem(
                _("{sign} takes no list beside a tensor", sign=Code(sign)), line=written.line
            )
        return self.make(name, (left, right), {}, written)

    def unary(self, sign: ast.unaryop, value: object, written: Written) -> object:
        """``-x``, ``+x``, ``~x``."""
        if isinstance(sign, ast.UAdd):
            return value
        name = "Negative" if isinstance(sign, ast.USub) else "LogicalNot"
        return self.make(name, (value,), {}, written)

    def item(self, tensor: object, key: object, written: Written) -> object:
        """``x[key]``"""
        items = key if isinstance(key, tuple) else (key,)
        read = tuple(self._key_item(item, written) for item in items)
        if isinstance(tensor, Fixed):
            return Fixed(_sliced(tensor, read))
        return self.make("GetItem", (tensor,), {"key": read}, written)

    def _key_item(self, item: object, written: Written) -> object:
        if isinstance(item, Reference) and item.path[-1] == "newaxis":
            return None
        if isinstance(item, slice):
            parts = (item.start, item.stop, item.step)
            return tuple(self._argument(part, written) for part in parts)
        if item is None or item is Ellipsis or is_size(item):
            return item
        raise lost(item)

    def method(
        self, tensor: KTensor, name: str, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``x.reshape(shape)``, ``x.squeeze(axis)``."""
        argument = _METHODS.get(name)
        if argument is None:
            raise CannotFollow
        given = (*arguments, *keywords.values())
        value = given[0] if len(given) == 1 else given or None
        return self.make(
            name.capitalize(), (tensor,), {argument: self._argument(value, written)}, written
        )

    def call(
        self, path: Path, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """A call of the function at a path; `NOT_HERE` where it makes no operation."""
        if not self._concerns(path, [*arguments, *keywords.values()]):
            return NOT_HERE
        special = self._special.get(path)
        if special is not None:
            return special(arguments, keywords, written)
        name = path[-1]
        if name in operation_names.SHAPES and len(arguments) == 1:
            return self._machine.attributes.of(arguments[0], "shape")
        if name in _SAME and len(arguments) == 1:
            return arguments[0]
        form = operation_names.form(path)
        if form is None:
            constant = self._constant(path, arguments, keywords)
            return NOT_HERE if constant is None else constant
        operands, given = self._bound(form, arguments, keywords, written)
        return self.make(form.operation, operands, given, written)

    @staticmethod
    def _concerns(path: Path, values: Arguments) -> bool:
        """Whether the function is one on tensors, and called on one or on a constant."""
        room = operation_names.room(path)
        if room is None and path not in _OF_PYTHON:
            return False
        if path[-1] in operation_names.CONSTANTS or path == ("keras", "backend", "epsilon"):
            return True
        if any(_holds_tensor(value) for value in values):
            return True
        # tf.sqrt(64.0) is a constant too
        return (
            room in ("backend", "ops", "tensorflow")
            and operation_names.form(path) is not None
            and bool(values)
            and isinstance(values[0], (int, float, Expr))
        )

    def _bound(
        self,
        form: operation_names.Form,
        arguments: Arguments,
        keywords: Keywords,
        written: Written,
    ) -> tuple[list[object], dict[str, object]]:
        """The operands and the arguments of a call."""
        names = [one.removeprefix("*").partition("=")[0] for one in form.parameters]
        if len(arguments) > len(names):
            raise CannotFollow
        values = {**form.defaults, **dict(zip(names, arguments, strict=False)), **keywords}
        operands: list[object] = []
        given: dict[str, object] = {}
        for parameter, name in zip(form.parameters, names, strict=True):
            if name not in values:
                continue
            if parameter.startswith("*"):
                operands.append(values[name])
            else:
                given[parameter.partition("=")[2] or name] = self._argument(values[name], written)
        return operands, given

    def _argument(self, value: object, written: Written) -> object:
        if isinstance(value, Literal):
            value = value.items
        return self._machine.builder.arguments.of(value, written)

    # making

    def make(
        self, name: str, operands: Sequence[object], given: Keywords, written: Written
    ) -> object:
        """The tensor, or tensors, that an operation gives. Raises `CannotFollow` where it would
        change the batch, `ModelProblem` where it cannot take its operands."""
        found = operations.find(name)
        assert found is not None
        read = [self._operand(item) for item in operands]
        if name == "Matmul":
            read = self._transposed(read, given, written)
        own = {key: value for key, value in given.items() if key in found.in_a_row()}
        if name in ("AveragePool", "MaxPool"):
            own = {key: _without_batch_and_channels(value) for key, value in own.items()}
        try:
            operation = found.bind((), own)
        except Problem as problem:
            raise problem.at(line=written.line) from None
        try:
            if next(tensors_in(read), None) is None:
                return _folded(operation, read)
            return self._machine.builder.operation(operation, read, written)
        except TouchesBatch as problem:
            raise CannotFollow(reasons=(_("{message}.", message=problem.message),)) from None

    def _operand(self, value: object, depth: int = 0) -> object:
        """A tensor, a constant, or a list of them."""
        self._machine.builder.budget.spend()
        if isinstance(value, Literal):
            return Fixed(value.shape)
        if isinstance(value, (KTensor, Fixed)):
            return value
        if isinstance(value, Weight):
            return Fixed(value.shape)
        if isinstance(value, (bool, int, float, Expr)):
            return Fixed(())
        if isinstance(value, (list, tuple)) and depth < DATA_NESTING:
            if any(_holds_tensor(item) for item in value):
                return [self._operand(item, depth + 1) for item in value]
            return Fixed(_array_shape(value))
        if isinstance(value, Unknown):
            raise lost(value)
        raise CannotFollow(reasons=no_tensor(value))

    def _transposed(
        self, operands: list[object], given: Keywords, written: Written
    ) -> list[object]:
        """The operands of ``tf.matmul(a, b, transpose_b=True)``, with two axes swapped."""
        swapped = []
        for operand, flag in zip(operands, ("transpose_a", "transpose_b"), strict=False):
            if not given.get(flag):
                swapped.append(operand)
            elif isinstance(operand, Fixed) and len(operand.shape) > 1:
                shape = operand.shape
                swapped.append(Fixed((*shape[:-2], shape[-1], shape[-2])))
            else:
                axes = {"axis1": -2, "axis2": -1}
                swapped.append(self.make("Swapaxes", (operand,), axes, written))
        return swapped

    def _constant(self, path: Path, arguments: Arguments, keywords: Keywords) -> Fixed | None:
        """A constant, or one drawn at random, whose shape is known."""
        name = path[-1]
        if name not in operation_names.CONSTANTS:
            return None
        first = arguments[0] if arguments else keywords.get("shape", keywords.get("dims"))
        if name in ("arange", "range"):
            return self._range(arguments, keywords)
        if name in ("array", "constant", "convert_to_tensor", "variable"):
            value = arguments[0] if arguments else keywords.get("value", keywords.get("x"))
            operand = self._operand(value)
            if isinstance(operand, Fixed) and isinstance(value, (list, tuple)):
                return Literal(operand.shape, value)
            return operand if isinstance(operand, Fixed) else None
        if name in ("eye", "linspace"):
            return None
        items = first if isinstance(first, (tuple, list)) else (first,)
        if not all(item is None or is_size(item) for item in items) or first is None:
            raise lost(first)
        return Fixed(tuple(items))

    def _range(self, arguments: Arguments, keywords: Keywords) -> Fixed:
        """``tf.range(n)``, ``ops.arange(start=0, stop=n)``: as many numbers as there are."""
        names = ("start", "stop", "step") if len(arguments) > 1 or not arguments else ("stop",)
        given = dict(zip(names, arguments, strict=False)) | {
            {"limit": "stop", "delta": "step"}.get(key, key): item for key, item in keywords.items()
        }
        start, stop = given.get("start", 0), given.get("stop")
        if stop is None and len(arguments) < 2:
            start, stop = 0, start
        if given.get("step", 1) not in (1, None) or not is_size(start) or not is_size(stop):
            raise lost(start, stop)
        size = self._machine.expressions.operate("-", stop, start)
        return Fixed((as_size(size),))

    # functions whose arguments stand otherwise

    def _einsum(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        text = keywords.get("equation", keywords.get("subscripts"))
        operands = list(arguments)
        if text is None and operands:
            text = operands.pop(0)
        return self.make("Einsum", operands, {"subscripts": text}, written)

    def _split(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``tf.split(value, 2, axis=1)``, ``tf.split(value, [2, 4], 1)``: sizes, not positions."""
        names = ("value", "num_or_size_splits", "axis")
        given = {"axis": 0, **dict(zip(names, arguments, strict=False)), **keywords}
        parts = self._argument(given.get("num_or_size_splits"), written)
        if isinstance(parts, (list, tuple)):
            if not all(map(is_size, parts)) or -1 in parts:
                raise lost(parts)
            parts = tuple(accumulate(parts))[:-1]
        axis = self._argument(given["axis"], written)
        more = {"indices_or_sections": parts, "axis": axis}
        return self.make("Split", (given.get("value"),), more, written)

    def _slice(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``tf.slice(x, begin, size)``: −1 is everything that is left."""
        given = {**dict(zip(("input_", "begin", "size"), arguments, strict=False)), **keywords}
        begin, size = given.get("begin"), given.get("size")
        if not isinstance(begin, (list, tuple)) or not isinstance(size, (list, tuple)):
            raise lost(begin, size)
        key = tuple(
            slice(None)
            if first == 0 and length in (-1, None)
            else slice(
                first,
                None if length == -1 else self._machine.expressions.operate("+", first, length),
            )
            for first, length in zip(begin, size, strict=False)
        )
        return self.item(given.get("input_"), key, written)

    def _add_all(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        tensors = arguments[0] if arguments else keywords.get("inputs")
        if not isinstance(tensors, (list, tuple)) or not tensors:
            raise lost(tensors)
        result: object = tensors[0]
        for tensor in tensors[1:]:
            result = self.make("Add", (result, tensor), {}, written)
        return result

    def _batch_flatten(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return self.make("Reshape", arguments[:1], {"newshape": (None, -1)}, written)

    def _resize_images(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        names = ("x", "height_factor", "width_factor", "data_format")
        given = {**dict(zip(names, arguments, strict=False)), **keywords}
        tensor, factors = given.get("x"), [given.get(name) for name in names[1:3]]
        if (
            not isinstance(tensor, KTensor)
            or len(tensor.shape) != 3
            or given.get(names[3]) == ("channels_first")
        ):
            raise lost(tensor)
        size = [
            self._machine.expressions.operate("*", length, factor)
            for length, factor in zip(tensor.shape, factors, strict=False)
        ]
        return self.make("Resize", (tensor,), {"size": tuple(size)}, written)

    def _number(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return Fixed(())

    def _sum(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``sum([x, y])``: Python begins with 0, or with what it is given."""
        if not 1 <= len(arguments) <= 2 or not isinstance(arguments[0], (list, tuple)):
            raise lost(*arguments)
        result: object = arguments[1] if len(arguments) == 2 else keywords.get("start", 0)
        for tensor in arguments[0]:
            result = self._machine.expressions.operate("+", result, tensor, written)
        return result

    def _absolute(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return self.make("Absolute", arguments, {}, written)


def is_tensor(value: object) -> bool:
    """Whether operators on the value are operations on tensors."""
    return isinstance(value, (KTensor, Fixed, Weight))


def _holds_tensor(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_tensor(item) for item in value)
    return is_tensor(value)


def _array_shape(value: object) -> tuple[int, ...]:
    """The shape of nested lists of numbers. Raises `CannotFollow` where they are ragged."""
    if not isinstance(value, (list, tuple)):
        if isinstance(value, (bool, int, float, Expr)):
            return ()
        raise lost(value)
    inner = {_array_shape(item) for item in value}
    if len(inner) > 1:
        raise CannotFollow
    return (len(value), *(inner.pop() if inner else ()))


def _without_batch_and_channels(value: object) -> object:
    """A window as TensorFlow writes it, ``[1, 2, 2, 1]``, with its two axes alone."""
    if isinstance(value, (list, tuple)) and len(value) == 4:
        return tuple(value[1:3])
    return value


def _folded(operation: operations.Operation, operands: Sequence[object]) -> Fixed:
    """What an operation makes of constants alone: another constant."""
    from layermath.operations.arranging import ExpandDims
    from layermath.operations.broadcasting import Broadcast, together
    from layermath.operations.elementwise import OneByOne

    fixed = [item for item in operands if isinstance(item, Fixed)]
    if isinstance(operation, OneByOne) and len(fixed) == 1:
        return fixed[0]
    if isinstance(operation, Broadcast) and len(fixed) == 2:
        return Fixed(together([whole(item) for item in fixed])[0])
    if isinstance(operation, ExpandDims) and len(fixed) == 1:
        shape = list(fixed[0].shape)
        rank = len(shape) + len(operation.axis)
        for place in sorted(axis % rank for axis in operation.axis):
            shape.insert(place, 1)
        return Fixed(tuple(shape))
    raise CannotFollow(
        reasons=(_("{operation} has constants alone here.", operation=Code(operation.type_name())),)
    )


def _sliced(constant: Fixed, key: Sequence[object]) -> tuple[Size | None, ...]:
    """A constant with new axes. Other slices of constants are not followed."""
    rest = list(constant.shape)
    found: list[Size | None] = []
    for item in key:
        if item is None:
            found.append(1)
        elif item == (None, None, None) and rest:
            found.append(rest.pop(0))
        elif item is Ellipsis:
            return (*found, *rest)
        else:
            raise CannotFollow
    return (*found, *rest)
