"""What an expression of the source can be while it is read.

Plain things are Python's own: None, bool, int, float, str, tuple, list, dict, range. A size with
symbols is a SymPy expression. The rest is here and in `graph`. Nothing in a source reaches an
attribute of any of these objects but through the tables of this package.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from layermath.messages import Message
from layermath.network.graph import Weight
from layermath.operations import Fixed
from layermath.readers.keras.graph import MadeLayer
from layermath.readers.python.limits import CannotFollow
from layermath.readers.python.source import Written


@dataclass(eq=False)
class Foreign:
    """A call of a class that is not Keras's: ``hub.KerasLayer(url, output_shape=[512])``. Where it
    turns out to be a layer, ``layer`` is that layer, which has no rule."""

    name: str
    module: str | None
    keywords: Mapping[str, object]
    written: Written
    layer: MadeLayer | None = None


@dataclass(frozen=True, eq=False)
class Count:
    """What size a value would be that the data decide: see `counts`."""

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return id(self)

    @property
    def of_axis(self) -> bool:
        """Whether it is the length of an axis: ``x.shape[1]``."""
        return False


@dataclass(frozen=True, eq=False)
class CountOf(Count):
    """``len(chars)``: the expression, and what its names hold."""

    node: ast.expr
    held: tuple[object, ...]

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return ast.dump(self.node), tuple(map(id, self.held))

    @property
    def of_axis(self) -> bool:
        """Whether it is the length of an axis: ``x.shape[1]``."""
        return isinstance(self.node, ast.Subscript)


@dataclass(frozen=True, eq=False)
class Sum(Count):
    """``len(chars) + 1``, ``2 * len(chars)``."""

    sign: str
    left: object
    right: object

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return (self.sign, _key(self.left), _key(self.right))


def _key(part: object) -> object:
    if isinstance(part, Unknown):
        return part.name if part.count is None else part.count.key
    return str(part)


@dataclass(frozen=True)
class Unknown:
    """A value that could not be followed: where it was written, the variable that holds it if one
    does, and the symbols whose values would decide it; what it comes from that could not be
    followed either; why, where there is more to say; the call of a class that is not Keras's, if it
    is one, which may turn out to be a layer; and what size it is, if it is one that data decide."""

    written: Written
    needs: frozenset[str] = frozenset()
    name: str | None = None
    cause: Unknown | None = field(default=None, compare=False)
    reasons: tuple[Message, ...] = field(default=(), compare=False)
    foreign: Foreign | None = field(default=None, compare=False)
    count: Count | None = field(default=None, compare=False)

    @classmethod
    def of(cls, written: Written, why: CannotFollow) -> Unknown:
        """What is left of an expression that could not be followed."""
        return cls(written, why.needs, None, why.cause, why.reasons, why.foreign)

    @property
    def root(self) -> Unknown:
        """What could not be followed first."""
        return self if self.cause is None else self.cause


@dataclass(frozen=True)
class Reference:
    """A module, class or function that is known by its dotted path: ``("keras", "layers")``."""

    path: tuple[str, ...]


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
    """A method that is about to be called: ``items.append``, ``model.add``."""

    owner: object
    name: str


@dataclass(frozen=True, eq=False)
class UserClass:
    """A class of the source. ``keras`` is the class of Keras that it stands on, if it is a layer or
    a model; ``opaque`` where another of its bases is not of the source."""

    name: str
    names: dict[str, object]
    bases: tuple[UserClass, ...] = ()
    opaque: bool = False
    keras: tuple[str, ...] | None = None

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


@dataclass(eq=False)
class Memory:
    """Whether the numbers of a constant are still those of its source: NumPy's slices and copies
    without a copy share them, and an assignment to one place changes them for all."""

    known: bool = True


@dataclass(frozen=True, eq=False)
class Literal(Fixed):
    """A constant whose values stand in the source: ``tf.constant([[0, 0], [1, 1]])``. ``numbers``
    are lists in lists, or one number; None among them is the size of the batch."""

    numbers: object = None
    memory: Memory = field(default_factory=Memory)

    @property
    def items(self) -> object:
        """Its values, None where they may have changed."""
        return self.numbers if self.memory.known else None


@dataclass(frozen=True, eq=False)
class Variable(Fixed):
    """``keras.Variable(…)``, ``tf.Variable(…)``: a weight of the layer that it becomes an attribute
    of."""

    weight: Weight = field(kw_only=True)
    of_tensorflow: bool = field(default=False, kw_only=True)


def plain(value: object) -> object:
    """A constant as the numbers that it holds, where they are known; anything else as it is."""
    if isinstance(value, Literal) and value.memory.known:
        return value.numbers
    return value


def needs_of(*values: object) -> frozenset[str]:
    """The symbols that stand in the way of the unknown among these values."""
    return frozenset().union(*(value.needs for value in values if isinstance(value, Unknown)))


def lost(*values: object) -> CannotFollow:
    """What to raise where one of these values stands in the way."""
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    return CannotFollow(needs_of(*values), None if unknown is None else unknown.root)


def behind(*values: object) -> CannotFollow:
    """What to raise for a call that has no value whatever is given to it: if one of the arguments
    has none either, that is where it began."""
    return CannotFollow(cause=lost(*values).cause)
