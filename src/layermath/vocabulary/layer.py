"""What every layer type is: a frozen configuration that can be applied to shapes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from inspect import Parameter, Signature, signature
from typing import Any, ClassVar, Self

from layermath.messages import Code, Name, Piece, _, ngettext
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation
from layermath.rules.rule import Inputs, Shape, require
from layermath.rules.windows import SamePadding
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.spelling import Spelling

__all__ = ["COMMON", "Inputs", "Layer", "Shape", "UnknownArgument", "bound_arguments", "require"]


class UnknownArgument(ModelProblem):
    """A keyword that a layer type does not have. ``near`` is the one that was probably meant."""

    def __init__(
        self, type_name: str, keyword: str, near: str | None, names: Sequence[str]
    ) -> None:
        hint = (
            _("It takes {arguments}.", arguments=tuple(Name(name) for name in names))
            if near is None
            else _("Did you mean {argument}?", argument=Name(near))
        )
        super().__init__(
            _("{type} has no argument {argument}", type=Code(type_name), argument=Name(keyword)),
            hint,
        )
        self.keyword = keyword
        self.near = near


COMMON = frozenset(
    {
        "name",
        "trainable",
        "dtype",
        "input_shape",
        "batch_input_shape",
        "input_dim",
        "batch_size",
        "batch_shape",
        "activity_regularizer",
        "autocast",
        "input_dtype",
        "input_length",
        "dynamic",
        "weights",
    }
)
"""Keywords that every Keras layer takes. The reader uses ``name``, ``trainable`` and the input
shapes; none of them changes a rule."""


@dataclass(frozen=True)
class Layer:
    """One layer type with its arguments. A subclass is a frozen dataclass whose fields are the
    constructor arguments in Keras's order, declared with `layermath.vocabulary.arguments.argument`.
    """

    aliases: ClassVar[tuple[str, ...]] = ()
    rank: ClassVar[int] = 0
    takes_one: ClassVar[bool] = True
    """Whether the layer is called on one tensor, not on a list of them."""
    abstract: ClassVar[bool] = True

    def __init_subclass__(cls, *, abstract: bool = False, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.abstract = abstract

    @classmethod
    def type_name(cls) -> str:
        """The class's name in ``keras.layers``."""
        return cls.__name__

    @classmethod
    def named_after(cls) -> str:
        """The class from whose name Keras makes automatic names: its own, unless Keras exports it
        under another."""
        return cls.type_name()

    @property
    def shown_type(self) -> str:
        """The class's name, as the model has it."""
        return self.type_name()

    @property
    def given(self) -> Mapping[str, Any]:
        """What the constructor was given, checked, by the names of the arguments."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def rule(self) -> Any:
        """What the layer does, in the terms of no framework."""
        return self

    @property
    def channels_first(self) -> bool:
        """Whether its feature maps have their channels before the other axes."""
        return bool(self.given.get("data_format") == "channels_first")

    @property
    def spelling(self) -> Spelling:
        """The words of the framework."""
        return KERAS

    def with_arguments(self, arguments: Mapping[str, object]) -> Layer:
        """The same layer with other arguments, which are checked again. Raises `ModelProblem`."""
        written = self.given
        changed = {**written, **arguments}
        return self if changed == written else type(self).bind((), changed)

    def otherwise(self, **changes: object) -> Layer | None:
        """The same layer where its rule has other fields; None where it has no such field."""
        changes = {
            _LEGACY.get(name, name): "same" if isinstance(item, SamePadding) else item
            for name, item in changes.items()
        }
        if any(name not in self.given for name in changes):
            return None
        return replace(self, **changes)

    @classmethod
    def in_a_row(cls) -> tuple[str, ...]:
        """The arguments that may stand without their names, in Keras's order."""
        return tuple(field.name for field in fields(cls) if not field.kw_only)

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """The names of the constructor's arguments, in Keras's order."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def keywords(cls) -> frozenset[str]:
        """The names of the constructor's arguments, second names too."""
        aliases = {str(one.metadata["alias"]) for one in fields(cls) if one.metadata.get("alias")}
        return frozenset(aliases.union(cls.parameter_names()))

    @classmethod
    def bind(cls, arguments: Sequence[object], keywords: Mapping[str, object]) -> Self:
        """Make the layer from what was written between its parentheses.

        Keywords in `COMMON` that are not an argument of the class are passed over: they are the
        reader's business. Raises `ModelProblem` for an argument that Keras would refuse.
        """
        declared = {field.name: field for field in fields(cls)}
        written = bound_arguments(
            cls.type_name(),
            cls.in_a_row(),
            {field.name: field.default is MISSING for field in declared.values()},
            {f.metadata["alias"]: f.name for f in declared.values() if f.metadata["alias"]},
            arguments,
            keywords,
        )
        return cls(
            **{
                name: argument.metadata["kind"](written.get(name, argument.default), name, cls.rank)
                for name, argument in declared.items()
            }
        )

    def call_signature(self) -> Signature:
        """What it is called on: shapes, and options of the call."""
        return call_signature(type(self).apply)

    def takes_tensor(self, name: str) -> bool:
        """Whether what a call gives by that name is a tensor that decides what comes out: a query,
        not a mask."""
        parameter = self.call_signature().parameters.get(name)
        in_a_row = parameter is not None and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        return in_a_row and not name.endswith("mask")

    def __call__(self, *inputs: Any, **options: Any) -> Applied:
        """`apply`, once it is sure that as many inputs are given as the layer takes, by the names
        that it knows. A layer with the same arguments on the same shapes is applied once."""
        try:
            key = (self, _hashable(inputs), _hashable(options))
            done = _done.get(key)
        except TypeError:  # an argument that is a list, or a network
            return self._checked(inputs, options)
        if done is None:
            done = self._checked(inputs, options)
            if len(_done) >= _MOST_DONE:
                _done.clear()
            _done[key] = done
        return done

    def _checked(self, inputs: tuple[Any, ...], options: dict[str, Any]) -> Applied:
        signature = self.call_signature()
        try:
            signature.bind(*inputs, **options)
        except TypeError:
            raise self._called_otherwise(inputs, options, signature) from None
        if self.takes_one and inputs and not isinstance(inputs[0], tuple):
            raise ModelProblem(
                _("{type} takes one tensor, not a list of them", type=Code(self.type_name()))
            )
        try:
            return self.spelling.applied(self.apply(*inputs, **options))
        except ModelProblem as problem:
            raise self.spelling.problem(problem) from None

    def _called_otherwise(
        self, inputs: Sequence[object], options: Mapping[str, object], signature: Signature
    ) -> ModelProblem:
        places = [*signature.parameters.values()]
        unknown = [key for key in options if key not in signature.parameters]
        if unknown:
            return ModelProblem(
                _(
                    "a call of {type} takes no argument {name}",
                    type=Code(self.type_name()),
                    name=tuple(Name(key) for key in unknown),
                )
            )
        given = len(inputs) + sum(key in options for key in signature.parameters)
        needed = sum(one.default is one.empty and one.kind in _BY_PLACE for one in places)
        if given < needed:
            return ModelProblem(
                ngettext(
                    "it takes {number} input, and is given {given}",
                    "it takes {number} inputs, and is given {given}",
                    needed,
                    given=given,
                )
            )
        most = sum(one.kind in _BY_PLACE for one in places)
        return ModelProblem(
            ngettext(
                "it takes {number} input, and is given {given}: several tensors go in one list",
                "it takes {number} inputs, and is given {given}: several tensors go in one list",
                most,
                given=given,
            )
        )

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Apply the layer to shapes, as Keras calls it on tensors: ``layer(x)``,
        ``layer([x0, x1])``.

        Returns the output shapes with the rules that lead to them. Raises `ModelProblem` where the
        layer cannot take these inputs.
        """
        raise NotImplementedError

    def made_inside(self) -> tuple[str, ...]:
        """The classes of the layers that the constructor makes without a name: each uses up one of
        Keras's automatic names."""
        return ()

    def built_inside(self) -> tuple[str, ...]:
        """The classes of the layers that the first call makes without a name."""
        return ()

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules of the layer type, for the formula sheet."""
        raise NotImplementedError

    def title(self) -> tuple[Piece, ...]:
        """What stands between the parentheses in a heading: ``32, 3×3, relu``."""
        return ()


def bound_arguments(
    type_name: str,
    in_a_row: Sequence[str],
    needed: Mapping[str, bool],
    aliases: Mapping[str, str],
    arguments: Sequence[object],
    keywords: Mapping[str, object],
) -> dict[str, object]:
    """What was written between the parentheses, by the names of the arguments. ``needed`` says of
    each argument whether it must be given; ``aliases`` are second names.

    Keywords in `COMMON` that are not an argument of the class are passed over: they are the
    reader's business. Raises `ModelProblem` for what the framework would refuse.
    """
    if len(arguments) > len(in_a_row):
        raise ModelProblem(
            _(
                "{type} takes at most {most} arguments in a row; here are {number}",
                type=Code(type_name),
                most=len(in_a_row),
                number=len(arguments),
            )
        )
    written: dict[str, object] = dict(zip(in_a_row, arguments, strict=False))
    for keyword, value in keywords.items():
        name = aliases.get(keyword, keyword)
        if name in written:
            raise ModelProblem(
                _(
                    "{type} is given {argument} twice",
                    type=Code(type_name),
                    argument=Name(keyword),
                )
            )
        if name in needed:
            written[name] = value
        elif keyword not in COMMON:
            near = difflib.get_close_matches(keyword, [*needed, *COMMON], 1)
            raise UnknownArgument(type_name, keyword, near[0] if near else None, [*needed])
    missing = [name for name, must in needed.items() if must and name not in written]
    if missing:
        raise ModelProblem(
            _(
                "{type} needs {argument}",
                type=Code(type_name),
                argument=tuple(Name(name) for name in missing),
            )
        )
    return written


_BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


_LEGACY = {"bias": "use_bias"}
_MOST_DONE = 4096
_done: dict[Hashable, Applied] = {}
"""What layers made of shapes: a network of a thousand layers has a few dozen different ones."""


def _hashable(structure: Any) -> Hashable:
    """The same structure, to be a key: lists apart from tuples, which are shapes."""
    if isinstance(structure, list):
        return ("list", *map(_hashable, structure))
    if isinstance(structure, tuple):
        return tuple(map(_hashable, structure))
    if isinstance(structure, dict):
        return ("dict", *((key, _hashable(item)) for key, item in structure.items()))
    return structure  # a size, or a flag; of anything else no key is made


@cache
def call_signature(apply: Callable[..., Applied]) -> Signature:
    """What a layer type is called on, without the layer itself."""
    whole = signature(apply)
    return whole.replace(parameters=[*whole.parameters.values()][1:])
