"""Tensors in lists and dicts: what a call is given, and how it hands out what it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layermath.algebra.floors import as_size, is_size
from layermath.algebra.unknown import UNKNOWN_SHAPE, as_declared
from layermath.messages import Name, _
from layermath.messages import Shape as ShapePiece
from layermath.operations import Fixed
from layermath.problems import ModelProblem
from layermath.readers.keras.graph import KTensor, Model, Shape
from layermath.rules.equations import Nest


def nest_of(model: Model) -> Nest:
    """How a model hands out its outputs: as it was given them."""
    numbers = iter(range(len(model.outputs)))

    def of(structure: object) -> Nest:
        if isinstance(structure, dict):
            return {key: of(structure[key]) for key in sorted(structure, key=str)}
        if isinstance(structure, list):
            return [of(item) for item in structure]
        return next(numbers)

    return of(model.output_structure)


def handed_out(nest: Nest, outputs: Sequence[KTensor]) -> object:
    """The outputs of a call as it hands them out: alone, or in a list, tuple or dict."""
    if isinstance(nest, int):
        return outputs[nest]
    if isinstance(nest, dict):
        return {key: handed_out(item, outputs) for key, item in nest.items()}
    items = [handed_out(item, outputs) for item in nest]
    return tuple(items) if isinstance(nest, tuple) else items


def shapes_in(structure: object, known: Mapping[KTensor, Shape] | None = None) -> object:
    """What a layer is applied to: the shapes of the tensors in a structure. ``known`` has others
    in their place, where a model is called on other tensors."""
    if isinstance(structure, KTensor):
        return structure.shape if known is None else known[structure]
    if isinstance(structure, Fixed):
        return structure
    if isinstance(structure, dict):
        return {key: shapes_in(item, known) for key, item in structure.items()}
    assert isinstance(structure, list)
    return [shapes_in(item, known) for item in structure]


def check_model_input(model: Model, shapes: Sequence[Shape]) -> None:
    """Raises `ModelProblem` where a model does not take these shapes."""
    if len(shapes) != len(model.inputs):
        raise ModelProblem(
            _(
                "{model} has {number} inputs, and is called on {given}",
                model=Name(model.name),
                number=len(model.inputs),
                given=len(shapes),
            )
        )
    for tensor, shape in zip(model.inputs, shapes, strict=True):
        if UNKNOWN_SHAPE in (tensor.shape, shape):
            continue
        differ = any(
            isinstance(one, int) and isinstance(other, int) and one != other
            for one, other in zip(tensor.shape, shape, strict=False)
        )
        if differ or len(tensor.shape) != len(shape):
            raise ModelProblem(
                _(
                    "{model} takes {wanted}, and is called on {given}",
                    model=Name(model.name),
                    wanted=ShapePiece(tensor.shape),
                    given=ShapePiece(shape),
                )
            )


def reached_by(model: Model, shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that reach a model of Keras's, which takes those of its inputs alone."""
    return [
        as_declared(tensor.shape, shape, f"{model.name}.{tensor.name}")
        for tensor, shape in zip(model.inputs, shapes, strict=True)
    ]


def written_shape(value: object) -> Shape | None:
    """A written shape without its batch axis, where every size of it is known."""
    if isinstance(value, (tuple, list)) and all(map(is_size, value)):
        return tuple(map(as_size, value))
    return None
