"""Keras's own answers, as data, and a small reader for the constructor calls in them."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add, floordiv, mul, neg, pow, sub, truediv
from pathlib import Path
from typing import Any

from sympy import Expr

from layermath.algebra.floors import Size, symbol
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.keras.layers import find
from layermath.vocabulary.layer import Layer

CASES = Path(__file__).parent.parent / "data" / "keras_layers.jsonl"

OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
    ast.FloorDiv: floordiv,
    ast.Pow: pow,
}


@dataclass(frozen=True)
class Case:
    """One constructor call, the shapes that the layer is called on, and what Keras answered."""

    number: int
    type_name: str
    source: str
    inputs: tuple[tuple[int | None, ...], ...]
    call: str
    answer: Mapping[str, Any]

    @property
    def refused(self) -> bool:
        return "error" in self.answer

    def __str__(self) -> str:
        return f"{self.number}-{self.type_name}"


def cases() -> list[Case]:
    """Every case of the file whose layer type exists.

    Two are left out, which are the reader's: input layers, where it gives each ``None`` of a shape
    a letter, and Lambda, whose function it follows.
    """
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        node = ast.parse(row["source"], mode="eval").body
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        if find(node.func.attr) is not None and row["class"] not in ("InputLayer", "Lambda"):
            inputs = tuple(tuple(shape) for shape in row["input_shapes"])
            found.append(Case(row["id"], row["class"], row["source"], inputs, row["call"], row))
    return found


def read(source: str) -> Layer:
    """The layer of a constructor call, ``layers.Conv2D(32, 3)``; what is no literal is a value that
    a reader cannot follow. Raises `ModelProblem` where the layer refuses its arguments."""
    layer = evaluated(ast.parse(source, mode="eval").body)
    assert isinstance(layer, Layer)
    return layer


def evaluated(node: ast.expr) -> Any:
    """The value of a literal, or of a call of a layer class."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=items):
            return tuple(evaluated(item) for item in items)
        case ast.List(elts=items):
            return [evaluated(item) for item in items]
        case ast.ListComp(
            elt=each, generators=[ast.comprehension(target=ast.Name(id=name), iter=items)]
        ):
            return [evaluated(_with(each, name, item)) for item in evaluated(items)]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return neg(evaluated(operand))
        case ast.BinOp(left=left, op=operation, right=right):
            return OPERATIONS[type(operation)](evaluated(left), evaluated(right))
        case ast.Call(func=ast.Name(id="int"), args=[argument]):
            return int(evaluated(argument))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="layers"), attr=name)):
            found = find(name)
            if found is not None:
                return found.bind(
                    [evaluated(argument) for argument in node.args],
                    {str(keyword.arg): evaluated(keyword.value) for keyword in node.keywords},
                )
    return Unfollowed(ast.unparse(node))


def _with(node: ast.expr, name: str, value: Any) -> ast.expr:
    """A copy of the expression with a value in place of a name."""

    class Put(ast.NodeTransformer):
        def visit_Name(self, found: ast.Name) -> ast.expr:
            return ast.Constant(value) if found.id == name else found

    changed = Put().visit(ast.parse(ast.unparse(node), mode="eval").body)
    assert isinstance(changed, ast.expr)
    return changed


def with_letters(shapes: Iterable[tuple[int | None, ...]]) -> list[tuple[Size, ...]]:
    """The shapes with a letter of its own for each size that is not known."""
    return [
        tuple(
            symbol(f"n{index}_{place}") if size is None else size
            for place, size in enumerate(shape)
        )
        for index, shape in enumerate(shapes)
    ]


def called(layer: Any, call: str, shapes: Sequence[Any]) -> Any:
    """A layer, layermath's or Keras's, called on shapes or tensors as ``layer(x)``,
    ``layer([x0, x1])``, ``layer(x0, [x1], return_state=True)`` says.

    Raises `ModelProblem` where it refuses them.
    """
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    names = {f"x{index}": shape for index, shape in enumerate(shapes)}
    if shapes:
        names["x"] = shapes[0]

    def structure(part: ast.expr) -> Any:
        if isinstance(part, ast.List):
            return [structure(item) for item in part.elts]
        if isinstance(part, ast.Dict):
            return {
                evaluated(key): structure(item)
                for key, item in zip(part.keys, part.values, strict=True)
                if key is not None
            }
        return names[part.id] if isinstance(part, ast.Name) else evaluated(part)

    return layer(
        *(structure(argument) for argument in node.args),
        **{str(keyword.arg): structure(keyword.value) for keyword in node.keywords},
    )


def answer(case: Case) -> Applied | None:
    """What layermath answers to a case, None where it refuses.

    A weight whose size depends on an unknown size is refused, as Keras refuses it, and a layer that
    must know the batch; these checks are the network's, which knows what is unknown.
    """
    shapes = with_letters(case.inputs)
    unknown = {size for shape in shapes for size in shape if isinstance(size, Expr)}
    try:
        applied: Applied = called(read(case.source), case.call, shapes)
    except ModelProblem:
        return None
    weights = (applied.params, applied.trainable_params, *applied.needs_known)
    if applied.needs_batch or any(
        isinstance(size, Expr) and size.free_symbols & unknown for size in weights
    ):
        return None
    return applied
