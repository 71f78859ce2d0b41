"""A layer type as data: its name and signature in a framework, and the rule that it stands for.

A type is one `LayerType`; a signature is a tuple of `Parameter`, each with the kind that checks it
and the field of the rule that it goes to. `Configured` is a layer: a type with its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from inspect import Signature
from types import MappingProxyType
from typing import Any

from layermath.messages import Piece
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Requirement
from layermath.rules.rule import Rule
from layermath.vocabulary.arguments import Kind, anything
from layermath.vocabulary.layer import Layer, bound_arguments, call_signature
from layermath.vocabulary.layouts import (
    channels_first,
    channels_to_the_end,
    problem_channels_first,
)
from layermath.vocabulary.spelling import Spelling

_SAME_NAME = "="
NEEDED = object()
"""In place of a default: the argument must be given."""


@dataclass(frozen=True)
class Parameter:
    """One argument of a constructor, checked by ``kind``. ``to`` is the field of the rule that it
    goes to, of its own name unless another is given, None where the rule does not ask for it;
    ``neutral`` makes what the rule takes of it. ``alias`` is a second name that is still accepted;
    ``keyword_only`` where it may not stand by its place."""

    name: str
    kind: Kind
    default: object = NEEDED
    to: str | None = _SAME_NAME
    neutral: Callable[[Any], object] | None = None
    alias: str | None = None
    keyword_only: bool = False

    @property
    def field(self) -> str | None:
        """The field of the rule that it goes to."""
        return self.name if self.to == _SAME_NAME else self.to


def passed_over(names: str, *, keyword_only: bool = False) -> tuple[Parameter, ...]:
    """Arguments that change no shape and no count: kept out of the way, unchecked."""
    return tuple(
        Parameter(name, anything, None, None, keyword_only=keyword_only) for name in names.split()
    )


def parameters(*items: Parameter | tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """A signature, in the framework's order."""
    return tuple(
        one for item in items for one in ((item,) if isinstance(item, Parameter) else item)
    )


def _nothing(_given: Mapping[str, Any]) -> tuple[()]:
    return ()


def _no_fields(_given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, eq=False)
class LayerType:
    """A type of layer in a framework.

    ``rule`` names the rule's class, ``convolution.Convolution``, which is imported where a layer is
    made; ``fixed`` are fields of the rule that the type fixes (``rank`` of `Conv2D`). ``checks`` is
    what the framework refuses beside its rule, of the arguments when the layer is made (raising
    `ModelProblem`), ``asks`` what it asks of them when it is called; ``inside`` are the types of
    the layers that it makes of them without a name, ``built`` of those that its first call makes;
    ``makes`` are the fields of the rule that follow from several arguments.
    ``in_order`` are the arguments that may stand by their place, where that is another order than
    the signature's; ``module`` is where the class lives, if it is not among the framework's layers;
    ``own`` says that there is no such layer in the framework, and nothing to compare it with.
    """

    name: str
    rule: str
    signature: tuple[Parameter, ...] = ()
    spelling: Spelling = field(kw_only=True)
    fixed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    aliases: tuple[str, ...] = ()
    checks: Callable[[Mapping[str, Any]], object] = _nothing
    asks: Callable[[Mapping[str, Any]], Iterable[Requirement]] = _nothing
    inside: Callable[[Mapping[str, Any]], tuple[str, ...]] = _nothing
    built: Callable[[Mapping[str, Any]], tuple[str, ...]] = _nothing
    makes: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _no_fields
    in_order: tuple[str, ...] = ()
    after: str | None = None
    keras_module: str | None = None
    own: bool = False

    abstract = False

    @property
    def rank(self) -> int:
        """How many spatial axes it has; 0 where it has none."""
        return int(self.fixed.get("rank", 0))

    @cached_property
    def rule_class(self) -> type[Rule]:
        """The class of its rule."""
        module, _dot, name = self.rule.rpartition(".")
        found: type[Rule] = getattr(import_module(f"layermath.rules.{module}"), name)
        return found

    def type_name(self) -> str:
        """The class's name in the framework."""
        return self.name

    def named_after(self) -> str:
        """The class from whose name automatic names are made: its own, unless the framework exports
        it under another."""
        return self.after or self.name

    def in_a_row(self) -> tuple[str, ...]:
        """The arguments that may stand without their names, in the framework's order."""
        return self.in_order or tuple(one.name for one in self.signature if not one.keyword_only)

    def parameter_names(self) -> tuple[str, ...]:
        """The names of the constructor's arguments, in the framework's order."""
        return tuple(one.name for one in self.signature)

    def keywords(self) -> frozenset[str]:
        """The names of the constructor's arguments, second names too."""
        return frozenset(
            name for one in self.signature for name in (one.name, one.alias) if name is not None
        )

    def bind(self, arguments: Sequence[object], keywords: Mapping[str, object]) -> Configured:
        """Make a layer from what was written between its parentheses. Raises `ModelProblem` for an
        argument that the framework would refuse."""
        written = bound_arguments(
            self.name,
            self.in_a_row(),
            {one.name: one.default is NEEDED for one in self.signature},
            {one.alias: one.name for one in self.signature if one.alias is not None},
            arguments,
            keywords,
        )
        given = {
            one.name: one.kind(written.get(one.name, one.default), one.name, self.rank)
            for one in self.signature
        }
        self.checks(given)
        return Configured(self, tuple(given.values()), self.rule_class(**self.fields(given)))

    def fields(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the rule of a layer with these arguments."""
        found: dict[str, Any] = {**self.fixed, **self.makes(given)}
        for one in self.signature:
            if one.field is not None:
                item = given[one.name]
                found[one.field] = item if one.neutral is None else one.neutral(item)
        return found

    def equations(self) -> tuple[Equation, ...]:
        """The general rules, for the formula sheet."""
        return tuple(map(self.spelling.equation, self.rule_class.equations(**self.fixed)))

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Configured(Layer):
    """A layer of a type, with the arguments that it was given, in the order of the signature, and
    the rule that they make."""

    type: LayerType
    values: tuple[Any, ...]
    its_rule: Rule

    @property
    def rule(self) -> Rule:
        """What the layer does, in the terms of no framework."""
        return self.its_rule

    @property
    def given(self) -> Mapping[str, Any]:
        """What the constructor was given, checked, by the names of the arguments."""
        return dict(zip(self.type.parameter_names(), self.values, strict=True))

    def with_arguments(self, arguments: Mapping[str, object]) -> Layer:
        """The same layer with other arguments, which are checked again. Raises `ModelProblem`."""
        written = self.given
        changed = {**written, **arguments}
        return self if changed == written else self.type.bind((), changed)

    def otherwise(self, **changes: object) -> Layer | None:
        """The same layer where its rule has other fields; None where it has no such field."""
        if any(name not in self.rule.__dataclass_fields__ for name in changes):
            return None
        return self.with_rule(replace(self.rule, **changes))

    def with_rule(self, rule: Rule) -> Configured:
        """A layer that does something else to what comes in, as it comes in here."""
        return replace(self, its_rule=rule)

    def type_name(self) -> str:  # type: ignore[override]  # asked of a layer, not of its class
        """The class's name in the framework."""
        return self.type.name

    @property
    def takes_one(self) -> bool:  # type: ignore[override]  # that of its rule
        """Whether the layer is called on one tensor, not on a list of them."""
        return self.rule.takes_one

    @property
    def spelling(self) -> Spelling:
        """The words of the framework."""
        return self.type.spelling

    def call_signature(self) -> Signature:
        """What it is called on: shapes, and options of the call."""
        return call_signature(type(self.rule).apply)

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Apply the rule to shapes, laid out as the rule has them."""
        asked = tuple(self.type.asks(self.given))
        if self.rule.any_layout or not self.channels_first:
            done = self.rule.apply(*inputs, **options)
        else:
            done = self._channels_first(inputs, options)
        return replace(done, requirements=(*asked, *done.requirements)) if asked else done

    def _channels_first(self, inputs: Sequence[Any], options: Mapping[str, Any]) -> Applied:
        rank = self.type.rank
        laid = [channels_to_the_end(one, rank) for one in inputs]
        given = {name: channels_to_the_end(one, rank) for name, one in options.items()}
        try:
            return channels_first(self.rule.apply(*laid, **given), rank)
        except ModelProblem as problem:
            raise problem_channels_first(problem, rank) from None

    def made_inside(self) -> tuple[str, ...]:
        """The types of the layers that the constructor makes without a name."""
        return self.type.inside(self.given)

    def built_inside(self) -> tuple[str, ...]:
        """The types of the layers that the first call makes without a name."""
        return self.type.built(self.given)

    def title(self) -> tuple[Piece, ...]:
        """What stands between the parentheses in a heading: ``32, 3×3, relu``."""
        return self.type.spelling.title(self.rule.title())
