"""What `import layermath` gives: bindings and inputs as Python writes them, errors, objects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sympy import Eq, Float, Integer, Rational, Symbol

import layermath as lm

Example = Callable[[str], Path]


def size(name: str) -> Symbol:
    return Symbol(name, integer=True, positive=True)


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import layermath, sys; assert 'derive' in dir(layermath); print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_all_that_is_promised_is_there() -> None:
    assert all(getattr(lm, name) for name in lm.__all__)
    with pytest.raises(AttributeError, match="no attribute 'drive'"):
        lm.drive  # type: ignore[attr-defined] # noqa: B018


def test_a_path_may_be_a_path(example: Example) -> None:
    assert lm.derive(lm.load(example("mnist_cnn"))).totals.params == 113386


@pytest.mark.parametrize("two_g", ["2*G", 2 * Symbol("G"), 2 * size("G")])
def test_a_value_may_be_an_expression(example: Example, two_g: object) -> None:
    network = lm.load(example("two_convs_free"))
    derivation = lm.derive(network, {"K": Integer(3), "C": 1, "F1": two_g})  # type: ignore[dict-item]
    assert derivation.layers["conv2d"].params == 20 * size("G")
    assert size("G") in derivation.symbols


WRONG = [
    {"F": 0},
    {"F": -1},
    {"F": True},
    {"F": 2.0},
    {"F": Float(2)},
    {"F": Rational(1, 2)},
    {"F": -Symbol("G")},
    {"F": None},
    {"F": "2 G"},
    {"F": 10**5000},
    {"Q": 3},
    {3: 3},
    [3],
]


@pytest.mark.parametrize("bindings", WRONG)
def test_a_wrong_value_is_a_wrong_call(bindings: object) -> None:
    source = "Conv2D(F, 3, input_shape=(9, 9, 1))"
    network = lm.loads(source)
    for attempt in (
        lambda: lm.derive(network, bindings),  # type: ignore[arg-type]
        lambda: lm.loads(source, bindings),  # type: ignore[arg-type]
    ):
        with pytest.raises(lm.LayermathError) as caught:
            attempt()
        assert caught.value.exit_code == 2
        assert len(str(caught.value)) < 200


def test_inputs(example: Example) -> None:
    path = example("mnist_cnn")
    one = lm.derive(lm.load(path, inputs=("H", "W", 1)))
    assert one.layers["conv2d"].output_shape == (size("H") - 2, size("W") - 2, 32)
    other = lm.derive(lm.load(path, inputs={"input_layer": (size("H"), 40, 1)}))
    assert other.layers["conv2d"].output_shape == (size("H") - 2, 38, 32)


@pytest.mark.parametrize("inputs", ["H,W,1", 3, (0, 1, 1), (1.5, 1, 1), {3: (1, 1)}, {"a": (1, 1)}])
def test_wrong_inputs(example: Example, inputs: object) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.load(example("mnist_cnn"), inputs=inputs)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


def test_an_error_carries_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cnn.py"
    path.write_text("model = Sequential([Input((3, 3, 1)),\n  Conv2D(8, 5)])\n", encoding="utf-8")
    with pytest.raises(lm.LayermathError) as caught:
        lm.load(path)
    error = caught.value
    assert (error.exit_code, error.file, error.line) == (1, str(path), 2)
    assert error.layer == "conv2d"
    assert str(error).startswith(f"{path}:2: conv2d, Conv2D(8, 5), cannot take (3, 3, 1)")
    with pytest.raises(lm.LayermathError, match=r"^line 2: conv2d"):
        lm.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["", "\0", "Dense(", "x = 3", "\ud800"])
def test_broken_text(text: str) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(text)
    assert caught.value.exit_code == 2


def test_a_file_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "cnn.py"
    text = "# -*- coding: latin-1 -*-\n# café\nmodel = Sequential([Input((8,)), Dense(3)])\n"
    path.write_bytes(text.encode("latin-1"))
    assert lm.derive(lm.load(path)).totals.params == 27
    path.write_bytes(text.replace("latin-1", "utf-9").encode("latin-1"))
    with pytest.raises(lm.LayermathError, match="is not text in UTF-8"):
        lm.load(path)


def test_a_file_too_large_to_be_a_model(tmp_path: Path) -> None:
    path = tmp_path / "cnn.py"
    path.write_bytes(b"# " + b"a" * 5_000_000)
    with pytest.raises(lm.LayermathError, match="no model's source"):
        lm.load(path)


@pytest.mark.parametrize("name", ["a.ipynb", "a.json", "a.keras"])
def test_a_file_is_read_by_its_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(lm.LayermathError, match="not a Keras model") as raised:
        lm.load(path)
    assert raised.value.exit_code == 2


def test_a_rule_is_made_of_equations() -> None:
    rules = lm.rule("Conv2D")
    assert rules
    assert all(isinstance(equation, Eq) for equation in rules)
    with pytest.raises(lm.LayermathError, match="Did you mean Conv2D"):
        lm.rule("Conv2d_")


def test_objects_show_themselves_in_short(example: Example) -> None:
    derivation = lm.derive(lm.load(example("two_convs")))
    assert repr(derivation) == "<derivation of two_convs, layers conv2d, conv2d_1>"
    assert repr(derivation.layers["conv2d"]) == "<layer conv2d, Conv2D>"
    with pytest.raises(KeyError, match="there are conv2d, conv2d_1"):
        derivation.layers["conv2d_2"]


def test_some_layers_of_it(example: Example) -> None:
    derivation = lm.derive(lm.load(example("mnist_cnn")))
    data = derivation.to_dict(["conv2d_1"])
    assert [layer["name"] for layer in data["layers"]] == ["conv2d_1"]
    assert data["totals"] == derivation.to_dict()["totals"]
    assert "conv2d_1" in derivation.latex(layers=["conv2d_1"])
    assert "dense" not in derivation.latex(layers=["conv2d_1"])


NESTED = """
inner = Sequential([Input((8,)), Dense(4, name="deep")], name="inner")
model = Sequential([Input((8,)), Dense(8), inner])
"""


def test_layers_of_a_nested_model() -> None:
    derivation = lm.derive(lm.loads(NESTED))
    assert derivation.layers["inner"].layers["deep"].params == 36
    (inner,) = derivation.to_dict(["deep"])["layers"]
    assert inner["name"] == "inner"
    assert [layer["name"] for layer in inner["layers"]] == ["deep"]


def test_a_notebook_typesets_it(example: Example) -> None:
    typeset = lm.derive(lm.load(example("two_convs")))._repr_latex_()
    assert r"\begin{align*}" in typeset
    assert not any(line.startswith("%") for line in typeset.splitlines())
    between = typeset.partition(r"\begin")[0]
    assert "conv2d, Conv2D(5, 3x3, sigmoid)" in between
    hostile = lm.loads(r"Dense(3, input_shape=(2,), name='$\\href{x}$')")
    for line in lm.derive(hostile)._repr_latex_().split(r"\begin")[0].splitlines():
        assert "$" not in line
        assert "\\" not in line
