"""What an expression of the source can be while it is read.

Plain things are Python's own: None, bool, int, float, str, tuple, list, dict, range. A size with
symbols is a SymPy expression. The rest is here, and what a framework adds. Nothing in a source
reaches an attribute of any of these objects but through the tables of this package.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from layermath.readers.python.unknown import CannotFollow

Path = tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A module, class or function that is known by its dotted path: ``("math", "ceil")``."""

    path: Path


@dataclass(eq=False)
class Scope:
    """The names of a module, a function call or a class body."""

    parent: Scope | None = None
    names: dict[str, object] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    is_class: bool = False

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def find(self, name: str) -> Scope | None:
        """The scope that has the name. Functions do not see the names of the class they are in."""
        if name in self.global_names:
            return self.module if name in self.module.names else None
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope
            scope = scope.parent
        return None

    def set(self, name: str, value: object) -> None:
        """Assign to a name as Python would."""
        owner = self
        if name in self.global_names:
            owner = self.module
        elif name in self.nonlocal_names and self.parent is not None:
            owner = self.parent.find(name) or self
        owner.names[name] = value


@dataclass(frozen=True, eq=False)
class Function:
    """A ``def`` or ``lambda`` of the source, with the scope it closes over."""

    name: str
    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: tuple[object, ...]
    keyword_defaults: Mapping[str, object]
    binds: str = ""
    """``self`` where a first argument is put in when it is called on an instance; ``cls``."""


@dataclass(frozen=True, eq=False)
class Partial:
    """A callable with some of its arguments already given."""

    callable: object
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Method:
    """A method that is about to be called: ``items.append``."""

    owner: object
    name: str


@dataclass(frozen=True, eq=False)
class UserClass:
    """A class of the source. ``known`` are the paths of those classes that it, or one of its bases,
    stands on and that are known by a path; ``opaque`` where a base is not of the source."""

    name: str
    names: dict[str, object]
    bases: tuple[UserClass, ...] = ()
    opaque: bool = False
    known: tuple[Path, ...] = ()

    def find(self, name: str) -> object:
        """An attribute of the class or of a base. Raises `CannotFollow` where there is none."""
        if name in self.names:
            return self.names[name]
        for base in self.bases:
            try:
                return base.find(name)
            except CannotFollow:
                continue
        raise CannotFollow

    def defines(self, *names: str) -> bool:
        """Whether the class, or one of its bases, defines one of the names."""
        return any(name in self.names for name in names) or any(
            base.defines(*names) for base in self.bases
        )

    def owner(self, function: Function) -> UserClass | None:
        """The class, this one or one of its bases, that defines the function."""
        if any(one is function for one in self.names.values()):
            return self
        owners = (base.owner(function) for base in self.bases)
        return next((owner for owner in owners if owner is not None), None)


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of a class of the source."""

    type: UserClass
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Super:
    """``super()``: an object, seen from the class whose bases are asked."""

    instance: object
    type: UserClass


@dataclass(frozen=True, eq=False)
class SetValue:
    """A set, in the order in which its items came."""

    items: dict[object, None] = field(default_factory=dict)


Entry = TypeVar("Entry")


def entry_for(value: object, table: Mapping[type, Entry]) -> Entry | None:
    """The entry of a table for the type of a value, or for the nearest that this stands on."""
    return next((table[one] for one in type(value).__mro__ if one in table), None)


def key_of(value: object, depth: int = 0) -> object:
    """The value as a dictionary key. Raises `CannotFollow` for what cannot be one."""
    if isinstance(value, tuple):
        if depth > 2 or len(value) > 64:
            raise CannotFollow
        return tuple(key_of(item, depth + 1) for item in value)
    if isinstance(value, (list, dict, SetValue)):
        raise CannotFollow
    return value
