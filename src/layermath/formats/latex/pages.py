r"""What every document has: how a heading, a group of lines and a picture stand in its source."""

from __future__ import annotations

from dataclasses import replace

from layermath.derivation.records import LayerDerivation
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.setting import breakable
from layermath.messages import Message
from layermath.messages import Shape as ShapePiece
from layermath.page import headings
from layermath.setting import escapes
from layermath.setting.language import ENGLISH, Language
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import ASCII, UNICODE

_CALLS = TextSetter(replace(UNICODE, indices=False))


def comment(message: Message, language: Language = ENGLISH) -> str:
    """A sentence on one line, with signs in ASCII: nothing in it can end the comment."""
    setter = TextSetter(ASCII, language, unicode=False)
    return escapes.ascii_signs(escapes.harmless(setter.say(message)))


def call_of(layer: LayerDerivation) -> str:
    """``Conv2D(32, 3×3, relu)``, in the typewriter face."""
    text = _CALLS.say(headings.call_of(layer))
    return breakable(rf"\texttt{{{escapes.latex(text)}}}").replace(",", r",\allowbreak{}")


def name_of(text: str) -> str:
    """The name of a layer or a model, as it stands in a heading."""
    return breakable(escapes.latex(text))


def shapes_of(layer: LayerDerivation, options: LatexOptions) -> str:
    r"""``(28, 28, 1) \to (26, 26, 32)``, in mathematics."""
    setter = options.document
    inputs = [setter.shape(ShapePiece(shape)) for shape in layer.shown_inputs]
    outputs = ", ".join(setter.shape(ShapePiece(shape)) for shape in layer.shown_outputs)
    if len(inputs) > 2 and len(set(inputs)) == 1:
        inputs = [rf"{len(inputs)} \times {inputs[0]}"]
    return rf"{', '.join(inputs)} \to {outputs}" if inputs else outputs


def needs_hangul(text: str) -> bool:
    """Whether a Korean letter stands in it."""
    return any(map(escapes.is_hangul, text))
