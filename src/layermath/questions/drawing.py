"""What an exercise is drawn from: layers and sizes as they stand in homework.

Everything is drawn through `Draws`, which asks ``random.Random.random()`` and nothing else: that is
the one method of which Python promises the same numbers for the same seed, everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from layermath.algebra.floors import Size
from layermath.messages import Code, Message, _
from layermath.messages import Shape as ShapePiece
from layermath.network.graph import Network
from layermath.questions.records import GENERATOR, Difficulty, Topic
from layermath.readers import any_format

T = TypeVar("T")

_SIDES = (27, 28, 30, 32, 33, 36, 40, 45, 48, 50, 56, 60, 64, 65, 75, 80, 96, 100, 120, 128)
_SMALL_SIDES = (20, 22, 24, 25, 27, 28, 30, 31, 32, 33, 35, 36, 40)
_FILTERS = (4, 6, 8, 10, 12, 16, 20, 24, 32)
_FEW_FILTERS = (4, 5, 6, 8, 10, 12, 16)
_DEPTHS = (2, 3, 4, 6, 8, 10, 16)
_NEURONS = (5, 10, 12, 20, 32, 50, 64, 100)


class Draws:
    """Draws from short lists, the same for the same words."""

    def __init__(self, *words: object) -> None:
        key = "|".join(str(word) for word in (f"layermath.exercises/{GENERATOR}", *words))
        self._source = Random(key)

    def one_of(self, items: Sequence[T]) -> T:
        """One of ``items``, each as likely."""
        return items[int(self._source.random() * len(items))]


@dataclass(frozen=True)
class Draft:
    """A question before it is known whether its numbers tell mistakes apart.

    ``layers`` are the layers as they are written; ``quantity`` what is asked, of the layer with
    the number ``of``, or of the whole network where that is None. ``given`` says what is known of a
    single layer.
    """

    shape: tuple[int, ...]
    layers: tuple[str, ...]
    quantity: str
    text: Message
    of: int | None = -1
    given: Message | None = None

    @property
    def code(self) -> tuple[str, ...]:
        """The network, as its user would write it."""
        return network_lines(self.shape, self.layers)


def network_lines(shape: Sequence[object], layers: Sequence[str]) -> tuple[str, ...]:
    """A Sequential network, in lines."""
    sizes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    return (
        "keras.Sequential([",
        f"    keras.Input(({sizes})),",
        *(f"    layers.{layer}," for layer in layers),
        "])",
    )


def network_of(code: Sequence[str]) -> Network:
    """The network that lines of source make."""
    head = ("import keras", "from keras import layers", "model = \\")
    return any_format.read("\n".join((*head, *code)))


# Layers --------------------------------------------------------------------------------------


def convolution(
    draws: Draws,
    kernels: Sequence[int] = (3, 5),
    strides: Sequence[int] = (1,),
    *,
    paddings: Sequence[str] = ("valid",),
    filters: Sequence[int] = _FILTERS,
) -> str:
    """``Conv2D(16, 3, strides=2)``"""
    number, kernel = draws.one_of(filters), draws.one_of(kernels)
    stride, padding = draws.one_of(strides), draws.one_of(paddings)
    options = f", strides={stride}" if stride > 1 else ""
    options += f', padding="{padding}"' if padding != "valid" else ""
    return f"Conv2D({number}, {kernel}{options})"


def dilated(draws: Draws) -> str:
    """``Conv2D(16, 3, dilation_rate=2)``"""
    number, kernel = draws.one_of(_FILTERS), draws.one_of((3, 5))
    return f"Conv2D({number}, {kernel}, dilation_rate={draws.one_of((2, 3))})"


def pooling(draws: Draws) -> str:
    """``MaxPooling2D(2)``"""
    kind = draws.one_of(("MaxPooling2D", "MaxPooling2D", "AveragePooling2D"))
    return f"{kind}({draws.one_of(('2', '2', '3', '3, strides=2'))})"


def _image(draws: Draws, sides: Sequence[int], depths: Sequence[int]) -> tuple[int, int, int]:
    side = draws.one_of(sides)
    return side, side, draws.one_of(depths)


def _oblong(draws: Draws, depths: Sequence[int]) -> tuple[int, int, int]:
    return draws.one_of(_SIDES), draws.one_of(_SIDES), draws.one_of(depths)


# Questions -----------------------------------------------------------------------------------


def given_layer(layer: str, shape: Sequence[Size]) -> Message:
    """What is known of a single layer."""
    return _(
        "The input of {layer} has the shape {shape}.",
        layer=Code(layer),
        shape=ShapePiece(tuple(shape)),
    )


def _one_layer(layer: str, shape: tuple[int, ...], quantity: str, text: Message) -> Draft:
    return Draft(shape, (layer,), quantity, text, given=given_layer(layer, shape))


def _shape_of_layer(layer: str, shape: tuple[int, ...]) -> Draft:
    return _one_layer(layer, shape, "output", _("What is the shape of its output?"))


def _shape_of_network(layers: tuple[str, ...], shape: tuple[int, ...]) -> Draft:
    return Draft(shape, layers, "output", _("What is the shape of the output of this network?"))


def shape_easy(draws: Draws) -> Draft:
    """One layer without padding."""
    if draws.one_of((True, True, False)):
        layer = convolution(draws, (3, 5, 7))
        return _shape_of_layer(layer, _image(draws, _SIDES, (1, 3, 3, 8)))
    return _shape_of_layer(pooling(draws), _image(draws, _SIDES, _FILTERS))


def shape_medium(draws: Draws) -> Draft:
    """A stride, padding, or two layers."""
    kind = draws.one_of(("stride", "padded", "two", "same"))
    shape = _image(draws, _SIDES, (1, 3, 3, 6, 8))
    if kind == "stride":
        return _shape_of_layer(convolution(draws, (3, 4, 5, 7), (2, 3, 4)), shape)
    if kind == "same":
        return _shape_of_layer(convolution(draws, (3, 5), (2, 3, 4), paddings=("same",)), shape)
    if kind == "padded":
        zeros = f"ZeroPadding2D({draws.one_of((1, 2, 3))})"
        return _shape_of_network((zeros, convolution(draws, (3, 5, 7), (1, 2, 3))), shape)
    return _shape_of_network((convolution(draws, (3, 5)), pooling(draws)), shape)


def shape_hard(draws: Draws) -> Draft:
    """Three layers or more, also dilated, on an image that is not square."""
    shape = _oblong(draws, (1, 3))
    first = draws.one_of((convolution(draws, (5, 7), (2,)), dilated(draws)))
    second = convolution(draws, (3,), (1, 2), paddings=("same", "valid"))
    last = draws.one_of((pooling(draws), convolution(draws, (3,), (2,))))
    return _shape_of_network((first, pooling(draws), second, last), shape)


def _params_of_layer(layer: str, shape: tuple[int, ...]) -> Draft:
    return _one_layer(layer, shape, "params", _("How many parameters does the layer have?"))


def params_easy(draws: Draws) -> Draft:
    """One layer."""
    if draws.one_of((True, True, False)):
        layer = convolution(draws, (2, 3, 5, 7))
        return _params_of_layer(layer, _image(draws, _SMALL_SIDES, (1, *_DEPTHS)))
    layer = f"Dense({draws.one_of(_NEURONS)})"
    return _params_of_layer(layer, (draws.one_of((20, 30, 48, 64, 100, 120, 128, 256)),))


def params_medium(draws: Draws) -> Draft:
    """A layer that is fully connected to feature maps; a network of two layers with weights."""
    shape = _image(draws, _SMALL_SIDES, (1, 2, 3))
    first = convolution(draws, (3, 5), filters=_FEW_FILTERS)
    dense = f"Dense({draws.one_of(_NEURONS)})"
    if draws.one_of((True, False)):
        text = _("How many parameters does the last layer of this network have?")
        return Draft(shape, (first, pooling(draws), "Flatten()", dense), "params", text)
    text = _("How many parameters does this network have in all?")
    return Draft(shape, (first, "GlobalAveragePooling2D()", dense), "params", text, None)


def params_hard(draws: Draws) -> Draft:
    """A whole network."""
    shape = _image(draws, _SMALL_SIDES, (1, 2, 3))
    first = convolution(draws, (3, 5), filters=_FEW_FILTERS)
    normal = draws.one_of(((), ("BatchNormalization()",)))
    second = convolution(draws, (3,), (1, 2), filters=_FEW_FILTERS)
    dense = f"Dense({draws.one_of((5, 10, 12, 20))})"
    layers = (first, *normal, pooling(draws), second, "Flatten()", dense)
    text = _("How many parameters does this network have in all?")
    return Draft(shape, layers, "params", text, None)


def _macs_of_layer(layer: str, shape: tuple[int, ...]) -> Draft:
    text = _("How many multiply-accumulates (MACs) does the layer take?")
    return _one_layer(layer, shape, "macs", text)


def macs_easy(draws: Draws) -> Draft:
    """One layer without padding or stride."""
    layer = convolution(draws, (2, 3, 5), filters=_FEW_FILTERS)
    return _macs_of_layer(layer, _image(draws, _SMALL_SIDES, _DEPTHS))


def macs_medium(draws: Draws) -> Draft:
    """One layer with a stride."""
    layer = convolution(draws, (3, 4, 5), (2, 3), filters=_FEW_FILTERS)
    return _macs_of_layer(layer, _image(draws, _SMALL_SIDES, _DEPTHS))


def macs_hard(draws: Draws) -> Draft:
    """A network."""
    shape = _image(draws, _SMALL_SIDES, (1, 2, 3))
    first = convolution(draws, (3, 5), (1, 2), filters=_FEW_FILTERS)
    second = convolution(draws, (3,), filters=_FEW_FILTERS)
    dense = f"Dense({draws.one_of((5, 10, 12, 20))})"
    layers = (first, pooling(draws), second, "Flatten()", dense)
    text = _("How many multiply-accumulates (MACs) does this network take?")
    return Draft(shape, layers, "macs", text, None)


def _field(draws: Draws, layers: tuple[str, ...]) -> Draft:
    shape = (draws.one_of((64, 96, 128)),) * 2
    text = _(
        "How many rows of the input does one value at the end of this network depend on? (Its "
        "receptive field.)"
    )
    return Draft((*shape, draws.one_of((1, 3))), layers, "receptive_field.H", text)


def field_easy(draws: Draws) -> Draft:
    """A pooling between convolutions."""
    filters = (8, 16, 32)
    first, last = (convolution(draws, (3, 5), filters=filters) for _place in "12")
    return _field(draws, (first, pooling(draws), last))


def field_medium(draws: Draws) -> Draft:
    """A stride as well."""
    filters = (8, 16, 32)
    first = convolution(draws, (3, 5, 7), (1, 2), filters=filters)
    last = convolution(draws, (3, 5), (1, 2), filters=filters)
    return _field(draws, (first, pooling(draws), last, pooling(draws)))


def field_hard(draws: Draws) -> Draft:
    """Dilation as well."""
    filters = (8, 16, 32)
    first = convolution(draws, (3, 5, 7), (1, 2), filters=filters)
    last = convolution(draws, (3, 5), (1, 2), filters=filters)
    return _field(draws, (first, pooling(draws), dilated(draws), last))


DRAFTS: Mapping[tuple[Topic, Difficulty], Callable[[Draws], Draft]] = {
    ("shape", "easy"): shape_easy,
    ("shape", "medium"): shape_medium,
    ("shape", "hard"): shape_hard,
    ("params", "easy"): params_easy,
    ("params", "medium"): params_medium,
    ("params", "hard"): params_hard,
    ("macs", "easy"): macs_easy,
    ("macs", "medium"): macs_medium,
    ("macs", "hard"): macs_hard,
    ("receptive-field", "easy"): field_easy,
    ("receptive-field", "medium"): field_medium,
    ("receptive-field", "hard"): field_hard,
}
"""How a question is drawn. Inverse questions are in `layermath.questions.backwards`."""
