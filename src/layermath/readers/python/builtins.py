"""The functions of Python, NumPy and ``math`` that models are written with. Each is written here;
none of Python's own is ever called by a name from the source."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sympy import Expr

from layermath.operations import Fixed
from layermath.readers.keras.fixed import Literal, plain
from layermath.readers.keras.graph import GraphLayer, KTensor, MadeLayer, Model
from layermath.readers.python import operators, sizes
from layermath.readers.python.budget import Budget
from layermath.readers.python.limits import DATA_NESTING, ITEMS
from layermath.readers.python.methods import key_of
from layermath.readers.python.text import formatted, text_of
from layermath.readers.python.unknown import CannotFollow, Unknown, behind, lost, needs_of
from layermath.readers.python.values import (
    Function,
    Instance,
    Partial,
    Reference,
    SetValue,
    UserClass,
)

Apply = Callable[[object, Sequence[object], Mapping[str, object]], object]
"""Calls a callable of the source."""


class Builtins:
    """Calls a function by its path: ``("builtins", "len")``, ``("numpy", "prod")``."""

    def __init__(self, budget: Budget, apply: Apply) -> None:
        self._budget = budget
        self._apply = apply

    @staticmethod
    def has(path: tuple[str, ...]) -> bool:
        """Whether the function at a path is here."""
        return path in _FUNCTIONS

    def call(
        self, path: tuple[str, ...], arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> object:
        """Raises `CannotFollow` for a function that is not here, and where Python would raise."""
        function = _FUNCTIONS.get(path)
        if function is None:
            raise behind(*arguments)
        self._budget.spend()
        try:
            return function(self, *map(_row, arguments), **keywords)
        except (TypeError, ValueError, ArithmeticError, IndexError, KeyError):
            raise lost(*arguments) from None  # as Python would raise

    # items

    def iterator(self, value: object) -> Iterator[object]:
        """The items of a value, one after another. Raises `CannotFollow` for what has none."""
        if isinstance(value, Fixed):
            return iter(self._parts(value))
        if isinstance(value, (list, tuple, str, range)):
            return iter(value)
        if isinstance(value, (dict, SetValue)):
            # Their keys as they are now: the source may change them while it goes through them.
            keys = value if isinstance(value, dict) else value.items
            self._budget.items(len(keys))
            return iter(list(keys))
        if isinstance(value, Expr):
            raise CannotFollow(sizes.symbols_in(value))
        raise lost(value)

    def items(self, value: object) -> list[object]:
        """All items of a value, counted."""
        iterator = self.iterator(value)
        self._budget.items(self._length(value))
        return list(iterator)

    def _parts(self, constant: Fixed) -> list[object]:
        """A constant cut along its first axis."""
        values, inner = plain(constant), constant.shape[1:]
        if isinstance(constant, Literal) and isinstance(values, list):
            if not inner:
                return values
            return [Literal(inner, numbers=item, memory=constant.memory) for item in values]
        number = self._length(constant)
        self._budget.items(number)
        return [Fixed(inner) for _number in range(number)]

    def _length(self, value: object) -> int:
        if isinstance(value, Fixed) and value.shape and isinstance(value.shape[0], int):
            return value.shape[0]
        if isinstance(value, (list, tuple, str, dict)):
            return len(value)
        if isinstance(value, SetValue):
            return len(value.items)
        if isinstance(value, range):
            try:
                return len(value)
            except OverflowError:  # longer than the machine counts
                return ITEMS + 1
        raise lost(value)

    def _list(self, value: object = ()) -> list[object]:
        return self.items(value)

    def _tuple(self, value: object = ()) -> tuple[object, ...]:
        return tuple(self.items(value))

    def _set(self, value: object = ()) -> SetValue:
        return SetValue({key_of(item): None for item in self.items(value)})

    def _dict(self, value: object = (), **keywords: object) -> dict[object, object]:
        if isinstance(value, dict):
            self._budget.items(len(value))
            return {**value, **keywords}
        pairs = [self.items(item) for item in self.items(value)]
        found: dict[object, object] = {key_of(key): item for key, item in pairs}
        found.update(keywords)
        return found

    def _range(self, *bounds: object) -> object:
        if any(isinstance(bound, Expr) for bound in bounds):
            raise CannotFollow(sizes.symbols_in(*bounds))
        if not 1 <= len(bounds) <= 3 or not all(isinstance(bound, int) for bound in bounds):
            raise lost(*bounds)
        return range(*(int(bound) for bound in bounds if isinstance(bound, int)))

    def _zip(self, *values: object, strict: object = False) -> list[object]:
        columns = [self.items(value) for value in values]
        return list(zip(*columns, strict=False))

    def _enumerate(self, value: object, start: object = 0) -> list[object]:
        if not isinstance(start, int):
            raise CannotFollow
        return list(enumerate(self.items(value), start))

    def _reversed(self, value: object) -> list[object]:
        return self.items(value)[::-1]

    def _sorted(self, value: object, *, key: object = None, reverse: object = False) -> object:
        found = self.items(value)
        keys = found if key is None else [self._apply(key, (item,), {}) for item in found]
        numbers = all(isinstance(item, (int, float)) for item in keys)
        if not numbers and not all(isinstance(item, str) for item in keys):
            raise lost(*keys)
        self._budget.items(len(found))
        order = sorted(range(len(found)), key=lambda place: keys[place], reverse=bool(reverse))  # type: ignore[arg-type,return-value]  # all numbers or all strings
        return [found[place] for place in order]

    def _map(self, function: object, *values: object) -> list[object]:
        columns = [self.items(value) for value in values]
        return [self._apply(function, row, {}) for row in zip(*columns, strict=False)]

    def _filter(self, function: object, value: object) -> list[object]:
        kept = []
        for item in self.items(value):
            verdict = item if function is None else self._apply(function, (item,), {})
            if self.truth(verdict):
                kept.append(item)
        return kept

    def _reduce(self, function: object, value: object, *start: object) -> object:
        found = [*start, *self.items(value)]
        result = found[0]
        for item in found[1:]:
            result = self._apply(function, (result, item), {})
        return result

    def _chain(self, *values: object) -> list[object]:
        return [item for value in values for item in self.items(value)]

    def _product(self, *values: object, repeat: object = 1) -> list[object]:
        if not isinstance(repeat, int) or repeat > 16:
            raise CannotFollow
        rows: list[tuple[object, ...]] = [()]
        for column in [self.items(value) for value in values] * repeat:
            self._budget.items(len(rows) * len(column))
            rows = [(*row, item) for row in rows for item in column]
        return list(rows)

    def _repeat(self, value: object, times: object) -> list[object]:
        if not isinstance(times, int):
            raise CannotFollow
        self._budget.items(max(times, 0))
        return [value] * times

    def _copy(self, value: object) -> object:
        """``copy.copy(value)``: the same items in another list, dict or set."""
        if isinstance(value, (list, dict)):
            self._budget.items(len(value))
            return value.copy()
        if isinstance(value, SetValue):
            self._budget.items(len(value.items))
            return SetValue(dict(value.items))
        if isinstance(value, (GraphLayer, KTensor, Instance)):
            raise lost(value)  # a layer would have other weights, an object other fields
        return value

    def _deepcopy(self, value: object, _memory: object = None, depth: int = 0) -> object:
        """``copy.deepcopy(value)`` of plain data."""
        if depth > DATA_NESTING:
            raise CannotFollow
        if isinstance(value, dict):
            self._budget.items(len(value))
            return {key: self._deepcopy(item, depth=depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            self._budget.items(len(value))
            return type(value)(self._deepcopy(item, depth=depth + 1) for item in value)
        return self._copy(value)

    # numbers

    def _sum(self, value: object, start: object = 0) -> object:
        result = start
        for item in self.items(value):
            result = operators.binary("+", result, item, self._budget)
        return result

    def _prod(self, value: object, *_: object, **__: object) -> object:
        result: object = 1
        found = self.items(value) if isinstance(value, (list, tuple, range)) else [value]
        for item in found:
            factor = self._prod(item) if isinstance(item, (list, tuple)) else item
            result = operators.binary("*", result, factor, self._budget)
        return result

    def _extreme(self, sign: str, values: Sequence[object], keywords: Mapping[str, Any]) -> object:
        found = self.items(values[0]) if len(values) == 1 else list(values)
        if not found:
            return keywords["default"]
        if any(isinstance(item, Expr) for item in found):
            several = sizes.maximum if sign == ">" else sizes.minimum
            return several(found, self._budget)
        key = keywords.get("key")
        best, best_key = found[0], found[0] if key is None else self._apply(key, found[:1], {})
        for item in found[1:]:
            item_key = item if key is None else self._apply(key, (item,), {})
            if operators.compare(sign, item_key, best_key, self._budget):
                best, best_key = item, item_key
        return best

    def _max(self, *values: object, **keywords: object) -> object:
        return self._extreme(">", values, keywords)

    def _min(self, *values: object, **keywords: object) -> object:
        return self._extreme("<", values, keywords)

    def _abs(self, value: Any) -> object:
        if isinstance(value, Expr):
            return value if sizes.compare(">=", value, 0, self._budget) else -value
        return abs(self._number(value))

    def _chr(self, value: object) -> object:
        number = self._number(value)
        return chr(number) if isinstance(number, int) and 0 <= number < 0x110000 else self._no()

    def _ord(self, value: object) -> object:
        return ord(value) if isinstance(value, str) and len(value) == 1 else self._no()

    @staticmethod
    def _no() -> object:
        raise CannotFollow

    def _int(self, value: object = 0, base: object = 10) -> object:
        if isinstance(value, Expr):
            return sizes.floor(value)
        if isinstance(value, str) and len(value) < 100 and isinstance(base, int):
            return int(value, base)
        return int(self._number(value))

    def _float(self, value: object = 0.0) -> object:
        if isinstance(value, Expr):
            return value
        return float(value if isinstance(value, str) and len(value) < 100 else self._number(value))

    def _round(self, value: object, digits: object = None) -> object:
        if isinstance(value, Expr) and value.is_integer:
            return value
        if digits is not None and not (isinstance(digits, int) and abs(digits) < 100):
            raise CannotFollow
        return round(self._number(value), digits)

    def _divmod(self, left: object, right: object) -> object:
        return (
            operators.binary("//", left, right, self._budget),
            operators.binary("%", left, right, self._budget),
        )

    def _pow(self, base: object, exponent: object) -> object:
        return operators.binary("**", base, exponent, self._budget)

    def _math_pow(self, base: object, exponent: object) -> object:
        return math.pow(self._number(base), self._number(exponent))

    def _floor(self, value: object) -> object:
        return sizes.floor(value) if isinstance(value, Expr) else math.floor(self._number(value))

    def _ceil(self, value: object) -> object:
        return sizes.ceiling(value) if isinstance(value, Expr) else math.ceil(self._number(value))

    def _numpy_floor(self, value: object) -> object:
        found = self._floor(value)
        return found if isinstance(found, Expr) else float(self._number(found))

    def _numpy_ceil(self, value: object) -> object:
        found = self._ceil(value)
        return found if isinstance(found, Expr) else float(self._number(found))

    def _number(self, value: object) -> Any:
        if not isinstance(value, (int, float)):
            raise CannotFollow(needs_of(value) | sizes.symbols_in(value))
        return value

    # everything else

    def truth(self, value: object) -> bool:
        """``bool(value)``. Raises `CannotFollow`, with the symbols, where it is open."""
        value = plain(value) if isinstance(value, Fixed) and not value.shape else value
        if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict, range)):
            return bool(value)
        if isinstance(value, Expr):
            return sizes.compare("!=", value, 0, self._budget)
        if isinstance(value, SetValue):
            return bool(value.items)
        if isinstance(value, (Unknown, KTensor, Fixed)):
            raise lost(value)
        return True

    def _len(self, value: object) -> int:
        return self._length(value)

    def _bool(self, value: object = False) -> bool:
        return self.truth(value)

    def _any(self, value: object) -> bool:
        return any(self.truth(item) for item in self.items(value))

    def _all(self, value: object) -> bool:
        return all(self.truth(item) for item in self.items(value))

    def _str(self, value: object = "") -> str:
        return text_of(value, self._budget)

    def _repr(self, value: object) -> str:
        return text_of(value, self._budget, quoted=True)

    def _format(self, value: object, spec: object = "") -> str:
        if not isinstance(spec, str):
            raise CannotFollow
        return formatted(value, "", spec, self._budget)

    def _callable(self, value: object) -> bool:
        if isinstance(value, Unknown):
            raise lost(value)
        return isinstance(value, (Function, Partial, UserClass, GraphLayer, Reference))

    def _isinstance(self, value: object, types: object) -> bool:
        wanted = types if isinstance(types, tuple) else (types,)
        return any(self._is_a(value, one) for one in wanted)

    def _is_a(self, value: object, type_: object) -> bool:
        if isinstance(value, Unknown) or not isinstance(type_, Reference):
            raise lost(value)
        path = type_.path
        if path[0] == "builtins" and path[1] in _TYPES:
            if isinstance(value, Expr):
                return path[1] == "int"
            return isinstance(value, _TYPES[path[1]])
        if path == ("keras", "Model"):
            return isinstance(value, Model)
        if path[:2] == ("keras", "layers"):
            if path[2:] == ("Layer",):
                return isinstance(value, GraphLayer)
            return isinstance(value, MadeLayer) and value.layer.type_name() == path[2]
        raise CannotFollow


def _row(value: object) -> object:
    """A constant of one axis, or none, as its numbers, where they are known."""
    return plain(value) if isinstance(value, Fixed) and len(value.shape) < 2 else value


_TYPES: dict[str, type] = {
    "bool": bool,
    "dict": dict,
    "float": float,
    "int": int,
    "list": list,
    "range": range,
    "set": SetValue,
    "str": str,
    "tuple": tuple,
}


def _mathematics(function: Callable[[Any], object]) -> Callable[..., object]:
    return lambda self, value: function(self._number(value))


_BUILTINS: dict[str, Callable[..., object]] = {
    "abs": Builtins._abs,
    "all": Builtins._all,
    "any": Builtins._any,
    "bool": Builtins._bool,
    "callable": Builtins._callable,
    "chr": Builtins._chr,
    "dict": Builtins._dict,
    "divmod": Builtins._divmod,
    "enumerate": Builtins._enumerate,
    "filter": Builtins._filter,
    "float": Builtins._float,
    "format": Builtins._format,
    "int": Builtins._int,
    "isinstance": Builtins._isinstance,
    "iter": Builtins._list,
    "len": Builtins._len,
    "list": Builtins._list,
    "map": Builtins._map,
    "max": Builtins._max,
    "min": Builtins._min,
    "ord": Builtins._ord,
    "pow": Builtins._pow,
    "range": Builtins._range,
    "repr": Builtins._repr,
    "reversed": Builtins._reversed,
    "round": Builtins._round,
    "set": Builtins._set,
    "sorted": Builtins._sorted,
    "str": Builtins._str,
    "sum": Builtins._sum,
    "tuple": Builtins._tuple,
    "zip": Builtins._zip,
}
_MATH: dict[str, Callable[..., object]] = {
    "ceil": Builtins._ceil,
    "exp": _mathematics(math.exp),
    "floor": Builtins._floor,
    "log": _mathematics(math.log),
    "log10": _mathematics(math.log10),
    "log2": _mathematics(math.log2),
    "pow": Builtins._math_pow,
    "prod": Builtins._prod,
    "sqrt": _mathematics(math.sqrt),
}
_NUMPY: dict[str, Callable[..., object]] = {
    "abs": Builtins._abs,
    "ceil": Builtins._numpy_ceil,
    "float32": Builtins._float,
    "floor": Builtins._numpy_floor,
    "int32": Builtins._int,
    "int64": Builtins._int,
    "log2": _mathematics(math.log2),
    "max": Builtins._max,
    "maximum": Builtins._max,
    "min": Builtins._min,
    "minimum": Builtins._min,
    "power": Builtins._pow,
    "prod": Builtins._prod,
    "round": Builtins._round,
    "sqrt": _mathematics(math.sqrt),
    "sum": Builtins._sum,
}
_FUNCTIONS: dict[tuple[str, ...], Callable[..., object]] = {
    **{("builtins", name): function for name, function in _BUILTINS.items()},
    **{("math", name): function for name, function in _MATH.items()},
    **{("numpy", name): function for name, function in _NUMPY.items()},
    ("functools", "reduce"): Builtins._reduce,
    ("itertools", "chain"): Builtins._chain,
    ("itertools", "product"): Builtins._product,
    ("itertools", "repeat"): Builtins._repeat,
    ("collections", "OrderedDict"): Builtins._dict,
    ("copy", "copy"): Builtins._copy,
    ("copy", "deepcopy"): Builtins._deepcopy,
}

NAMES = frozenset(_BUILTINS) | {"getattr", "hasattr", "print", "type", "object", "super"}
"""The names of Python's own functions that are known here, whether followed or not."""
