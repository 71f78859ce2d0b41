"""Operations in a network: they count where they must, and stand where they stand."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from sympy import sympify

import layermath as lm

pytestmark = pytest.mark.quick

ATTENTION = """
x = keras.Input((T, D))
q, k = layers.Dense(8, name="q")(x), layers.Dense(8, name="k")(x)
scores = ops.matmul(q, ops.transpose(k, (0, 2, 1)))
y = ops.matmul(ops.softmax(scores / 8**0.5), x)
m = keras.Model(x, layers.Dense(1, name="out")(y[:, -1]))
"""


def test_macs_of_operations_count_and_their_values_do_not() -> None:
    derivation = lm.derive(lm.loads(ATTENTION), {"T": 10, "D": 6})
    dense = 2 * 10 * 6 * 8 + 6
    assert derivation.totals.macs == dense + 10 * 10 * 8 + 10 * 10 * 6
    assert derivation.totals.activations == 2 * 10 * 8 + 1
    assert list(derivation.layers) == ["input_layer", "k", "q", "out"]
    assert derivation.layers["out"].data.inputs == ("get_item",)


def test_operations_stand_in_the_json_as_layers_do() -> None:
    derivation = lm.derive(lm.loads(ATTENTION))
    record = derivation.to_dict()
    schema = Path(__file__).parents[2] / "docs" / "derivation.schema.json"
    jsonschema.validate(record, json.loads(schema.read_text(encoding="utf-8")))
    by_name = {one["name"]: one for one in record["operations"]}
    assert list(by_name) == [
        "transpose", "matmul", "true_divide", "softmax", "matmul_1", "get_item",
    ]  # fmt: skip
    assert by_name["matmul"]["inputs"] == ["q", "transpose"]
    assert by_name["matmul"]["output_shapes"] == [["T", "T"]]
    assert by_name["matmul"]["macs"] == "8*T**2"
    assert by_name["softmax"]["type"] == "Softmax"
    names = {name: sympify(name) for name in record["model"]["symbols"]}
    for operation in record["operations"]:
        for one in operation["derivations"]:
            for step in one["steps"]:
                sympify(step["expression"], locals=names)


def test_the_text_names_the_operations() -> None:
    text = str(lm.derive(lm.loads(ATTENTION)))
    assert "matmul · Matmul" in text
    assert "operations" in text
    assert "get_item · GetItem" in text


@pytest.mark.parametrize(
    ("slice_", "size", "conditions"),
    [
        ("x[:, 1:-1]", "T - 2", ["T >= 2"]),
        ("x[:, ::2]", "ceiling(T/2)", []),
        ("x[:, :3]", "3", ["T >= 3"]),
        ("x[:, -3:]", "3", ["T >= 3"]),
        ("x[:, ::-1]", "T", []),
        ("x[:, 2::3]", "floor(T/3)", ["T >= 2"]),
    ],
)
def test_slices_of_an_axis_in_letters(slice_: str, size: str, conditions: list[str]) -> None:
    source = f"x = keras.Input((T, 4))\nm = keras.Model(x, {slice_})"
    record = lm.derive(lm.loads(source)).to_dict()
    assert str(record["outputs"][0][0]) == size
    assert record["conditions"] == conditions


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("x[:, 2:-2, 2:-2]", {"size": [3, 3], "jump": [1, 1], "padding": [[-2, -2], [-2, -2]]}),
        ("x[:, ::2, ::2]", {"size": [3, 3], "jump": [2, 2], "padding": [[0, -1], [0, -1]]}),
        ("ops.relu(x) + 1", {"size": [3, 3], "jump": [1, 1], "padding": [[0, 0], [0, 0]]}),
        ("ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))",
         {"size": [3, 3], "jump": [1, 1], "padding": [[1, 1], [1, 1]]}),
    ],
)  # fmt: skip
def test_fields_behind_operations(form: str, field: object) -> None:
    source = f"""
i = keras.Input((20, 20, 3))
x = layers.Conv2D(4, 3)(i)
x = {form}
m = keras.Model(i, layers.Conv2D(1, 1)(x))
"""
    assert lm.derive(lm.loads(source)).to_dict()["layers"][-1]["receptive_field"] == field


@pytest.mark.parametrize(
    "form",
    ["x[0]", "x[1:]", "x[None]", "ops.mean(x)", "ops.mean(x, axis=0)", "ops.reshape(x, (-1, 4))",
     "ops.transpose(x)", "ops.concatenate([x, x], axis=0)", "ops.expand_dims(x, 0)"],
)  # fmt: skip
def test_what_changes_the_batch_is_not_followed(form: str) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(f"x = keras.Input((8, 4))\nm = keras.Model(x, {form})")
    assert caught.value.exit_code == 1
    assert "batch" in str(caught.value)


def test_a_loss_over_the_batch_is_passed_over() -> None:
    source = """
x = keras.Input((8,))
y = layers.Dense(8)(x)
loss = ops.mean(ops.square(x - y))
m = keras.Model(x, y)
"""
    assert lm.derive(lm.loads(source)).totals.params == 72


def test_a_slice_is_rounded_up_without_a_window() -> None:
    model = lm.loads("x = keras.Input((21, 5))\nmodel = keras.Model(x, x[:, 1:14:3])")
    text = lm.derive(model).text()
    assert "rounded up\n" in text
    assert "window" not in text
