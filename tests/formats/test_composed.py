"""What the composer yields, rendered: the whole way from a network to the page."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from sympy import Symbol, sympify

from layermath.algebra.floors import Size, symbol
from layermath.derivation.compose import compose
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.json.derivation import to_dict
from layermath.formats.json.plain import Json
from layermath.formats.latex import render_fragment
from layermath.formats.text import TextOptions, find, render, render_formula
from layermath.network.graph import Call, Entry, Network, Tensor
from layermath.setting.measure import width
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.keras import layers

H, W, K, F = (symbol(name) for name in "HWKF")


def chain(shape: tuple[Size, ...], *calls: tuple[str, str, list[object]]) -> NetworkDerivation:
    """The derivation of a Sequential of these layers: type, name, arguments."""
    entries = {"input_layer": Entry("input_layer", InputLayer(shape))}
    for kind, name, arguments in calls:
        found = layers.find(kind)
        assert found is not None
        entries[name] = Entry(name, found.bind(arguments, {}))
    made = tuple(
        Call(name, (Tensor(index - 1),) if index else ()) for index, name in enumerate(entries)
    )
    return compose(
        Network(
            "net",
            "Sequential",
            MappingProxyType(entries),
            tuple(entries)[1:],
            made,
            (Tensor(0),),
            (Tensor(len(calls)),),
        )
    )


def mnist(shape: tuple[Size, ...], filters: Size = 32) -> NetworkDerivation:
    return chain(
        shape,
        ("Conv2D", "conv2d", [filters, 3]),
        ("MaxPooling2D", "max_pooling2d", [2]),
        ("Conv2D", "conv2d_1", [32, 3]),
        ("MaxPooling2D", "max_pooling2d_1", [2]),
        ("Flatten", "flatten", []),
        ("Dense", "dense", [128]),
        ("Dense", "dense_1", [10]),
    )


NETWORKS = {
    "numbers": mnist((28, 28, 1)),
    "letters": mnist((H, W, 1), symbol("F1")),
    "kernel": chain((H, W, 1), ("Conv2D", "a", [symbol("F1"), K]), ("Conv2D", "b", [F, K])),
    "same": chain(
        (67, 45, 3),
        ("Conv2D", "a", [16, (3, 5), (2, 3), "same"]),
        ("BatchNormalization", "b", []),
        ("GlobalAveragePooling2D", "c", []),
    ),
    "length": chain((100, 5), ("Conv1D", "a", [8, 3]), ("Conv1D", "b", [1, 3])),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_it_fits_every_window(name: str, columns: int) -> None:
    for detail in Detail:
        text = render(NETWORKS[name], TextOptions(columns, detail))
        assert max(map(width, text.split("\n"))) <= columns


def test_every_number_of_the_summary_is_found() -> None:
    for number in (320, 9248, 102528, 1290, 113386, 800, 13):
        found = find(NETWORKS["numbers"], number, TextOptions())
        assert found is not None
        assert f"{number:,}" in found or str(number) in found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_json_keeps_its_word(name: str) -> None:
    """Numbers are in the model's symbols alone, and each step equals the one before it."""
    data = to_dict(NETWORKS[name])
    values = {symbol: 40 + index for index, symbol in enumerate(data["model"]["symbols"])}
    for layer in data["layers"]:
        for key in ("params", "macs", "activations"):
            _worth(layer[key], values)
        for one in layer["derivations"]:
            where = {letter: _worth(size, values) for letter, size in one["where"].items()}
            assert _results(one, values | where) == {_worth(one["result"], values)}


def _results(quantity: Json, values: dict[str, int]) -> set[int]:
    return {_worth(step["expression"], values) for step in quantity["steps"]}


def _worth(text: int | str, values: dict[str, int]) -> int:
    names = {name: Symbol(name, integer=True, positive=True) for name in values}
    read = sympify(text, locals=names)
    number = read.subs({names[name]: value for name, value in values.items()}, simultaneous=True)
    assert number.is_Integer, text
    return int(number)


def test_fragments_are_whole() -> None:
    for derivation in NETWORKS.values():
        text = render_fragment(derivation)
        assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") > 1


def test_every_layer_type_has_a_formula_page() -> None:
    for name, kind in layers.catalogue().items():
        for columns in (40, 80):
            text = render_formula(name, kind.equations(), TextOptions(columns))
            heading, *lines = text.split("\n")
            assert max(map(width, lines)) <= columns
            assert width(heading) <= columns or " " not in heading
