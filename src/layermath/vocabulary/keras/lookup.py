"""Keras's lookups, and its layer for text.

Source: Keras, *Categorical features preprocessing layers* and *Text preprocessing*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, plus
from layermath.algebra.unknown import unknown
from layermath.messages import Code, Message, Name, _
from layermath.rules.equations import Requirement
from layermath.rules.rule import require
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    choice,
    count,
    flag,
    is_below,
    optional,
    wrong,
)
from layermath.vocabulary.keras.encoding import (
    MODES,
    SPARSE,
    bins,
    check,
    encoding,
    number_of_bins,
    old_names,
    only_encoded,
    salt,
)
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def _as_it_is(value: object, name: str, rank: int = 0) -> object:
    """A value that Keras keeps for a model that it loads, or looks at when it is called."""
    return value


def _values(value: object, name: str, rank: int = 0) -> object:
    """A list of words or of numbers, or the name of a file that holds them. What cannot be followed
    is a list of unknown length."""
    if isinstance(value, (tuple, list)):
        return tuple(value)
    if value is None or isinstance(value, (str, Unfollowed)):
        return value
    if isinstance(value, Expr):
        return Unfollowed(str(value))
    raise wrong(name, value, _("it must be a list, or the name of a file"))


def _token(value: object, name: str, rank: int = 0) -> object:
    """A word, or a number, with a meaning of its own."""
    return value if value is None or isinstance(value, (str, int)) else Unfollowed(str(value))


def _most_tokens(value: object, name: str, rank: int = 0) -> Size | None:
    """The largest size of a vocabulary, above 1."""
    size: Size | None = optional(count)(value, name, rank)
    if size is not None and is_below(size, 2):
        raise wrong(name, value, _("it must be greater than 1"))
    return size


def _int64(value: object, name: str, rank: int = 0) -> str:
    """Keras knows no other type for whole numbers of a vocabulary."""
    return "int64" if isinstance(value, (Unfollowed, Expr)) else choice("int64")(value, name, rank)


def _word_or_function(*allowed: str) -> Kind:
    """One of Keras's own ways, by its name, or a function of the user's own."""

    def kind(value: object, name: str, rank: int = 0) -> object:
        if value is None or isinstance(value, (Unfollowed, Expr)):
            return None if value is None else "function"
        return value if value == "function" else choice(*allowed)(value, name, rank)

    return kind


def _ngrams(value: object, name: str, rank: int = 0) -> object:
    """How many words stand together as one: a whole number, or a tuple of them."""
    parts = value if isinstance(value, tuple) else (value,)
    if value is not None and not all(isinstance(part, (int, Expr, Unfollowed)) for part in parts):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    return value


def _only_with(argument: Code | Name, mode: str) -> Message:
    return _("{argument} goes with {mode} only", argument=argument, mode=Code(mode))


def _lookup(given: Mapping[str, Any]) -> None:
    """What Keras asks of every lookup."""
    only_encoded(given)
    vocabulary, weights, mode = given["vocabulary"], given["idf_weights"], given["output_mode"]
    check(
        given["max_tokens"] is not None or not given["pad_to_max_tokens"],
        _(
            "{argument} needs {most}",
            argument=Code("pad_to_max_tokens=True"),
            most=Name("max_tokens"),
        ),
    )
    check(
        mode == "int" or not given["invert"], _only_with(Code("invert=True"), 'output_mode="int"')
    )
    check(
        mode == "tf_idf" or weights is None, _only_with(Name("idf_weights"), 'output_mode="tf_idf"')
    )
    if mode == "tf_idf" and (vocabulary is not None or given["has_input_vocabulary"]):
        check(
            weights is not None and not isinstance(vocabulary, str),
            _(
                "a vocabulary for {mode} must be a list, with its weights in {weights}",
                mode=Code('"tf_idf"'),
                weights=Name("idf_weights"),
            ),
        )
    if isinstance(vocabulary, tuple):
        _check_words(given)


def _check_words(given: Mapping[str, Any]) -> None:
    words, mask, unknown_word = _words(given), given["mask_token"], given["oov_token"]
    check(bool(given["vocabulary"]), _("the vocabulary is empty"))
    check(len(set(words)) == len(words), _("a word stands in the vocabulary more than once"))
    check(
        mask is None or mask not in words,
        _(
            "{token} marks words to be skipped: it may stand only first in the vocabulary",
            token=Code(repr(mask)),
        ),
    )
    check(
        not given["invert"] or unknown_word is None or unknown_word not in words,
        _(
            "{token} stands for unknown words: it may stand only first in the vocabulary",
            token=Code(repr(unknown_word)),
        ),
    )
    if isinstance(given["idf_weights"], tuple):
        check(
            len(given["idf_weights"]) == len(given["vocabulary"]),
            _(
                "{weights} must be as many as the words: {number}, not {given}",
                weights=Name("idf_weights"),
                number=len(given["vocabulary"]),
                given=len(given["idf_weights"]),
            ),
        )
    tuple(_fits(given))


def _masks(given: Mapping[str, Any]) -> bool:
    """Whether the mask has a place of its own, the first."""
    return given["mask_token"] is not None and given["output_mode"] == "int"


def _words(given: Mapping[str, Any]) -> tuple[object, ...]:
    """The vocabulary without the tokens of special meaning, where it begins with them."""
    words: tuple[object, ...] = given["vocabulary"]
    if not isinstance(given["num_oov_indices"], int):
        return words
    mask = (given["mask_token"],) if _masks(given) else ()
    special = (*mask, *(given["oov_token"],) * min(given["num_oov_indices"], len(words)))
    return words[len(special) :] if words[: len(special)] == special else words


def _fits(given: Mapping[str, Any]) -> Iterator[Requirement]:
    """The vocabulary is no larger than is allowed."""
    most = given["max_tokens"]
    if most is None or not isinstance(given["vocabulary"], tuple):
        return
    size = plus((len(_words(given)), given["num_oov_indices"], int(_masks(given))))
    yield require(
        at_least(most, size),
        _(
            "the vocabulary has {size} places, and {most} allows {number}",
            size=size,
            most=Name("max_tokens"),
            number=most,
        ),
    )


def _farmhash(given: Mapping[str, Any]) -> None:
    _lookup(given)
    check(
        given["salt"] is None or given["oov_method"] == "farmhash",
        _(
            "{salt} goes with {method} only",
            salt=Name("salt"),
            method=Code('oov_method="farmhash"'),
        ),
    )


def _as_lookup(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of the lookup that a `TextVectorization` makes inside."""
    return {
        "num_oov_indices": 1,
        "mask_token": "",
        "oov_token": "[UNK]",
        "invert": False,
        **given,
    }


def _text(given: Mapping[str, Any]) -> None:
    if given["output_mode"] != "int":
        for name in ("output_sequence_length", "ragged"):
            check(given[name] in (None, False), _only_with(Name(name), 'output_mode="int"'))
    _lookup(_as_lookup(given))


def _vocabulary(given: Mapping[str, Any]) -> dict[str, Any]:
    """How many values a row has, and the words that are listed."""
    from layermath.rules.encoding import Categories, Words

    words = len(_words(given)) if isinstance(given["vocabulary"], tuple) else None
    if given["pad_to_max_tokens"]:
        return {"words": words, "depth": Categories(given["max_tokens"])}
    if words is not None:
        return {"words": words, "depth": Words(words, given["num_oov_indices"])}
    size = given["vocabulary_size"] or unknown(f"vocabulary of {sorted(given.items())}")
    return {"words": None, "depth": Categories(size)}


_MOST = checked("max_tokens", _most_tokens, None)
_LISTED = checked("vocabulary", _values, None)
_WEIGHTS = checked("idf_weights", _values, None)
_PADS = checked("pad_to_max_tokens", flag, False)
_LOOKED_UP = encoding(old_names(*MODES, "tf_idf"))
_LOADED = (
    checked("vocabulary_size", optional(count), None, keyword_only=True),
    checked("has_input_vocabulary", _as_it_is, None, keyword_only=True),
)
_METHOD = choice("floormod", "farmhash")


def _special(unknown_word: object) -> tuple[Parameter, ...]:
    return (
        _MOST,
        checked("num_oov_indices", number_of_bins, 1),
        checked("mask_token", _token, None),
        checked("oov_token", _token, unknown_word),
        _LISTED,
    )


TYPES = (
    LayerType(
        "IntegerLookup",
        "encoding.Lookup",
        parameters(
            _special(-1),
            checked("vocabulary_dtype", _int64, "int64"),
            _WEIGHTS,
            checked("invert", flag, False),
            _LOOKED_UP,
            SPARSE,
            _PADS,
            checked("oov_method", _METHOD, "floormod"),
            checked("salt", salt, None),
            _LOADED,
        ),
        spelling=KERAS,
        fixed={"numbers": True},
        checks=_farmhash,
        asks=_fits,
        makes=_vocabulary,
    ),
    LayerType(
        "StringLookup",
        "encoding.Lookup",
        parameters(
            _special("[UNK]"),
            _WEIGHTS,
            checked("invert", flag, False),
            _LOOKED_UP,
            _PADS,
            SPARSE,
            passed_over("encoding"),
            checked("salt", salt, None),
            checked("oov_method", _METHOD, "floormod", keyword_only=True),
            _LOADED,
        ),
        spelling=KERAS,
        checks=_lookup,
        asks=_fits,
        makes=_vocabulary,
    ),
    LayerType(
        "TextVectorization",
        "encoding.TextEncoder",
        parameters(
            _MOST,
            checked(
                "standardize",
                _word_or_function("lower_and_strip_punctuation", "lower", "strip_punctuation"),
                "lower_and_strip_punctuation",
            ),
            Parameter(
                "split",
                _word_or_function("whitespace", "character"),
                "whitespace",
                "splits",
                lambda way: way is not None,
            ),
            checked("ngrams", _ngrams, None),
            _LOOKED_UP,
            Parameter("output_sequence_length", bins, None, "length"),
            _PADS,
            _LISTED,
            _WEIGHTS,
            SPARSE,
            checked("ragged", flag, False),
            passed_over("encoding"),
            _LOADED,
        ),
        spelling=KERAS,
        checks=_text,
        asks=lambda given: _fits(_as_lookup(given)),
        makes=lambda given: _vocabulary(_as_lookup(given)),
        inside=lambda given: ("StringLookup",),
    ),
)
