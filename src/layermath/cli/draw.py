"""``layermath draw``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from layermath.cli import options as opt
from layermath.cli.language import say_notes, stop
from layermath.cli.models import derivation_of, layers_of, network_of
from layermath.cli.output import text_options, write
from layermath.messages import Code, Message, Name, _

if TYPE_CHECKING:
    from layermath.api.derivation import Derivation
    from layermath.derivation.records import LayerDerivation
    from layermath.pictures import Picture

DRAW_EXAMPLES = """Examples:

  layermath draw cnn.py -o cnn.svg                        the layers, with shapes on the edges

  layermath draw cnn.py --what tape --layer conv2d        the places of its window

  layermath draw cnn.py --what field --format tikz        what one output sees, for LaTeX
"""


def draw(
    model: opt.Model,
    what: Annotated[
        opt.What,
        typer.Option(
            "--what",
            help="graph: the layers, with shapes on the edges. tape: one axis of a layer, and each "
            "place of its window. field: what one output of a layer sees of the input.",
        ),
    ] = opt.What.graph,
    layer: Annotated[
        str | None,
        typer.Option(
            "--layer",
            metavar="NAME",
            help="The layer of a tape (or else the first that loses something) or of a receptive "
            "field (or else the last with a window); the nested model of a graph.",
        ),
    ] = None,
    axis: Annotated[
        str | None,
        typer.Option("--axis", metavar="LETTER", help="The axis of a tape: H, W, L or Z."),
    ] = None,
    format_: Annotated[opt.PictureFormat, opt.WRITTEN] = opt.PictureFormat.svg,
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: opt.ModelName = None,
    call: opt.CallText = None,
    notation: opt.NotationName = "layermath",
    lang: opt.Lang = "en",
    output: opt.Output = None,
) -> None:
    """A picture: the graph, the places of a window, or what an output sees."""
    derivation = derivation_of(network_of(model, set_, input_, model_name, call))
    layers_of(derivation, None if layer is None else [layer])
    picture = _picture(derivation, what, layer, axis)
    if picture is None:
        stop(_why_not(what, layer))
    from layermath.pictures import svg, tikz

    options = text_options(output=output, notation=notation)
    drawn = svg(picture, options) if format_ is opt.PictureFormat.svg else tikz(picture, options)
    write(drawn, output)
    say_notes(derivation)


def _picture(
    derivation: Derivation, what: opt.What, layer: str | None, axis: str | None
) -> Picture | None:
    from layermath import pictures

    if what is opt.What.graph:
        return pictures.graph(derivation.data, layer)
    if what is opt.What.field:
        return pictures.receptive_field(derivation.data, layer)
    chosen = _of_tape(derivation, layer)
    return None if chosen is None else pictures.tape(chosen, axis)


def _of_tape(derivation: Derivation, layer: str | None) -> LayerDerivation | None:
    """The layer of this name, in a nested model too; or else the first that loses something, or
    the first with a window."""
    every = _every(derivation.data.layers)
    if layer is not None:
        return next((one for one in every if one.name == layer), None)
    windows = [one for one in every if any(reading.windowed for reading in one.readings)]
    loses = (
        one
        for one in windows
        if any(r.known and not r.writes and r.with_zeros.lost_at_end for r in one.readings)
    )
    return next(loses, windows[0] if windows else None)


def _every(layers: tuple[LayerDerivation, ...]) -> list[LayerDerivation]:
    return [one for layer in layers for one in (layer, *_every(layer.layers))]


def _why_not(what: opt.What, layer: str | None) -> Message:
    name: Message | Name = _("this model") if layer is None else Name(layer)
    reasons = {
        opt.What.graph: _(
            "{name} has no graph to draw: no layers inside, or too many for one picture", name=name
        ),
        opt.What.tape: _(
            "{name} has no tape to draw: it has no window on this axis, or its padding depends on "
            "a size that is not known; {option} gives it a value",
            name=name,
            option=Code("--set"),
        ),
        opt.What.field: _(
            "{name} has no receptive field to draw: its outputs do not see the input through one "
            "window of a known size",
            name=name,
        ),
    }
    return _("{option}: {reason}", option=Code(f"--what {what.value}"), reason=reasons[what])
