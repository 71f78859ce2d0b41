"""From the options that name a model to the model. Ends the program where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layermath.cli.output import fail, stop

if TYPE_CHECKING:
    from layermath.api import Derivation
    from layermath.network import Network
    from layermath.renderers.text import TextOptions


def network_of(
    model: str,
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    name: str | None,
    call: str | None,
) -> Network:
    """Read the model that the options name."""
    from layermath import api, bindings, sources
    from layermath.problems import Problem

    try:
        values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
        source = sources.find(model)
        return api.read(source, values, inputs=inputs, model=name, call=call)
    except Problem as problem:
        fail(problem)
    except api.LayermathError as error:
        stop(str(error), error.exit_code)


def networks_of(
    models: tuple[str, str],
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    names: Sequence[str] | None,
    calls: Sequence[str] | None,
) -> tuple[Network, Network]:
    """Read two models, with one set of options. ``names`` and ``calls`` are one for both, or one
    for each. A value for a symbol that only one of the models has is for that one."""
    from layermath import api, bindings, comparing, sources
    from layermath.problems import Problem

    choices = _each("--model", names), _each("--call", calls)
    if models.count("-") == 2:
        stop("both models cannot come from standard input", 2)
    try:
        values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
        found = [sources.find(model) for model in models]
        first, second = comparing.read_both(
            (found[0], found[1]), values, inputs=inputs, models=choices[0], calls=choices[1]
        )
    except Problem as problem:
        fail(problem)
    except api.LayermathError as error:
        stop(str(error), error.exit_code)
    return first, second


def _each(option: str, given: Sequence[str] | None) -> tuple[str | None, str | None]:
    if not given:
        return None, None
    if len(given) > 2:
        stop(f"{option} is given {len(given)} times, and there are two models", 2)
    return given[0], given[-1]


def derivation_of(network: Network, count: str = "macs") -> Derivation:
    """Derive a model; ``count`` is what `layermath.api.COUNTS` has."""
    from layermath import api
    from layermath.terminal import progress

    try:
        with progress():
            return api.derive(network, count=count)
    except api.LayermathError as error:
        stop(str(error), error.exit_code)


def layers_of(derivation: Derivation, names: Sequence[str] | None) -> frozenset[str] | None:
    """The layers to show, by name: those of nested models too."""
    if not names:
        return None
    known = derivation.layers.everywhere()
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(known)}."
            stop(f"--layer {name}: the model has no such layer. {hint}", 2)
    return frozenset(names)


def found(derivation: Derivation, text: str, options: TextOptions) -> str:
    """The lines where a number comes from."""
    from layermath.renderers.text import find

    digits = text.replace(",", "").replace("_", "").strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 400:
        stop(f"--find {text}: it must be a whole number, as 9248 or 9,248", 2)
    page = find(derivation.data, int(digits), options)
    if page is None:
        near = derivation.near(int(digits))
        hint = f"\n   Near it: {near[0]}, {near[1]:,} {near[2]}." if near else ""
        stop(f"--find {text}: no shape, count or line of this model has this number{hint}", 2)
    return page
