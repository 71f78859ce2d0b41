"""Keras's encoders of categories.

Source: Keras, *Categorical features preprocessing layers* and *Numerical features preprocessing
layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from layermath.algebra.floors import Size, as_size
from layermath.algebra.unknown import unknown
from layermath.messages import Code, Message, Name, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    choice,
    count,
    flag,
    is_size,
    optional,
    wrong,
)
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over

MODES = ("int", "one_hot", "multi_hot", "count")
_OLD_NAMES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def old_names(*allowed: str) -> Kind:
    """A mode of output; ``"binary"`` is the old name of ``"multi_hot"``, ``"tf-idf"`` of
    ``"tf_idf"``."""
    kind = choice(*allowed)

    def checked(value: object, name: str, rank: int = 0) -> str:
        word = _OLD_NAMES.get(value, value) if isinstance(value, str) else value
        return str(kind(word, name, rank))

    return checked


def encoding(kind: Kind, default: str = "int") -> Parameter:
    """What is made of the numbers: with ``"int"`` they stay."""
    return Parameter(
        "output_mode", kind, default, "encoding", lambda mode: None if mode == "int" else mode
    )


def bins(value: object, name: str, rank: int = 0) -> Size | None:
    """A number of bins, at least 0."""
    if value is None:
        return None
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 0:
        raise wrong(name, value, _("it must not be negative"))
    return size


def number_of_bins(value: object, name: str, rank: int = 0) -> Size:
    """A number of bins, which must be given: without one a layer is made, but never runs."""
    size = bins(value, name)
    if size is None:
        raise wrong(name, value, _("it must be a whole number"))
    return size


def _boundaries(value: object, name: str, rank: int = 0) -> object:
    """The numbers between bins. What cannot be followed is a list of unknown length."""
    if value is None or isinstance(value, Unfollowed):
        return value
    if not isinstance(value, (tuple, list)):
        raise wrong(name, value, _("it must be a list of numbers"))
    return tuple(value)


def salt(value: object, name: str, rank: int = 0) -> object:
    """A whole number that changes the hashing, or two of them."""
    if value is None or isinstance(value, (int, Expr, Unfollowed)):
        return value
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return tuple(value)
    raise wrong(name, value, _("it must be a whole number, or two of them"))


def _dtype(value: object, name: str, rank: int = 0) -> object:
    """The type of the numbers."""
    return value if isinstance(value, str) else None


def check(holds: bool, rule: Message) -> None:
    """Raise `ModelProblem` where the rule does not hold."""
    if not holds:
        raise ModelProblem(rule)


def only_encoded(given: Mapping[str, Any]) -> None:
    """Plain numbers are no sparse tensor."""
    check(
        not given["sparse"] or given["output_mode"] != "int",
        _(
            "{sparse} does not go with {mode}",
            sparse=Code("sparse=True"),
            mode=Code('output_mode="int"'),
        ),
    )


def _categories(given: Mapping[str, Any]) -> None:
    check(
        given["num_tokens"] is not None,
        _("{argument} must be given: the number of categories", argument=Name("num_tokens")),
    )


def _bins_once(given: Mapping[str, Any]) -> None:
    only_encoded(given)
    check(
        (given["num_bins"] is None) != (given["bin_boundaries"] is None),
        _(
            "one of {bins} and {boundaries} must be given, and not both",
            bins=Name("num_bins"),
            boundaries=Name("bin_boundaries"),
        ),
    )


def _whole_numbers(given: Mapping[str, Any]) -> None:
    only_encoded(given)
    if given["output_mode"] == "int" and given["dtype"] not in (None, "int32", "int64"):
        raise wrong("dtype", given["dtype"], _("it must be a type of whole numbers"))


def _bins(given: Mapping[str, Any]) -> dict[str, Any]:
    from layermath.rules.encoding import Boundaries, Categories

    boundaries = given["bin_boundaries"]
    if given["num_bins"] is not None:
        return {"depth": Categories(given["num_bins"])}
    if isinstance(boundaries, tuple):
        return {"depth": Boundaries(len(boundaries))}
    return {"depth": Categories(unknown(f"bins {boundaries}"))}


def _of(name: str) -> Any:
    """As many categories as an argument says."""

    def made(given: Mapping[str, Any]) -> dict[str, Any]:
        from layermath.rules.encoding import Categories

        return {"depth": Categories(given[name])}

    return made


SPARSE = checked("sparse", flag, False)

TYPES = (
    LayerType(
        "CategoryEncoding",
        "encoding.CategoryEncoder",
        parameters(
            checked("num_tokens", optional(count), None),
            encoding(old_names("count", "one_hot", "multi_hot"), "multi_hot"),
            passed_over("sparse"),
        ),
        spelling=KERAS,
        checks=_categories,
        makes=_of("num_tokens"),
    ),
    LayerType(
        "Discretization",
        "encoding.Binning",
        parameters(
            checked("bin_boundaries", _boundaries, None),
            checked("num_bins", bins, None),
            passed_over("epsilon"),
            encoding(choice(*MODES)),
            SPARSE,
        ),
        spelling=KERAS,
        checks=_bins_once,
        makes=_bins,
    ),
    LayerType(
        "Hashing",
        "encoding.Hashing",
        parameters(
            checked("num_bins", count),
            passed_over("mask_value"),
            checked("salt", salt, None),
            encoding(choice(*MODES)),
            SPARSE,
            checked("dtype", _dtype, None, keyword_only=True),
        ),
        spelling=KERAS,
        checks=_whole_numbers,
        makes=_of("num_bins"),
    ),
    LayerType(
        "HashedCrossing",
        "encoding.Crossing",
        (checked("num_bins", number_of_bins), encoding(choice("int", "one_hot")), SPARSE),
        spelling=KERAS,
        makes=_of("num_bins"),
    ),
)
