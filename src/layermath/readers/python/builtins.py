"""The functions of Python, NumPy and ``math`` that models are written with. Each is written here;
none of Python's own is ever called by a name from the source."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr

from layermath.readers.python import operators, sizes
from layermath.readers.python.contents import items, length, truth
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.machine import Machine
from layermath.readers.python.text import formatted, text_of
from layermath.readers.python.unknown import CannotFollow, Unknown, behind, lost, needs_of
from layermath.readers.python.values import (
    Function,
    Instance,
    Partial,
    Path,
    Reference,
    SetValue,
    UserClass,
    key_of,
)
from layermath.readers.python.world import Arguments, Keywords


def has(path: Path) -> bool:
    """Whether the function at a path is here."""
    return path in _FUNCTIONS


def call(machine: Machine, path: Path, arguments: Arguments, keywords: Keywords) -> object:
    """Call a function by its path: ``("builtins", "len")``, ``("numpy", "prod")``.

    Raises `CannotFollow` for a function that is not here, and where Python would raise.
    """
    function = _FUNCTIONS.get(path)
    if function is None:
        raise behind(*arguments)
    machine.budget.spend()
    try:
        return function(machine, *map(machine.world.plain, arguments), **keywords)
    except (TypeError, ValueError, ArithmeticError, IndexError, KeyError):
        raise lost(*arguments) from None  # as Python would raise


# items


def _set(machine: Machine, value: object = ()) -> SetValue:
    return SetValue({key_of(item): None for item in items(machine, value)})


def _dict(machine: Machine, value: object = (), **keywords: object) -> dict[object, object]:
    if isinstance(value, dict):
        machine.budget.items(len(value))
        return {**value, **keywords}
    pairs = [items(machine, item) for item in items(machine, value)]
    found: dict[object, object] = {key_of(key): item for key, item in pairs}
    found.update(keywords)
    return found


def _range(machine: Machine, *bounds: object) -> object:
    if any(isinstance(bound, Expr) for bound in bounds):
        raise CannotFollow(sizes.symbols_in(*bounds))
    known = [bound for bound in bounds if isinstance(bound, int)]
    if not 1 <= len(known) == len(bounds) <= 3:
        raise lost(*bounds)
    return range(*map(int, known))


def _rows(machine: Machine, *values: object, strict: object = False) -> list[object]:
    return list(zip(*[items(machine, value) for value in values], strict=False))


def _enumerate(machine: Machine, value: object, start: object = 0) -> list[object]:
    if not isinstance(start, int):
        raise CannotFollow
    return list(enumerate(items(machine, value), start))


def _sorted(
    machine: Machine, value: object, *, key: object = None, reverse: object = False
) -> object:
    found = items(machine, value)
    keys: list[Any] = [item if key is None else machine.call(key, (item,), {}) for item in found]
    numbers = all(isinstance(item, (int, float)) for item in keys)
    if not numbers and not all(isinstance(item, str) for item in keys):
        raise lost(*keys)
    machine.budget.items(len(found))
    order = sorted(range(len(found)), key=lambda place: keys[place], reverse=bool(reverse))
    return [found[place] for place in order]


def _map(machine: Machine, function: object, *values: object) -> list[object]:
    columns = [items(machine, value) for value in values]
    return [machine.call(function, row, {}) for row in zip(*columns, strict=False)]


def _filter(machine: Machine, function: object, value: object) -> list[object]:
    def keeps(item: object) -> bool:
        return truth(machine, item if function is None else machine.call(function, (item,), {}))

    return [item for item in items(machine, value) if keeps(item)]


def _reduce(machine: Machine, function: object, value: object, *start: object) -> object:
    result, *rest = [*start, *items(machine, value)]
    for item in rest:
        result = machine.call(function, (result, item), {})
    return result


def _chain(machine: Machine, *values: object) -> list[object]:
    return [item for value in values for item in items(machine, value)]


def _product(machine: Machine, *values: object, repeat: object = 1) -> list[object]:
    if not isinstance(repeat, int) or repeat > 16:
        raise CannotFollow
    rows: list[tuple[object, ...]] = [()]
    for column in [items(machine, value) for value in values] * repeat:
        machine.budget.items(len(rows) * len(column))
        rows = [(*row, item) for row in rows for item in column]
    return list(rows)


def _repeat(machine: Machine, value: object, times: object) -> list[object]:
    if not isinstance(times, int):
        raise CannotFollow
    machine.budget.items(max(times, 0))
    return [value] * times


def _copy(machine: Machine, value: object) -> object:
    """``copy.copy(value)``: the same items in another list, dict or set."""
    if isinstance(value, (list, dict)):
        machine.budget.items(len(value))
        return value.copy()
    if isinstance(value, SetValue):
        machine.budget.items(len(value.items))
        return SetValue(dict(value.items))
    if isinstance(value, Instance) or machine.world.is_part(value):
        raise lost(value)  # a layer would have other weights, an object other fields
    return value


def _deepcopy(machine: Machine, value: object, _memory: object = None, depth: int = 0) -> object:
    """``copy.deepcopy(value)`` of plain data."""
    if depth > DATA_NESTING:
        raise CannotFollow
    if isinstance(value, dict):
        machine.budget.items(len(value))
        return {key: _deepcopy(machine, item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        machine.budget.items(len(value))
        return type(value)(_deepcopy(machine, item, depth=depth + 1) for item in value)
    return _copy(machine, value)


# numbers


def _sum(machine: Machine, value: object, start: object = 0) -> object:
    result = start
    for item in items(machine, value):
        result = operators.binary("+", result, item, machine.budget)
    return result


def _prod(machine: Machine, value: object, *_: object, **__: object) -> object:
    result: object = 1
    for item in items(machine, value) if isinstance(value, (list, tuple, range)) else [value]:
        factor = _prod(machine, item) if isinstance(item, (list, tuple)) else item
        result = operators.binary("*", result, factor, machine.budget)
    return result


def _extreme(sign: str, of_sizes: Callable[..., object]) -> Callable[..., object]:
    """``max`` and ``min``."""

    def call(machine: Machine, *values: object, key: object = None, **other: object) -> object:
        found = items(machine, values[0]) if len(values) == 1 else list(values)
        if not found:
            return other["default"]
        if any(isinstance(item, Expr) for item in found):
            return of_sizes(found, machine.budget)
        keys = [item if key is None else machine.call(key, (item,), {}) for item in found]
        best = 0
        for place in range(1, len(found)):
            if operators.compare(sign, keys[place], keys[best], machine.budget):
                best = place
        return found[best]

    return call


def _number(value: object) -> Any:
    if not isinstance(value, (int, float)):
        raise CannotFollow(needs_of(value) | sizes.symbols_in(value))
    return value


def _abs(machine: Machine, value: Any) -> object:
    if isinstance(value, Expr):
        return value if sizes.compare(">=", value, 0, machine.budget) else -value
    return abs(_number(value))


def _chr(machine: Machine, value: object) -> str:
    number = _number(value)
    if isinstance(number, int) and 0 <= number < 0x110000:
        return chr(number)
    raise CannotFollow


def _ord(machine: Machine, value: object) -> int:
    if isinstance(value, str) and len(value) == 1:
        return ord(value)
    raise CannotFollow


def _int(machine: Machine, value: object = 0, base: object = 10) -> object:
    if isinstance(value, Expr):
        return sizes.floor(value)
    if isinstance(value, str) and len(value) < 100 and isinstance(base, int):
        return int(value, base)
    return int(_number(value))


def _float(machine: Machine, value: object = 0.0) -> object:
    if isinstance(value, Expr):
        return value
    return float(value if isinstance(value, str) and len(value) < 100 else _number(value))


def _round(machine: Machine, value: object, digits: object = None) -> object:
    if isinstance(value, Expr) and value.is_integer:
        return value
    if digits is not None and not (isinstance(digits, int) and abs(digits) < 100):
        raise CannotFollow
    return round(_number(value), digits)


def _operator(sign: str) -> Callable[..., object]:
    return lambda machine, left, right: operators.binary(sign, left, right, machine.budget)


def _divmod(machine: Machine, left: object, right: object) -> object:
    return tuple(operators.binary(sign, left, right, machine.budget) for sign in ("//", "%"))


def _rounded(
    of_size: Callable[[Expr], object], of_number: Callable[[Any], Any]
) -> Callable[..., object]:
    """``math.floor`` and ``math.ceil``; NumPy's give a float for a number."""

    def call(machine: Machine, value: object) -> object:
        return of_size(value) if isinstance(value, Expr) else of_number(_number(value))

    return call


def _of_number(function: Callable[..., object]) -> Callable[..., object]:
    """A function of numbers alone."""
    return lambda machine, *values: function(*map(_number, values))


# everything else


def _format(machine: Machine, value: object, spec: object = "") -> str:
    if not isinstance(spec, str):
        raise CannotFollow
    return formatted(value, "", spec, machine.budget)


def _callable(machine: Machine, value: object) -> bool:
    if isinstance(value, Unknown):
        raise lost(value)
    return isinstance(value, (Function, Partial, UserClass, Reference))


def _isinstance(machine: Machine, value: object, types: object) -> bool:
    return any(is_a(value, one) for one in (types if isinstance(types, tuple) else (types,)))


def is_a(value: object, type_: object) -> bool:
    """Whether a value is one of a type of Python's. Raises `CannotFollow` for another type."""
    if isinstance(value, Unknown) or not isinstance(type_, Reference):
        raise lost(value)
    if type_.path[0] != "builtins" or type_.path[1] not in _TYPES:
        raise CannotFollow
    if isinstance(value, Expr):
        return type_.path[1] == "int"
    return isinstance(value, _TYPES[type_.path[1]])


_TYPES: Mapping[str, type] = {
    **{one.__name__: one for one in (bool, dict, float, int, list, range, str, tuple)},
    "set": SetValue,
}
_max, _min = _extreme(">", sizes.maximum), _extreme("<", sizes.minimum)

_BUILTINS: Mapping[str, Callable[..., object]] = {
    "abs": _abs,
    "all": lambda machine, value: all(truth(machine, item) for item in items(machine, value)),
    "any": lambda machine, value: any(truth(machine, item) for item in items(machine, value)),
    "bool": lambda machine, value=False: truth(machine, value),
    "callable": _callable,
    "chr": _chr,
    "dict": _dict,
    "divmod": _divmod,
    "enumerate": _enumerate,
    "filter": _filter,
    "float": _float,
    "format": _format,
    "int": _int,
    "isinstance": _isinstance,
    "iter": items,
    "len": lambda machine, value: length(value),
    "list": lambda machine, value=(): items(machine, value),
    "map": _map,
    "max": _max,
    "min": _min,
    "ord": _ord,
    "pow": _operator("**"),
    "range": _range,
    "repr": lambda machine, value: text_of(value, machine.budget, quoted=True),
    "reversed": lambda machine, value: items(machine, value)[::-1],
    "round": _round,
    "set": _set,
    "sorted": _sorted,
    "str": lambda machine, value="": text_of(value, machine.budget),
    "sum": _sum,
    "tuple": lambda machine, value=(): tuple(items(machine, value)),
    "zip": _rows,
}
_MATH: Mapping[str, Callable[..., object]] = {
    "ceil": _rounded(sizes.ceiling, math.ceil),
    "exp": _of_number(math.exp),
    "floor": _rounded(sizes.floor, math.floor),
    "log": _of_number(math.log),
    "log10": _of_number(math.log10),
    "log2": _of_number(math.log2),
    "pow": _of_number(math.pow),
    "prod": _prod,
    "sqrt": _of_number(math.sqrt),
}
_NUMPY: Mapping[str, Callable[..., object]] = {
    "abs": _abs,
    "ceil": _rounded(sizes.ceiling, lambda number: float(math.ceil(number))),
    "float32": _float,
    "floor": _rounded(sizes.floor, lambda number: float(math.floor(number))),
    "int32": _int,
    "int64": _int,
    "log2": _of_number(math.log2),
    "max": _max,
    "maximum": _max,
    "min": _min,
    "minimum": _min,
    "power": _operator("**"),
    "prod": _prod,
    "round": _round,
    "sqrt": _of_number(math.sqrt),
    "sum": _sum,
}
_FUNCTIONS: Mapping[Path, Callable[..., object]] = {
    **{("builtins", name): function for name, function in _BUILTINS.items()},
    **{("math", name): function for name, function in _MATH.items()},
    **{("numpy", name): function for name, function in _NUMPY.items()},
    ("functools", "reduce"): _reduce,
    ("itertools", "chain"): _chain,
    ("itertools", "product"): _product,
    ("itertools", "repeat"): _repeat,
    ("collections", "OrderedDict"): _dict,
    ("copy", "copy"): _copy,
    ("copy", "deepcopy"): _deepcopy,
}

NAMES = frozenset(_BUILTINS) | {"getattr", "hasattr", "print", "type", "object", "super"}
"""The names of Python's own functions that are known here, whether followed or not."""
