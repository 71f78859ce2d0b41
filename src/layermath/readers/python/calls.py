"""Calls: what stands before the parentheses decides who answers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from sympy import Symbol

from layermath.messages import Code, Message, _
from layermath.readers.python import builtins, methods
from layermath.readers.python.attributes import attribute
from layermath.readers.python.limits import CALLS
from layermath.readers.python.machine import RAISED, Frame, Machine, Returned
from layermath.readers.python.refusals import listing, own_class
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Foreign, Unknown, lost
from layermath.readers.python.values import (
    Function,
    Instance,
    Method,
    Partial,
    Path,
    Reference,
    Scope,
    Super,
    UserClass,
    entry_for,
)
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords


def call(
    machine: Machine, callable_: object, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """``callable_(*arguments, **keywords)``: the framework is asked first. Raises `CannotFollow`
    for what is not followed, `Problem` for an error in a model."""
    made = machine.world.call(callable_, arguments, keywords, written)
    if made is not NOT_HERE:
        return made
    kind = entry_for(callable_, _KINDS)
    if kind is None:
        raise lost(callable_)
    return kind(machine, callable_, arguments, keywords, written)


def _reference(
    machine: Machine,
    callable_: Reference,
    arguments: Arguments,
    keywords: Keywords,
    written: Written,
) -> object:
    own = _OF_THE_MACHINE.get(callable_.path)
    if own is not None:
        return own(machine, arguments, keywords)
    return builtins.call(machine, callable_.path, arguments, keywords)


def _method(
    machine: Machine, callable_: Method, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    return methods.call(machine, callable_.owner, callable_.name, arguments, keywords)


def _partial_call(
    machine: Machine, callable_: Partial, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    given = (*callable_.arguments, *arguments)
    return call(machine, callable_.callable, given, {**callable_.keywords, **keywords}, written)


def _object(
    machine: Machine,
    callable_: Instance,
    arguments: Arguments,
    keywords: Keywords,
    written: Written,
) -> object:
    return call(machine, attribute(machine, callable_, "__call__"), arguments, keywords, written)


def _imported(
    machine: Machine,
    callable_: Symbol | Unknown,
    arguments: Arguments,
    keywords: Keywords,
    written: Written,
) -> object:
    """A class or function that is imported, and that the framework does not know by its name: it
    may be for it all the same, by what it is called on."""
    reasons: tuple[Message, ...] = ()
    if isinstance(callable_, Unknown):
        text = callable_.written.text
    else:
        text = callable_.name
        reasons = (_no_value(text, machine.imported.get(text)),)
    module = machine.imported.get(text.split(".")[0])
    if module is None or not all(part.isidentifier() for part in text.split(".")):
        raise CannotFollow(reasons=reasons) if reasons else lost(callable_)
    foreign = Foreign(text.split(".")[-1], module, keywords, written)
    made = machine.world.call(foreign, arguments, keywords, written)
    if made is not NOT_HERE:
        return made
    raise CannotFollow(cause=lost(callable_).cause, reasons=reasons, foreign=foreign)


def _no_value(name: str, module: str | None) -> Message:
    if module is None:
        return _("{name} has no value here.", name=Code(name))
    return _("{name} is from {module}.", name=Code(name), module=Code(module))


# functions of the source


def _function(
    machine: Machine, function: Function, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """Call a function of the source: the value that it returns. Raises `CannotFollow` where it ends
    in a ``raise``."""
    if len(machine.frames) >= CALLS:
        raise machine.budget.reached(
            _("functions call each other at most {number} deep", number=CALLS)
        )
    scope = Scope(function.scope, _bound(function, arguments, keywords))
    line = machine.budget.line
    instance = arguments[0] if function.binds and arguments else None
    machine.frames.append(Frame(function, instance, scope))
    try:
        if isinstance(function.node, ast.Lambda):
            return machine.value(function.node.body, scope)
        if machine.yields(function.node):
            raise CannotFollow
        signal = machine.run(function.node.body, scope)
        if signal is RAISED:
            raise CannotFollow
        return signal.value if isinstance(signal, Returned) else None
    finally:
        machine.frames.pop()
        machine.budget.line = line


def _bound(function: Function, arguments: Arguments, keywords: Keywords) -> dict[str, object]:
    """The parameters with their values. Raises `CannotFollow` where Python would raise."""
    parameters, called = function.node.args, Code(function.name)
    names = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    required = (*names, *(one.arg for one in parameters.kwonlyargs))
    values: dict[str, object] = dict(zip(names, arguments, strict=False))
    rest = dict(keywords)
    for name in required:
        if name in rest and name in values:
            raise _refused(
                _("{function} is given {parameter} twice.", function=called, parameter=Code(name))
            )
        if name in rest:
            values[name] = rest.pop(name)
    defaults = zip(reversed(names), reversed(function.defaults), strict=False)
    for name, default in (*defaults, *function.keyword_defaults.items()):
        values.setdefault(name, default)
    if parameters.vararg is not None:
        values[parameters.vararg.arg] = tuple(arguments[len(names) :])
    elif len(arguments) > len(names):
        whole = Code(f"{function.name}({', '.join(names)})")
        raise _refused(_("{call} takes no more.", call=whole))
    if parameters.kwarg is not None:
        values[parameters.kwarg.arg] = rest
    elif rest:
        name = next(iter(rest))
        raise _refused(
            _("{function} has no parameter {parameter}.", function=called, parameter=Code(name))
        )
    missing = [name for name in required if name not in values]
    if missing:
        raise _refused(
            _("{function} needs {parameters} too.", function=called, parameters=listing(missing))
        )
    return values


def _refused(reason: Message) -> CannotFollow:
    return CannotFollow(reasons=(reason,))


def _instance(
    machine: Machine, class_: UserClass, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    if class_.opaque:
        foreign = Foreign(class_.name, None, keywords, written)
        raise CannotFollow(reasons=(own_class(class_.name),), foreign=foreign)
    instance = Instance(class_)
    try:
        initializer = class_.find("__init__")
    except CannotFollow:
        instance.fields.update(keywords)  # a dataclass, or a plain namespace
        return instance
    if isinstance(initializer, Function):
        _function(machine, initializer, (instance, *arguments), keywords, written)
    return instance


# functions that look at the machine


def _super(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    """``super()`` in a method, ``super(Block, self)``."""
    if len(arguments) == 2 and isinstance(arguments[0], UserClass):
        return Super(arguments[1], arguments[0])
    if machine.frames and not arguments:
        frame = machine.frames[-1]
        instance = machine.instance(frame.instance)
        owner = None if instance is None else instance.type.owner(frame.function)
        if owner is not None:
            return Super(frame.instance, owner)
    raise CannotFollow


def _getattr(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    """``getattr(math, "ceil")``: the same tables as ``math.ceil``."""
    if len(arguments) in (2, 3) and isinstance(arguments[1], str):
        try:
            return attribute(machine, arguments[0], arguments[1])
        except CannotFollow:
            if len(arguments) == 3 and not isinstance(arguments[0], (Unknown, Symbol)):
                return arguments[2]
    raise CannotFollow


def _partial(machine: Machine, arguments: Arguments, keywords: Keywords) -> object:
    if not arguments:
        raise CannotFollow
    return Partial(arguments[0], tuple(arguments[1:]), dict(keywords))


_OF_THE_MACHINE: Mapping[Path, Callable[[Machine, Arguments, Keywords], object]] = {
    ("builtins", "getattr"): _getattr,
    ("builtins", "super"): _super,
    ("functools", "partial"): _partial,
}
_KINDS: Mapping[type, Callable[[Machine, Any, Arguments, Keywords, Written], object]] = {
    Function: _function,
    Instance: _object,
    Method: _method,
    Partial: _partial_call,
    Reference: _reference,
    Symbol: _imported,
    Unknown: _imported,
    UserClass: _instance,
}
