"""Keras, as the interpreter of Python sees it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial

from sympy import Symbol

from layermath.network.growing import GraphLayer, KTensor, Model
from layermath.operations import Fixed
from layermath.readers.keras import calls, keras_names, undecided
from layermath.readers.keras.architecture_arguments import ARCHITECTURES
from layermath.readers.keras.attributes import attribute, set_flag
from layermath.readers.keras.builder import Builder, Plan
from layermath.readers.keras.fixed import forget, is_tensor, plain
from layermath.readers.keras.graph import Group
from layermath.readers.keras.parts import parts_of
from layermath.readers.python import PYTHON, contents
from layermath.readers.python import attributes as of_python
from layermath.readers.python.letters import Letters
from layermath.readers.python.machine import Machine
from layermath.readers.python.refusals import not_followed
from layermath.readers.python.source import Source, Written, imported_names, names_with_values
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Instance, Path, Reference
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords


def begun(source: Source, plan: Plan) -> Keras:
    """A reading of a source that begins."""
    imported = imported_names(source.tree)
    # an alias of a module that is known is no size
    modules = {name for name, module in imported.items() if keras_names.is_known(module)}
    letters = Letters(plan.bindings, names_with_values(source.tree) - modules)
    machine = Machine(source, imported, letters, PYTHON, partial(Keras, plan))
    assert isinstance(machine.world, Keras)
    return machine.world


class Keras:
    """What Keras adds to one reading of a source: a `World`."""

    learned = frozenset({"get_vocabulary", "vocabulary_size", "vocab_size"})
    """What lookup layers know that have learned from data."""

    def __init__(self, plan: Plan, machine: Machine) -> None:
        self.plan = plan
        self.machine = machine
        self.builder = Builder(machine.budget, machine.letters, machine.notes, plan)
        self.parts = parts_of(machine, self.builder)

    # names

    def reference(self, path: Path) -> object:
        """What a dotted path means, under whatever name Keras was imported."""
        path = keras_names.canonical(path)
        return Reference(path) if path[0] in keras_names.ROOTS else NOT_HERE

    def bare(self, name: str) -> object:
        """What a name means to which the source gives no value: Keras's classes mean themselves."""
        known = keras_names.without_import(name)
        if known is not None and keras_names.may_be(name, self.machine.imported):
            return Reference(known)
        if name in ARCHITECTURES and name not in self.machine.imported:
            return Reference(("keras", "applications", name))
        return NOT_HERE

    def star(self, module: Path) -> Mapping[str, object]:
        """The names that ``from module import *`` brings."""
        known = keras_names.star(keras_names.canonical(module))
        return {name: Reference(path) for name, path in known.items()}

    # attributes

    def attribute(self, value: object, name: str) -> object:
        """``value.name``; a bare name may be that of a module."""
        if not isinstance(value, Symbol):
            return attribute(self.builder, value, name)
        path = keras_names.MODULES.get(value.name)
        if path is None:
            raise CannotFollow
        return of_python.attribute(self.machine, Reference(path), name)

    def set_attribute(self, value: object, name: str, to: object) -> bool:
        """``value.name = to``; whether it was done here."""
        if isinstance(value, Group) and name not in ("trainable", "_name"):
            value.fields[name] = to
            self.parts.groups.track(value, to)
        elif isinstance(value, GraphLayer):
            set_flag(value, name, to)
        else:
            return False
        return True

    def instance(self, value: object) -> Instance | None:
        """The object that a layer or model of the source's own is as well."""
        if isinstance(value, Group) and value.type is not None:
            return Instance(value.type, value.fields)
        return None

    # calls and operators

    def call(
        self, callable_: object, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``callable_(*arguments, **keywords)``"""
        return calls.call(self.parts, callable_, arguments, keywords, written)

    def binary(self, sign: str, left: object, right: object, written: Written) -> object:
        """``left sign right``. Of Keras's own tensors ``x == y`` asks whether they are the same
        one; of arrays, and of what ``call`` is given, it compares values."""
        if not is_tensor(left) and not is_tensor(right):
            return NOT_HERE
        is_none = left is None or right is None
        if sign in ("is", "is not", "in", "not in") or (sign in ("==", "!=") and is_none):
            return NOT_HERE
        own = isinstance(left, KTensor) or isinstance(right, KTensor)
        if sign == "==" and own and self.builder.inside is None:
            return NOT_HERE
        return self.parts.operations.binary(sign, left, right, written)

    def unary(self, sign: str, value: object, written: Written) -> object:
        """``-x``, ``+x``, ``~x``"""
        if not is_tensor(value):
            return NOT_HERE
        return self.parts.operations.unary(sign, value, written)

    # contents

    def item(self, value: object, key: object, written: Written) -> object:
        """``x[key]``"""
        return self.parts.operations.item(value, key, written) if is_tensor(value) else NOT_HERE

    def items(self, value: object, wanted: int | None = None) -> list[object] | None:
        """A constant cut along its first axis; so many outputs of a layer without a rule."""
        if isinstance(value, KTensor) and wanted is not None:
            return self.parts.models.unpacked(value, wanted)
        return self.parts.constants.cut(value) if isinstance(value, Fixed) else None

    def plain(self, value: object) -> object:
        """A constant of one axis, or none, as its numbers, where they are known."""
        return plain(value) if isinstance(value, Fixed) and len(value.shape) < 2 else value

    def truth(self, value: object) -> bool:
        """``bool(value)``: that of one number, where it is known."""
        if not is_tensor(value):
            return True
        known = plain(value) if isinstance(value, Fixed) and not value.shape else value
        if is_tensor(known):
            raise lost(value)
        return contents.truth(self.machine, known)

    def forget(self, value: object, why: Unknown) -> bool:
        """A model that may have changed is not followed; of a constant the shape stays."""
        forget(value)
        if isinstance(value, Model):
            value.broken = value.broken or not_followed(why)
        return isinstance(value, Model) or is_tensor(value)

    # models

    def is_part(self, value: object) -> bool:
        """Whether the value is a tensor, a layer or a model."""
        return isinstance(value, (KTensor, GraphLayer))

    def progress(self) -> int:
        """How many times a layer was made or called, or a model built or changed."""
        return self.builder.made_so_far

    def builds(self, call: ast.Call, value_of: Callable[[ast.AST], object]) -> bool:
        """Whether a call would make or change a layer or a model."""
        return undecided.builds(call, value_of, self.machine.imported)
