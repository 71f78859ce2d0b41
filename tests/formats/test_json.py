"""The JSON: its keys, and that a machine reads from it what a person reads from the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sympy import Symbol, sympify

from layermath.algebra.floors import symbol
from layermath.algebra.written import add
from layermath.derivation.records import NetworkDerivation
from layermath.formats.json.derivation import to_dict, to_formula_dict, to_summary_dict
from layermath.messages import _
from layermath.rules.equations import Equation

pytestmark = pytest.mark.quick


def test_the_keys(numbers: NetworkDerivation) -> None:
    data = to_dict(numbers)
    json.dumps(data)
    assert data["schema"] == "layermath.derivation/1"
    assert data["model"] == {
        "name": "cnn",
        "framework": "keras",
        "source": "cnn.py",
        "inputs": [{"name": "input_layer", "shape": [15, 15, 1]}],
        "symbols": [],
    }
    assert data["outputs"] == [[5, 5, 32]]
    assert data["totals"]["params"] == 9568
    layer = data["layers"][1]
    assert layer["name"] == "conv2d_1"
    assert layer["output_shapes"] == [[11, 11, 32]]
    assert layer["receptive_field"] == {"size": [3, 3], "jump": [1, 1], "padding": [[0, 0], [0, 0]]}
    assert "calls" not in layer
    step = layer["derivations"][2]["steps"][-2]
    assert step == {
        "rule": "arithmetic",
        "reason": "",
        "text": "N = 289·32",
        "latex": r"N = 289 \cdot 32",
        "expression": "289*32",
    }


def test_sizes_are_strings_that_sympy_reads(letters: NetworkDerivation) -> None:
    data = to_dict(letters)
    assert data["model"]["symbols"] == ["H"]
    assert data["layers"][0]["output_shapes"] == [["floor(H/2)", 3, 2]]
    assert data["outputs"] == [["floor(H/4)", 1, 2]]
    assert data["conditions"] == ["H >= 4"]
    assert data["sizes"] == [
        {"name": "H_1", "layer": "pool", "definition": "floor(H/2)", "closed_form": "floor(H/2)"}
    ]


def _worth(text: int | str, values: dict[str, Any]) -> Any:
    names = {name: Symbol(name, integer=True, positive=True) for name in values}
    read = sympify(text, locals=names)
    return read.subs({names[name]: value for name, value in values.items()}, simultaneous=True)


def test_every_step_equals_the_one_before(
    numbers: NetworkDerivation, letters: NetworkDerivation
) -> None:
    for derivation in (numbers, letters):
        symbols = {symbol.name: 37 for symbol in derivation.symbols}
        for layer in to_dict(derivation)["layers"]:
            for quantity in layer["derivations"]:
                where = {name: _worth(value, symbols) for name, value in quantity["where"].items()}
                worth = {_worth(step["expression"], symbols | where) for step in quantity["steps"]}
                assert worth == {_worth(quantity["result"], symbols)}


def test_a_named_size_is_explained_by_where(letters: NetworkDerivation) -> None:
    where = to_dict(letters)["layers"][1]["derivations"][0]["where"]
    assert where == {"H_in": "floor(H/2)", "S": 2, "H_1": "floor(H/2)"}


def test_summary_and_formula(numbers: NetworkDerivation) -> None:
    summary = to_summary_dict(numbers)
    assert summary["schema"] == "layermath.summary/1"
    assert [layer["params"] for layer in summary["layers"]] == [320, 9248, 0]
    rule = Equation(
        "output.H",
        symbol("H_out"),
        "zero-padding",
        _("height"),
        add(symbol("H_in"), symbol("P")),
        _("on both sides"),
    )
    formula = to_formula_dict("ZeroPadding1D", [rule])
    assert formula["schema"] == "layermath.formula/1"
    assert formula["equations"] == [
        {
            "quantity": "output.H",
            "symbol": "H_out",
            "rule": "zero-padding",
            "label": "height",
            "when": "",
            "reason": "on both sides",
            "text": "H_out = H_in + P",
            "latex": r"H_{\mathrm{out}} = H_{\mathrm{in}} + P",
            "expression": "H_in + P",
        }
    ]
