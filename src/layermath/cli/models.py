"""From the options that name a model to the model. Raises `Problem` or `LayermathError`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layermath.cli.language import stop
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

    values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
    return api.read(sources.find(model), values, inputs=inputs, model=name, call=call)


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

    choices = _each("--model", names), _each("--call", calls)
    if models.count("-") == 2:
        stop(_("both models cannot come from standard input"))
    values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
    found = sources.find(models[0]), sources.find(models[1])
    return api.read_both(found, values, inputs=inputs, models=choices[0], calls=choices[1])


def _each(option: str, given: Sequence[str] | None) -> tuple[str | None, str | None]:
    if not given:
        return None, None
    if len(given) > 2:
        stop(
            _(
                "{option} is given {number} times, and there are two models",
                option=Code(option),
                number=len(given),
            )
        )
    return given[0], given[-1]


def derivation_of(network: Network, count: str = "macs") -> Derivation:
    """Derive a model; ``count`` is what `layermath.api.COUNTS` has."""
    from layermath import api
    from layermath.terminal import progress

    with progress():
        return api.derive(network, count=count)


def layers_of(derivation: Derivation, names: Sequence[str] | None) -> frozenset[str] | None:
    """The layers to show, by name: those of nested models too."""
    if not names:
        return None
    known = derivation.layers.everywhere()
    for name in names:
        if name not in known:
            from layermath.problems import did_you_mean

            hint = did_you_mean(name, known, _("It has {names}.", names=tuple(map(Name, known))))
            stop(
                _(
                    "{option}: the model has no such layer. {hint}",
                    option=Code(f"--layer {name}"),
                    hint=hint,
                )
            )
    return frozenset(names)


def found(derivation: Derivation, text: str, options: TextOptions) -> str:
    """The lines where a number comes from."""
    from layermath.formats.text import find
    from layermath.problems import CallProblem

    option = Code(f"--find {text}")
    digits = text.replace(",", "").replace("_", "").strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 400:
        stop(_("{option}: it must be a whole number, as 9248 or 9,248", option=option))
    page = find(derivation.data, int(digits), options)
    if page is None:
        said = _("{option}: no shape, count or line of this model has this number", option=option)
        raise CallProblem(said, *_near(derivation, int(digits)))
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
