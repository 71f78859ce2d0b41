"""Constants of a source: what ``np.zeros``, ``tf.range`` and ``keras.Variable`` make.

A constant is a shape (`Fixed`); where its values stand in the source and are few, it keeps them
(`Literal`), since it may be an argument later: the widths of a padding, the rates of dropouts. What
is drawn at random is a constant too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sympy import Expr

from layermath.algebra.floors import Size, as_size, ceil_div, is_size, minus, times
from layermath.network.graph import Weight
from layermath.network.growing import KTensor, tensors_in
from layermath.operations import Fixed
from layermath.operations.operation import Whole
from layermath.readers.keras.fixed import Literal, Variable, holds_tensor, plain
from layermath.readers.keras.refusals import no_tensor
from layermath.readers.python import operators
from layermath.readers.python.limits import DATA_NESTING, VALUES
from layermath.readers.python.machine import Machine
from layermath.readers.python.sizes import measured
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Function, Partial, Path, Reference
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords

INITIALIZER = Reference(("layermath", "initializer"))
"""An object of a class of ``keras.initializers``: called on a shape, it makes a constant."""


class Constants:
    """Makes the constants of one reading."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._makers: dict[str, Callable[[Path, dict[str, object], Written], object]] = {}
        self._names: dict[str, str] = {}
        for maker, parameters, names in (
            (self._shaped, "shape", "zeros ones empty"),
            (self._shaped, "shape fill_value", "full"),
            (self._shaped, "dims value", "fill"),
            (
                self._shaped,
                "shape",
                "normal uniform truncated_normal randint gamma beta random_normal random_uniform "
                "random_bernoulli poisson",
            ),
            (self._array, "value dtype shape", "constant variable"),
            (self._array, "value dtype", "array asarray asanyarray convert_to_tensor"),
            (self._range, "start stop step dtype", "arange range"),
            (self._linspace, "start stop num endpoint retstep dtype axis", "linspace"),
            (self._eye, "rows columns k", "eye identity tri"),
            (self._outer, "left right", "outer"),
            (self._variable, "value shape dtype trainable", "Variable"),
        ):
            for name in names.split():
                self._makers[name] = maker
                self._names[name] = parameters

    def make(
        self, path: Path, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """The constant that a function makes, `NOT_HERE` where it makes none.

        Raises `CannotFollow` where its shape is open.
        """
        if _makes_initializer(path):
            return INITIALIZER
        name = path[-1]
        if path[:-1] == ("numpy", "random"):
            return self._of_numpy_random(name, arguments, keywords)
        if name == "meshgrid":
            return self.bounded(self._meshgrid(arguments, keywords))
        maker = self._makers.get(name)
        if maker is None:
            return NOT_HERE
        names = self._names[name].split()
        if name == "Variable" and path[0] == "tensorflow":
            names = ["value", "trainable"]
        given = dict(zip(names, arguments, strict=False)) | {
            _ALIASES.get(key, key): item for key, item in keywords.items()
        }
        try:
            return self.bounded(maker(path, given, written))
        except (ArithmeticError, TypeError, ValueError):
            raise lost(*arguments) from None  # as Python would raise

    def makes(self, name: str) -> bool:
        """Whether a function of that name makes a constant of its arguments."""
        return name in self._makers

    def bounded(self, made: object) -> object:
        """A constant, or lists of them, with its sizes counted. Raises `CannotFollow` for sizes
        that are too long to be part of a model."""
        if isinstance(made, (list, tuple)):
            for one in made:
                self.bounded(one)
        elif isinstance(made, Fixed):
            for size in made.shape:
                measured(0 if size is None else size, self._machine.budget)
        return made

    def initialized(self, shape: object) -> Fixed:
        """What an object of ``keras.initializers`` makes of a shape."""
        return Fixed(self.shape(shape))

    # shapes

    def shape(self, value: object) -> Whole:
        """A shape that is written: one size or several, None for that of the batch.

        Raises `CannotFollow` where one of them has no value.
        """
        value = plain(value)
        items = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        sizes = tuple(plain(item) for item in items)
        if value is None or not all(item is None or is_size(item) for item in sizes):
            raise lost(value, *sizes)
        found = tuple(None if item is None else as_size(item) for item in sizes)
        if any(isinstance(size, int) and size < 0 for size in found):
            raise CannotFollow
        return found

    def _shaped(self, path: Path, given: dict[str, object], written: Written) -> object:
        return Fixed(self.shape(given.get("shape", given.get("dims"))))

    def _of_numpy_random(self, name: str, arguments: Arguments, keywords: Keywords) -> object:
        """NumPy has the size behind the numbers of the distribution, or in a row."""
        place = _NUMPY_RANDOM.get(name)
        if place is None:
            return NOT_HERE
        if name in ("rand", "randn"):
            return Fixed(self.shape(tuple(arguments)))
        size = arguments[place] if len(arguments) > place else keywords.get("size")
        return Fixed(()) if size is None else Fixed(self.shape(size))

    # values

    def _array(self, path: Path, given: dict[str, object], written: Written) -> object:
        value = given.get("value")
        if value is None:
            raise CannotFollow
        if next(tensors_in(value), None) is not None:
            return NOT_HERE
        if given.get("shape") is not None:
            return Fixed(self.shape(given["shape"]))
        if isinstance(value, (Variable, Weight)):
            return Fixed(value.shape)
        if isinstance(value, Fixed):
            return value
        if isinstance(value, range):
            self._machine.budget.items(len(value))
        return self.literal(list(value) if isinstance(value, range) else value)

    def literal(self, value: object) -> Fixed:
        """A number, or lists of them, as a constant. Raises `CannotFollow` where they are ragged,
        or are not known to be numbers."""
        shape = self._array_shape(value)
        numbers = _numbers(value)
        if numbers is None or 0 in shape or math.prod(shape) > VALUES:
            return Fixed(shape)
        return Literal(shape, numbers=numbers)

    def _array_shape(self, value: object) -> tuple[int, ...]:
        self._machine.budget.spend()
        if isinstance(value, Fixed) and not value.shape:
            return ()
        if isinstance(value, Fixed) and all(isinstance(size, int) for size in value.shape):
            return tuple(size for size in value.shape if isinstance(size, int))
        if not isinstance(value, (list, tuple)):
            if value is None or isinstance(value, (bool, int, float, Expr)):
                return ()
            raise lost(value)
        inner = {self._array_shape(item) for item in value}
        if len(inner) > 1:
            raise CannotFollow
        return (len(value), *(inner.pop() if inner else ()))

    def _range(self, path: Path, given: dict[str, object], written: Written) -> object:
        """``tf.range(n)``, ``ops.arange(start=0, stop=n)``: as many numbers as there are."""
        start, stop, step = (plain(given.get(key)) for key in ("start", "stop", "step"))
        if stop is None:
            start, stop = 0, start
        start, step = 0 if start is None else start, 1 if step is None else step
        numbers = [one for one in (start, stop, step) if isinstance(one, (int, float))]
        if len(numbers) == 3 and step != 0:
            first, end, apart = numbers
            exact = all(isinstance(one, int) for one in numbers)
            many = -((first - end) // apart) if exact else math.ceil((end - first) / apart)
            number = max(int(many), 0)
            if number > VALUES or number == 0:
                return Fixed((number,))
            self._machine.budget.items(number)
            return Literal((number,), numbers=[first + place * apart for place in range(number)])
        if not is_size(start) or not is_size(stop) or not isinstance(step, int) or step < 1:
            raise lost(start, stop, step)
        return Fixed((ceil_div(minus(as_size(stop), as_size(start)), step),))

    def _linspace(self, path: Path, given: dict[str, object], written: Written) -> object:
        """So many numbers from one to another, both of them among these."""
        start, stop = plain(given.get("start")), plain(given.get("stop"))
        number = plain(given.get("num", 50))
        if not is_size(number) or given.get("axis", 0) not in (0, None):
            raise lost(number)
        if not isinstance(start, (int, float)) or not isinstance(stop, (int, float)):
            ends = [self.operand(one) for one in (start, stop)]
            shapes = {one.shape for one in ends if isinstance(one, Fixed)}
            if len(shapes) != 1 or given.get("retstep"):
                raise lost(start, stop)
            return Fixed((as_size(number), *shapes.pop()))
        if not isinstance(number, int) or not 0 < number <= VALUES:
            return Fixed(self.shape(number))
        self._machine.budget.items(number)
        if given.get("endpoint", True) is not True or given.get("dtype") is not None:
            return Fixed((number,))
        apart = (stop - start) / (number - 1) if number > 1 else 0.0
        values = [start + place * apart for place in range(number)]
        if number > 1:
            values[-1] = float(stop)
        return Literal((number,), numbers=values)

    def _eye(self, path: Path, given: dict[str, object], written: Written) -> object:
        rows = given.get("rows")
        columns = given.get("columns")
        return Fixed(self.shape((rows, rows if columns is None else columns)))

    def _outer(self, path: Path, given: dict[str, object], written: Written) -> object:
        """Each value of one constant times each of another, both in a row."""
        sizes: list[Size] = []
        for key in ("left", "right"):
            operand = self.operand(given.get(key))
            if not isinstance(operand, Fixed) or None in operand.shape:
                return NOT_HERE
            sizes.append(times(size for size in operand.shape if size is not None))
        return Fixed(tuple(sizes))

    def _meshgrid(self, arguments: Arguments, keywords: Keywords) -> object:
        """A table for each row of numbers, as long on each axis as that row."""
        lengths: list[Size] = []
        for one in arguments:
            operand = self.operand(one)
            if not isinstance(operand, Fixed) or None in operand.shape:
                return NOT_HERE
            lengths.append(times(size for size in operand.shape if size is not None))
        if keywords.get("indexing", "xy") != "ij":
            lengths[:2] = lengths[1::-1]
        return [Fixed(tuple(lengths)) for _one in lengths]

    def _variable(self, path: Path, given: dict[str, object], written: Written) -> object:
        """``keras.Variable(initializer, shape)``, ``tf.Variable(initial_value)``."""
        value, shape = given.get("value"), given.get("shape")
        if shape is None and isinstance(value, (Function, Partial)):
            value = self._machine.call(value, (), {}, written)
        operand = None if shape is not None else self.operand(value)
        sizes = self.shape(shape) if operand is None else getattr(operand, "shape", (None,))
        if not isinstance(operand, Fixed | None) or None in sizes:
            raise CannotFollow
        name = given.get("name")
        weight = Weight(
            name if isinstance(name, str) else "variable",
            tuple(size for size in sizes if size is not None),
            given.get("trainable") is not False,
        )
        return Variable(sizes, weight=weight, of_tensorflow=path[0] == "tensorflow")

    def operand(self, value: object, depth: int = 0) -> object:
        """A tensor, a constant, or a list of them."""
        self._machine.budget.spend()
        if isinstance(value, KTensor) or type(value) is Fixed:
            return value
        if isinstance(value, (Fixed, Weight)):
            return Fixed(value.shape)
        if isinstance(value, (bool, int, float, Expr)):
            return Fixed(())
        if isinstance(value, (list, tuple)) and depth < DATA_NESTING:
            if any(holds_tensor(item) for item in value):
                return [self.operand(item, depth + 1) for item in value]
            return Fixed(self.literal(value).shape)
        if isinstance(value, Unknown):
            raise lost(value)
        raise CannotFollow(reasons=no_tensor(value))

    def cut(self, constant: Fixed) -> list[object] | None:
        """A constant cut along its first axis, counted; None where that is open, or is none."""
        values, inner = plain(constant), constant.shape[1:]
        if isinstance(constant, Literal) and isinstance(values, list):
            self._machine.budget.items(len(values))
            if not inner:
                return values
            return [Literal(inner, numbers=item, memory=constant.memory) for item in values]
        number = constant.shape[0] if constant.shape else None
        if not isinstance(number, int):
            return None
        self._machine.budget.items(number)
        return [Fixed(inner) for _number in range(number)]

    # values of operations

    def combined(self, sign: str, left: object, right: object) -> Literal | None:
        """``left sign right`` of constants whose values are known; None where they are not."""
        one, other = plain(left), plain(right)
        self._machine.budget.items(VALUES)
        try:
            numbers = self._values(sign, one, other)
            shape = self._array_shape(numbers)
        except CannotFollow:
            return None
        return Literal(shape, numbers=numbers)

    def _values(self, sign: str, left: object, right: object) -> object:
        if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            if len(left) != len(right):
                raise CannotFollow
            return [self._values(sign, *pair) for pair in zip(left, right, strict=True)]
        if isinstance(left, (list, tuple)):
            return [self._values(sign, one, right) for one in left]
        if isinstance(right, (list, tuple)):
            return [self._values(sign, left, one) for one in right]
        if isinstance(left, (int, float, Expr)) and isinstance(right, (int, float, Expr)):
            return operators.binary(sign, left, right, self._machine.budget)
        raise CannotFollow

    def item(self, constant: Literal, key: object) -> object:
        """``constant[key]``, where it is one position or a slice of the first axis; `NOT_HERE` for
        another key. What is cut out shares its values."""
        items = constant.items
        if not isinstance(items, list) or isinstance(key, bool):
            return NOT_HERE
        self._machine.budget.items(len(items))
        if isinstance(key, int):
            if not -len(items) <= key < len(items):
                raise CannotFollow
            found = items[key]
            if not isinstance(found, list):
                return found
            return Literal(constant.shape[1:], numbers=found, memory=constant.memory)
        parts = (key.start, key.stop, key.step) if isinstance(key, slice) else ("",)
        if not all(part is None or isinstance(part, int) for part in parts) or 0 in parts[2:]:
            return NOT_HERE
        cut = items[key] if isinstance(key, slice) else []
        return Literal((len(cut), *constant.shape[1:]), numbers=cut, memory=constant.memory)

    def cast(self, constant: Literal, kind: object) -> Fixed:
        """The constant as another type of number."""
        self._machine.budget.items(VALUES)
        word = kind.path[-1] if isinstance(kind, Reference) else kind
        if isinstance(kind, Unknown):
            return Fixed(constant.shape)
        if isinstance(word, str) and word.startswith(("int", "uint")):
            whole = _whole(constant.items)
            return (
                Fixed(constant.shape) if whole is None else Literal(constant.shape, numbers=whole)
            )
        if word is None or (isinstance(word, str) and "float" in word):
            return constant
        return Fixed(constant.shape)

    def joined(self, constants: Sequence[object], *, new: bool) -> Fixed | None:
        """Rows of numbers one after another, or numbers in a ``new`` row, with their values; None
        where these are not known."""
        rows = [plain(one) for one in constants]
        if new:
            ready = all(one is None or isinstance(one, (int, float, Expr)) for one in rows)
            return self.literal(rows) if ready and rows else None
        numbers: list[object] = []
        for row in rows:
            if not isinstance(row, (list, tuple)):
                return None
            numbers += row
        if not numbers or not all(
            one is None or isinstance(one, (int, float, Expr)) for one in map(plain, numbers)
        ):
            return None
        return self.literal(numbers)


def known_sizes(shape: Whole) -> tuple[Size, ...]:
    """The shape, where the batch is none of its axes. Raises `CannotFollow` where it is."""
    if None in shape:
        raise CannotFollow
    return tuple(size for size in shape if size is not None)


_ALIASES = {
    "initial_value": "value",
    "initializer": "value",
    "object": "value",
    "x": "value",
    "limit": "stop",
    "delta": "step",
    "N": "rows",
    "n": "rows",
    "num_rows": "rows",
    "M": "columns",
    "num_columns": "columns",
    "size": "shape",
}
"""Parameters by the names that other functions have for them."""

_NUMPY_RANDOM = {
    "choice": 1,
    "exponential": 1,
    "normal": 2,
    "poisson": 1,
    "rand": 0,
    "randint": 2,
    "randn": 0,
    "random": 0,
    "random_sample": 0,
    "standard_normal": 0,
    "uniform": 2,
}
"""Where the functions of ``np.random`` have the size."""


def _makes_initializer(path: Path) -> bool:
    """Whether it is a class of ``keras.initializers``, or of TensorFlow's."""
    if path[0] == "tensorflow" and len(path) == 2:
        return path[1].endswith("_initializer")
    return path[:2] in (("keras", "initializers"), ("tensorflow", "initializers")) and (
        len(path) == 3 and path[2] not in ("serialize", "deserialize")
    )


def _numbers(value: object) -> object:
    """The numbers in lists of lists; None where not all of them are known."""
    value = plain(value)
    if not isinstance(value, (list, tuple)):
        return None if isinstance(value, Fixed) else value
    found = [_numbers(item) for item in value]
    known = (one is not None or item is None for one, item in zip(found, value, strict=True))
    return found if all(known) else None


def _whole(value: object) -> object:
    """Numbers cut off to whole ones; None where rounding decides what comes out."""
    if isinstance(value, list):
        found = [_whole(item) for item in value]
        return None if None in found else found
    if isinstance(value, int) or (isinstance(value, Expr) and value.is_integer):
        return value
    if not isinstance(value, float) or not math.isfinite(value):
        return None
    near = round(value)
    return None if value != near and abs(value - near) < _ROUNDING else int(value)


_ROUNDING = 1e-4
"""A number as near as that to a whole one may be cut off to either."""
