"""The data sets that come with Keras: how large their arrays are.

Nothing is loaded: the sizes are those that Keras states of what ``load_data()`` gives. The texts of
``imdb`` and ``reuters`` have no common length, and are not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layermath.operations import Fixed
from layermath.readers.python.unknown import CannotFollow

_IMAGES = {
    "mnist": (60_000, (28, 28), ()),
    "fashion_mnist": (60_000, (28, 28), ()),
    "cifar10": (50_000, (32, 32, 3), (1,)),
    "cifar100": (50_000, (32, 32, 3), (1,)),
}
"""How many there are to train with, and the shapes of one and of its label."""

_TESTED = 10_000

_HOUSES = {"boston_housing": (506, 13), "california_housing": (20_640, 8)}
"""How many there are, of which so many features are known: one in five is to test with."""

_SMALL = 600
"""How many of the houses in California are in the small version."""


def is_loading(path: tuple[str, ...]) -> bool:
    """Whether a path is that of ``keras.datasets.mnist.load_data``, or of another set."""
    return (
        len(path) == 4
        and path[:2] == ("keras", "datasets")
        and path[3] == "load_data"
        and path[2] in (*_IMAGES, *_HOUSES)
    )


def loaded(
    path: tuple[str, ...], arguments: Sequence[object], keywords: Mapping[str, object]
) -> object:
    """``(x_train, y_train), (x_test, y_test)``, as ``load_data()`` gives them.

    Raises `CannotFollow` where an argument may change how many there are.
    """
    name = path[2]
    if name in _IMAGES:
        number, shape, label = _IMAGES[name]
        return tuple((Fixed((n, *shape)), Fixed((n, *label))) for n in (number, _TESTED))
    number, features = _HOUSES[name]
    if len(arguments) > 1 or not keywords.keys() <= {"path", "seed", "version"}:
        raise CannotFollow
    version = arguments[0] if arguments else keywords.get("version", "large")
    if name == "california_housing" and version == "small":
        number = _SMALL
    elif name == "california_housing" and version != "large":
        raise CannotFollow
    tested = number - int(number * 0.8)
    return tuple((Fixed((n, features)), Fixed((n,))) for n in (number - tested, tested))
