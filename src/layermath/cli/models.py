"""From the options that name a model to the model. Ends the program where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layermath.cli.language import fail, stop
from layermath.messages import Code, Count, Message, Name, _

if TYPE_CHECKING:
    from layermath.api.derivation import Derivation
    from layermath.formats.text import TextOptions
    from layermath.network.graph import Network


def network_of(
    model: str,
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    name: str | None,
    call: str | None,
) -> Network:
    """Read the model that the options name."""
    from layermath import api, bindings, sources
    from layermath.errors import LayermathError
    from layermath.problems import Problem

    try:
        values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
        source = sources.find(model)
        return api.read(source, values, inputs=inputs, model=name, call=call)
    except Problem as problem:
        fail(problem)
    except LayermathError as error:
        fail(error)


def networks_of(
    models: tuple[str, str],
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    names: Sequence[str] | None,
    calls: Sequence[str] | None,
) -> tuple[Network, Network]:
    """Read two models, with one set of options. ``names`` and ``calls`` are one for both, or one
    for each. A value for a symbol that only one of the models has is for that one."""
    from layermath import api, bindings, sources
    from layermath.errors import LayermathError
    from layermath.problems import Problem

    choices = _each("--model", names), _each("--call", calls)
    if models.count("-") == 2:
        stop(_("both models cannot come from standard input"), 2)
    try:
        values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
        found = [sources.find(model) for model in models]
        first, second = api.read_both(
            (found[0], found[1]), values, inputs=inputs, models=choices[0], calls=choices[1]
        )
    except Problem as problem:
        fail(problem)
    except LayermathError as error:
        fail(error)
    return first, second


def _each(option: str, given: Sequence[str] | None) -> tuple[str | None, str | None]:
    if not given:
        return None, None
    if len(given) > 2:
        stop(
            _(
                "{option} is given {number} times, and there are two models",
                option=Code(option),
                number=len(given),
            ),
            2,
        )
    return given[0], given[-1]


def derivation_of(network: Network, count: str = "macs") -> Derivation:
    """Derive a model; ``count`` is what `layermath.api.COUNTS` has."""
    from layermath import api
    from layermath.errors import LayermathError
    from layermath.terminal import progress

    try:
        with progress():
            return api.derive(network, count=count)
    except LayermathError as error:
        fail(error)


def layers_of(derivation: Derivation, names: Sequence[str] | None) -> frozenset[str] | None:
    """The layers to show, by name: those of nested models too."""
    if not names:
        return None
    known = derivation.layers.everywhere()
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = (
                _("Did you mean {name}?", name=Name(near[0]))
                if near
                else _("It has {names}.", names=tuple(map(Name, known)))
            )
            stop(
                _(
                    "{option}: the model has no such layer. {hint}",
                    option=Code(f"--layer {name}"),
                    hint=hint,
                ),
                2,
            )
    return frozenset(names)


def found(derivation: Derivation, text: str, options: TextOptions) -> str:
    """The lines where a number comes from."""
    from layermath.errors import LayermathError
    from layermath.formats.text import find

    option = Code(f"--find {text}")
    digits = text.replace(",", "").replace("_", "").strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 400:
        stop(_("{option}: it must be a whole number, as 9248 or 9,248", option=option), 2)
    page = find(derivation.data, int(digits), options)
    if page is None:
        said = _("{option}: no shape, count or line of this model has this number", option=option)
        fail(LayermathError(said, 2, details=_near(derivation, int(digits))))
    return page


def _near(derivation: Derivation, number: int) -> tuple[Message, ...]:
    """The count that is nearest to a number, where one is near."""
    near = derivation.near(number)
    if near is None:
        return ()
    layer, count = Name(near[0]), Count(near[1])
    if near[2] == "MACs":
        return (_("Near it: {layer}, {count} MACs.", layer=layer, count=count),)
    return (_("Near it: {layer}, {count} parameters.", layer=layer, count=count),)
