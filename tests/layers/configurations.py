"""Random configurations of every layer type, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias

from hypothesis import strategies as st

from layermath.vocabulary.keras.layers import catalogue
from layermath.vocabulary.layer import Layer

Shape: TypeAlias = "tuple[int | None, ...]"


@dataclass(frozen=True)
class Made:
    """A layer among the arguments of another: ``Bidirectional(LSTM(8))``."""

    type_name: str
    keywords: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.type_name}({written(self.keywords)})"


def written(keywords: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in keywords.items())


@dataclass(frozen=True)
class Configuration:
    """A constructor call, the shapes of the tensors x0, x1, ... and how the layer is called on
    them, as in the case file: ``layer([x0, x1])``."""

    type_name: str
    keywords: dict[str, Any]
    shapes: tuple[Shape, ...]
    call: str = "layer(x)"

    def __str__(self) -> str:
        return f"{self.type_name}({written(self.keywords)}), {self.call} on {list(self.shapes)}"


def made(value: Any, make: Callable[[str, dict[str, Any]], Any]) -> Any:
    """An argument with each `Made` inside it turned into a layer by ``make``."""
    if isinstance(value, Made):
        return make(value.type_name, made(value.keywords, make))
    if isinstance(value, dict):
        return {key: made(item, make) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(made(item, make) for item in value)
    return value


def ours(type_name: str, keywords: Mapping[str, Any]) -> Layer:
    """layermath's layer. Raises `ModelProblem` where it refuses the arguments."""
    return catalogue()[type_name].bind((), made(dict(keywords), ours))


Draw: TypeAlias = "Callable[[st.SearchStrategy[Any]], Any]"
Drawn: TypeAlias = (
    "list[Shape] | tuple[dict[str, Any], list[Shape]] | tuple[dict[str, Any], list[Shape], str]"
)
Family: TypeAlias = "Callable[[Draw, str], Drawn]"
"""Draws the arguments, the shapes, and how the layer is called; the shapes alone are enough."""

_FAMILIES: dict[str, Family] = {}
_MERGES: set[str] = set()


@cache
def families() -> Mapping[str, Family]:
    """The family of each layer type, from every module of `tests.layers.families`."""
    from tests.layers import families as package

    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return _FAMILIES


def covers(*names: str, merge: bool = False) -> Callable[[Family], Family]:
    """Register the configurations of the layer types of those names."""

    def register(family: Family) -> Family:
        _FAMILIES.update(dict.fromkeys(names, family))
        if merge:
            _MERGES.update(names)
        return family

    return register


def covers_ranks(*stems: str) -> Callable[[Family], Family]:
    """Register the configurations of layer types in one, two and three dimensions."""
    return covers(*(f"{stem}{rank}D" for stem in stems for rank in (1, 2, 3)))


@st.composite
def configurations(draw: Draw, type_name: str) -> Configuration:
    """One configuration of a layer type."""
    drawn = families()[type_name](draw, type_name)
    keywords, shapes, *call = drawn if isinstance(drawn, tuple) else ({}, drawn)
    if not call and type_name in _MERGES:
        call = [f"layer([{', '.join(f'x{place}' for place in range(len(shapes)))}])"]
    return Configuration(type_name, keywords, tuple(shapes), *call)


def rank_of(type_name: str) -> int:
    """The number of spatial axes in a name: 2 for ``MaxPooling2D``."""
    return int(next(letter for letter in type_name if letter in "123"))


# What arguments are made of -------------------------------------------------------------------

sizes = st.integers(1, 12)
channels = st.integers(1, 8)
booleans = st.booleans()
layouts = st.sampled_from(["channels_last", "channels_first", "Channels_Last", None])
paddings = st.sampled_from(["causal", "full", 3])
wrong = st.sampled_from([0, -1, 2.0, "two", (), (1, 2, 3, 4), None])


def seldom(draw: Draw, usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> Any:
    """Mostly from the one, at times from the other."""
    return draw(other if draw(st.integers(0, 11)) == 0 else usual)


def per_axis(rank: int, most: int) -> st.SearchStrategy[Any]:
    """One whole number, or one for each axis."""
    number = st.integers(1, most)
    return number | st.tuples(*[number] * rank) | st.lists(number, min_size=rank, max_size=rank)


def some(draw: Draw, **arguments: Any) -> dict[str, Any]:
    """Some of the arguments: any of them may be left out."""
    return {name: value for name, value in arguments.items() if draw(booleans)}


def feature_map(draw: Draw, rank: int, *, unknown: bool = True) -> Shape:
    """Spatial axes and channels; at times with an axis too many or too few, or an unknown size."""
    axes = seldom(draw, st.just(rank + 1), st.integers(0, 5))
    spatial = [seldom(draw, sizes, st.none() if unknown else sizes) for _axis in range(axes)]
    if spatial:
        spatial[-1] = draw(channels)
    return tuple(spatial)


def any_shape(draw: Draw, *, least: int = 0, unknown: bool = False) -> Shape:
    """Any number of axes."""
    size = sizes | st.none() if unknown else sizes
    return tuple(draw(st.lists(size, min_size=least, max_size=4)))
