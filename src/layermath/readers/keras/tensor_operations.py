"""Operations on tensors: operators, ``x[key]``, and the functions of ``keras.ops``, TensorFlow and
``keras.backend``. Each becomes a call in the graph, as that of a layer does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from sympy import Expr

from layermath import operations
from layermath.algebra.floors import is_size
from layermath.messages import Code, _
from layermath.network.growing import KTensor, tensors_in
from layermath.operations import Fixed, TouchesBatch
from layermath.problems import ModelProblem, Problem
from layermath.readers.keras import operation_names
from layermath.readers.keras.builder import Builder
from layermath.readers.keras.constants import Constants
from layermath.readers.keras.fixed import Literal, forget, holds_tensor, is_tensor, plain
from layermath.readers.keras.given import Given
from layermath.readers.python import builtins
from layermath.readers.python.attributes import attribute
from layermath.readers.python.expressions import operate
from layermath.readers.python.limits import STEPS_OF_A_LAYER
from layermath.readers.python.machine import Machine
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, lost
from layermath.readers.python.values import Path, Reference
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords

_OF_PYTHON = frozenset({("builtins", "abs"), ("builtins", "sum")})
_SAME = frozenset({"identity", "linear"})
_OF_A_ROW = frozenset({"max", "min", "prod", "sum"})
"""Functions of NumPy that give a number for a row of them."""

_METHODS = {"astype": "cast", "permute": "transpose", "ravel": "ravel", "conjugate": "conj"}
"""The methods of tensors and arrays whose functions have other names."""

_SAME_METHODS = frozenset(
    {"block_until_ready", "copy", "contiguous", "numpy", "read_value", "to", "view"}
)
"""Those that give what they are called on, in the same shape."""

_CHANGING = frozenset({"assign", "assign_add", "assign_sub", "fill", "itemset", "sort"})
"""Those that change it, in place."""


class TensorOperations:
    """Makes the operations of one reading."""

    def __init__(self, machine: Machine, builder: Builder, constants: Constants) -> None:
        self._machine = machine
        self._builder = builder
        self._constants = constants
        self._special: Mapping[Path, Callable[[Given], object]] = {
            ("tensorflow", "split"): self._split,
            ("tensorflow", "slice"): self._slice,
            ("tensorflow", "add_n"): self._add_all,
            ("tensorflow", "math", "add_n"): self._add_all,
            ("tensorflow", "einsum"): self._einsum,
            ("tensorflow", "linalg", "einsum"): self._einsum,
            ("tensorflow", "image", "extract_patches"): self._extract_patches,
            ("tensorflow", "image", "grayscale_to_rgb"): self._three_colours,
            ("keras", "ops", "image", "extract_patches_3d"): self._patches_of_volumes,
            ("keras", "ops", "einsum"): self._einsum,
            ("keras", "ops", "numpy", "einsum"): self._einsum,
            ("keras", "backend", "batch_flatten"): self._batch_flatten,
            ("keras", "backend", "resize_images"): self._resize_images,
            ("keras", "backend", "epsilon"): lambda given: Fixed(()),
            ("builtins", "abs"): self._absolute,
            ("builtins", "sum"): self._sum,
        }

    # forms of the source

    def binary(self, sign: str, left: object, right: object, written: Written) -> object:
        """``left sign right``, where one of them is a tensor or a constant."""
        name = operation_names.BINARY.get(sign)
        if name is None:
            raise CannotFollow
        if isinstance(left, KTensor) or isinstance(right, KTensor):
            if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
                raise ModelProblem(
                    _("{sign} takes no list beside a tensor", sign=Code(sign)), line=written.line
                )
        else:
            known = self._constants.combined(sign, left, right)
            if known is not None:
                return known
        return self.make(name, (left, right), {}, written)

    def unary(self, sign: str, value: object, written: Written) -> object:
        """``-x``, ``+x``, ``~x``."""
        if sign == "+":
            return value
        if sign == "-" and isinstance(value, Literal):
            known = self._constants.combined("*", -1, value)
            if known is not None:
                return known
        name = "Negative" if sign == "-" else "LogicalNot"
        return self.make(name, (value,), {}, written)

    def item(self, tensor: object, key: object, written: Written) -> object:
        """``x[key]``"""
        if isinstance(tensor, Literal):
            known = self._constants.item(tensor, key)
            if known is not NOT_HERE:
                return known
        items = key if isinstance(key, tuple) else (key,)
        read = tuple(self._key_item(item, written) for item in items)
        return self.make("GetItem", (tensor,), {"key": read}, written)

    def _key_item(self, item: object, written: Written) -> object:
        item = plain(item)
        if isinstance(item, Reference) and item.path[-1] == "newaxis":
            return None
        if isinstance(item, slice):
            parts = (item.start, item.stop, item.step)
            return tuple(self._argument(part, written) for part in parts)
        if item is None or item is Ellipsis or is_size(item):
            return item
        raise lost(item)

    def method(
        self, tensor: object, name: str, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``x.reshape(shape)``, ``x.mean(axis=1)``: the function of that name, on ``x``."""
        if name in ("get_shape", "as_list"):
            return attribute(self._machine, tensor, "shape")
        if name in _CHANGING:
            forget(tensor)
            return tensor
        if name in _SAME_METHODS:
            return tensor
        if name in ("item", "tolist"):
            values = plain(tensor)
            if isinstance(values, Fixed):
                raise CannotFollow
            return values
        if name in ("reshape", "transpose", "permute") and len(arguments) > 1:
            arguments = (tuple(arguments),)
        if name == "flatten":
            name, arguments = "reshape", (-1,)
        function = _METHODS.get(name, name)
        if self._constants.makes(function):
            raise CannotFollow
        made = self.call(("keras", "ops", function), (tensor, *arguments), keywords, written)
        if made is NOT_HERE:
            raise CannotFollow
        return made

    def call(
        self, path: Path, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """A call of the function at a path; `NOT_HERE` where it makes no operation."""
        room = operation_names.room(path)
        if room is None and path not in _OF_PYTHON:
            return NOT_HERE
        values = [*arguments, *keywords.values()]
        if room == "numpy" and not self._is_numpys(path, arguments, keywords):
            return NOT_HERE
        if "out" in keywords:
            forget(keywords["out"])
        special = self._special.get(path)
        if special is not None and (any(map(holds_tensor, values)) or path[-1] == "epsilon"):
            return special(Given(arguments, keywords, written))
        name = path[-1]
        if name in operation_names.SHAPES and len(arguments) == 1:
            shape = attribute(self._machine, arguments[0], "shape")
            # tf.shape(x) is a tensor: twice as much of it is no longer list
            is_tensor_too = room == "tensorflow" or path[1:] == ("backend", "shape")
            return self._constants.literal(shape) if is_tensor_too else shape
        if name in ("rank", "ndim") and len(arguments) == 1 and is_tensor(arguments[0]):
            return attribute(self._machine, arguments[0], "ndim")
        if name in _SAME and arguments and holds_tensor(arguments[0]):
            return arguments[0]
        made = self._constants.make(path, arguments, keywords, written)
        if made is not NOT_HERE:
            return made
        if name in ("concat", "concatenate", "stack") and arguments:
            sizes = self._of_sizes(name, arguments[0])
            if sizes is not None:
                return sizes
        if not self._concerns(path, values):
            return NOT_HERE
        form = operation_names.form(path)
        if form is None:
            return NOT_HERE
        operands, given = self._bound(form, arguments, keywords, written)
        return self.make(form.operation, operands, given, written)

    def _of_sizes(self, name: str, items: object) -> object:
        """``tf.concat([tf.shape(x)[:1], [7, 7]], 0)``, ``tf.stack([batch, 7])``: numbers that may
        be a shape; None for anything else."""
        if not isinstance(items, (list, tuple)) or any(isinstance(i, KTensor) for i in items):
            return None
        return self._constants.joined(items, new=name == "stack")

    def _is_numpys(self, path: Path, arguments: Arguments, keywords: Keywords) -> bool:
        """Whether a function of NumPy is one on arrays here, and not on numbers or a shape."""
        values = [*arguments, *keywords.values()]
        if path[0] == "numpy" and next(tensors_in(values), None) is not None:
            return False
        if not builtins.has(path):
            return True
        if path[-1] in _OF_A_ROW and len(values) == 1 and isinstance(plain(values[0]), list):
            return False
        return any(map(holds_tensor, values))

    @staticmethod
    def _concerns(path: Path, values: Arguments) -> bool:
        """Whether the function is called on a tensor or on a constant."""
        if any(map(holds_tensor, values)):
            return True
        # tf.sqrt(64.0) is a constant too, and so is np.sin([0, 1])
        room = operation_names.room(path)
        plain_ones: tuple[type, ...] = (int, float, Expr)
        if room == "numpy":
            plain_ones = (*plain_ones, list, tuple)
        return (
            room in ("backend", "ops", "tensorflow", "numpy")
            and operation_names.form(path) is not None
            and bool(values)
            and isinstance(values[0], plain_ones)
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
        if isinstance(value, (list, tuple)):
            value = type(value)(map(plain, value))
        return self._builder.arguments.of(plain(value), written)

    # making

    def make(
        self, name: str, operands: Sequence[object], given: Keywords, written: Written
    ) -> object:
        """The tensor, or tensors, that an operation gives. Raises `CannotFollow` where it would
        change the batch, `ModelProblem` where it cannot take its operands."""
        found = operations.find(name)
        assert found is not None
        if name in ("Concatenate", "Stack") and isinstance(operands[0], (list, tuple)):
            operands = [[self._constants.operand(one) for one in operands[0]], *operands[1:]]
        if name == "Cast" and isinstance(operands[0], Literal):
            return self._constants.cast(operands[0], given.get("dtype"))
        read = [self._constants.operand(item) for item in operands]
        if name == "Matmul":
            read = self._transposed(read, given, written)
        own = {key: value for key, value in given.items() if key in found.in_a_row()}
        alone = next(tensors_in(read), None) is None
        if alone and name in ("Repeat", "Tile") and isinstance(read[0], Fixed):
            number = own.get("repeats")
            if number is None or (isinstance(number, (list, tuple)) and None in number):
                from layermath.readers.keras.folding import once_for_each

                return once_for_each(name, read[0], number, own.get("axis"))
        if name in ("AveragePool", "MaxPool"):
            own = {key: _without_batch_and_channels(value) for key, value in own.items()}
        try:
            operation = found.bind((), own)
        except Problem as problem:
            if alone:
                raise CannotFollow from None
            raise problem.at(line=written.line) from None
        try:
            if alone:
                from layermath.readers.keras.folding import folded

                self._machine.budget.spend(STEPS_OF_A_LAYER)
                return self._constants.bounded(folded(operation, read))
            return self._builder.operation(operation, read, written)
        except TouchesBatch as problem:
            raise CannotFollow(reasons=(_("{message}.", message=problem.message),)) from None

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

    # functions whose arguments stand otherwise

    def _einsum(self, given: Given) -> object:
        text = given.keywords.get("equation", given.keywords.get("subscripts"))
        operands = list(given.arguments)
        if text is None and operands:
            text = operands.pop(0)
        return self.make("Einsum", operands, {"subscripts": text}, given.written)

    def _split(self, given: Given) -> object:
        """``tf.split(value, 2, axis=1)``, ``tf.split(value, [2, 4], 1)``: sizes, not positions."""
        named = given.named("value", "num_or_size_splits", "axis", axis=0)
        parts = self._argument(named.get("num_or_size_splits"), given.written)
        if isinstance(parts, (list, tuple)):
            if not all(map(is_size, parts)) or -1 in parts:
                raise lost(parts)
            parts = tuple(accumulate(parts))[:-1]
        axis = self._argument(named["axis"], given.written)
        more = {"indices_or_sections": parts, "axis": axis}
        return self.make("Split", (named.get("value"),), more, given.written)

    def _slice(self, given: Given) -> object:
        """``tf.slice(x, begin, size)``: −1 is everything that is left."""
        named = given.named("input_", "begin", "size")
        begin, size = plain(named.get("begin")), plain(named.get("size"))
        if not isinstance(begin, (list, tuple)) or not isinstance(size, (list, tuple)):
            raise lost(begin, size)

        def cut(first: object, length: object) -> slice:
            if length not in (-1, None):
                return slice(first, operate(self._machine, "+", first, length, given.written))
            return slice(None) if first == 0 else slice(first, None)

        key = tuple(cut(*pair) for pair in zip(begin, size, strict=False))
        return self.item(named.get("input_"), key, given.written)

    def _add_all(self, given: Given) -> object:
        tensors = given.first("inputs")
        if not isinstance(tensors, (list, tuple)) or not tensors:
            raise lost(tensors)
        result, *rest = tensors
        for tensor in rest:
            result = self.make("Add", (result, tensor), {}, given.written)
        return result

    def _extract_patches(self, given: Given) -> object:
        """TensorFlow writes each argument with the batch and the channels: ``[1, 16, 16, 1]``."""
        names = ("images", "sizes", "strides", "rates", "padding")
        named = given.named(*names)
        own = {
            argument: _without_batch_and_channels(self._argument(named[name], given.written))
            for name, argument in zip(names[1:4], ("size", "strides", "dilation_rate"), strict=True)
            if name in named
        }
        own["padding"] = named.get("padding")
        return self.make("ExtractPatches", (named.get("images"),), own, given.written)

    def _patches_of_volumes(self, given: Given) -> object:
        names = ("volumes", "size", "strides", "dilation_rate", "padding", "data_format")
        named = given.named(*names)
        own = {
            name: self._argument(named[name], given.written) for name in names[1:] if name in named
        }
        if is_size(own.get("size")):
            own["size"] = (own["size"],) * 3
        return self.make("ExtractPatches", (named.get("volumes"),), own, given.written)

    def _three_colours(self, given: Given) -> object:
        more = {"repeats": 3, "axis": -1}
        return self.make("Repeat", (given.first("images"),), more, given.written)

    def _batch_flatten(self, given: Given) -> object:
        return self.make("Reshape", given.arguments[:1], {"newshape": (None, -1)}, given.written)

    def _resize_images(self, given: Given) -> object:
        named = given.named("x", "height_factor", "width_factor", "data_format")
        tensor = named.get("x")
        first = named.get("data_format") == "channels_first"
        if not isinstance(tensor, KTensor) or len(tensor.shape) != 3 or first:
            raise lost(tensor)
        factors = named.get("height_factor"), named.get("width_factor")
        size = tuple(
            operate(self._machine, "*", length, factor, given.written)
            for length, factor in zip(tensor.shape, factors, strict=False)
        )
        return self.make("Resize", (tensor,), {"size": size}, given.written)

    def _sum(self, given: Given) -> object:
        """``sum([x, y])``: Python begins with 0, or with what it is given."""
        named = given.named("iterable", "start", start=0)
        items, result = named.get("iterable"), named["start"]
        if not isinstance(items, (list, tuple)):
            raise lost(*given.arguments)
        for tensor in items:
            result = operate(self._machine, "+", result, tensor, given.written)
        return result

    def _absolute(self, given: Given) -> object:
        return self.make("Absolute", given.arguments, {}, given.written)


def _without_batch_and_channels(value: object) -> object:
    """A window as TensorFlow writes it, ``[1, 2, 2, 1]``, with its two axes alone."""
    if isinstance(value, (list, tuple)) and len(value) == 4:
        return tuple(value[1:3])
    return value
