"""Random calls of operations: the constructor's arguments and what it is called on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from layermath.operations import Fixed, Operation, find, names
from layermath.rules.equations import Applied

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Drawn:
    """One call: operands are shapes without the batch, `Fixed` constants, or one list of shapes."""

    name: str
    keywords: dict[str, Any]
    operands: tuple[Any, ...]

    @property
    def operation(self) -> Operation:
        """Raises `ModelProblem` for a wrong argument."""
        found = find(self.name)
        assert found is not None
        return found.bind((), self.keywords)

    def apply(self, operands: tuple[Any, ...] | None = None) -> Applied:
        """Raises `ModelProblem` where it is refused."""
        return self.operation(*(self.operands if operands is None else operands))


sizes = st.integers(1, 6)
shapes = st.lists(sizes, min_size=0, max_size=3).map(tuple)
images = st.lists(st.sampled_from([1, 2, 3, 4, 6, 8, 12]), min_size=3, max_size=3).map(tuple)
rarely = st.sampled_from([False] * 9 + [True])


def axis(draw: Draw, rank: int) -> int:
    """An axis that is not the batch, most of the time."""
    if draw(rarely) or rank == 0:
        return int(draw(st.integers(-rank - 2, rank + 2)))
    number = draw(st.integers(1, rank))
    return int(number if draw(st.booleans()) else number - rank - 1)


def axes(draw: Draw, rank: int) -> Any:
    """One axis, or two that differ: Keras takes the same one twice, until it is run."""
    if draw(rarely):
        return None
    if draw(st.booleans()) or rank < 2:
        return axis(draw, rank)
    one = draw(st.integers(1, rank))
    return (one, draw(st.integers(1, rank).filter(lambda other: other != one)) - rank - 1)


def beside(draw: Draw, shape: tuple[int, ...]) -> Any:
    """An operand that fits, most of the time: the sizes of the first, some of them 1."""
    kind = draw(st.integers(0, 4))
    fitting = tuple(1 if draw(rarely) else size for size in shape)
    if kind == 0:
        return Fixed(())
    if kind == 1:
        return Fixed(fitting[draw(st.integers(0, len(shape))) :])
    return draw(shapes) if draw(rarely) else fitting


def broadcast(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    pair = (tuple(1 if draw(rarely) else size for size in shape), beside(draw, shape))
    if name == "Where":
        return Drawn(name, {}, (pair[0], *((pair[1], Fixed(())) if draw(st.booleans()) else pair)))
    return Drawn(
        name, {}, pair if isinstance(pair[1], tuple) or draw(st.booleans()) else pair[::-1]
    )


def bitwise(draw: Draw, name: str) -> Drawn:
    """Of one shape: Keras gives the first operand's, whatever the second is."""
    shape = draw(shapes)
    return Drawn(name, {}, (shape, shape))


def one_by_one(draw: Draw, name: str) -> Drawn:
    if name in ("Cast", "SaturateCast"):
        return Drawn(name, {"dtype": "float32"}, (draw(shapes),))
    if name == "Clip":
        return Drawn(name, {"x_min": 0, "x_max": 1}, (draw(shapes),))
    if name == "Threshold":
        return Drawn(name, {"threshold": 0, "default_value": 1}, (draw(shapes),))
    return Drawn(name, {}, (draw(shapes),))


def with_axis(draw: Draw, name: str, **more: Any) -> Drawn:
    shape = draw(shapes)
    number = axis(draw, len(shape))
    if name.startswith("Nan"):  # of these Keras does not check the axis before it runs
        shape, number = (*shape, 2), -1
    return Drawn(name, {"axis": number, **more}, (shape,))


def with_axes(draw: Draw, name: str, **more: Any) -> Drawn:
    shape = draw(shapes)
    return Drawn(name, {"axis": axes(draw, len(shape)), **more}, (shape,))


def reduction(draw: Draw, name: str) -> Drawn:
    more = {} if name == "CountNonzero" else {"keepdims": draw(st.booleans())}
    if name in ("Argmax", "Argmin", "Nanargmax", "Nanargmin"):
        return with_axis(draw, name, **more)
    return with_axes(draw, name, **more)


def moments(draw: Draw, name: str) -> Drawn:
    drawn = with_axes(draw, name)
    return Drawn(name, {"axes": drawn.keywords["axis"]}, drawn.operands)


def get_item(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    end = st.none() | st.integers(-7, 7)
    items: list[Any] = [slice(None)]
    for size in shape[: draw(st.integers(0, len(shape)))]:
        if draw(rarely):
            items.append(None)
        items.append(
            draw(
                st.integers(-size, size - 1)
                | st.builds(slice, end, end, st.none() | st.sampled_from([1, 2, 3, -1, -2]))
            )
            if not draw(rarely)
            else draw(st.integers(-8, 8))
        )
    if draw(st.booleans()):
        items.insert(draw(st.integers(0, len(items))), ...)
        if draw(st.booleans()):
            items.append(slice(None, 1))
    return Drawn(name, {"key": tuple(items)}, (shape,))


def reshape(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    count = 1
    for size in shape:
        count *= size
    parts = [size for size in range(1, count + 1) if count % size == 0]
    one = draw(st.sampled_from(parts))
    target = draw(
        st.sampled_from(
            [(-1, count), (-1, one, count // one), (-1, *shape), (-1, one), (2, -1), (-1,), count]
        )
    )
    return Drawn(name, {"newshape": target}, (shape,))


def transpose(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    order = draw(st.permutations(range(1, len(shape) + 1)))
    axes_ = None if draw(rarely) else (0, *order)
    return Drawn(
        name, {"axes": tuple(reversed(axes_)) if axes_ and draw(rarely) else axes_}, (shape,)
    )


def swapaxes(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    one, other = axis(draw, len(shape)), axis(draw, len(shape))
    return Drawn(name, {"axis1": one, "axis2": other}, (shape,))


def moveaxis(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    number = draw(st.integers(1, len(shape)))
    source = draw(st.permutations(range(1, len(shape) + 1)))[:number]
    goal = draw(st.permutations(range(1, len(shape) + 1)))[:number]
    return Drawn(name, {"source": tuple(source), "destination": tuple(goal)}, (shape,))


def expand_dims(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    return Drawn(name, {"axis": axis(draw, len(shape) + 1)}, (shape,))


def squeeze(draw: Draw, name: str) -> Drawn:
    shape = tuple(1 if draw(st.booleans()) else size for size in draw(shapes))
    ones = [place + 1 for place, size in enumerate(shape) if size == 1]
    named = draw(st.sampled_from(ones)) if ones and not draw(rarely) else axis(draw, len(shape))
    return Drawn(name, {"axis": None if draw(rarely) else named}, (shape,))


def broadcast_to(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    target = (*draw(st.lists(sizes, max_size=1)), *shape)
    return Drawn(
        name,
        {"shape": (None, *target)},
        (tuple(1 if draw(st.booleans()) else size for size in shape),),
    )


def concatenate(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    along = axis(draw, len(shape))
    many = []
    for _ in range(draw(st.integers(1, 3))):
        other = list(shape)
        if name == "Concatenate" and -len(shape) - 1 <= along <= len(shape) and along:
            place = along % (len(shape) + 1) - 1
            if place >= 0:
                other[place] = draw(sizes)
        many.append(draw(shapes) if draw(rarely) and draw(rarely) else tuple(other))
    return Drawn(name, {"axis": along}, (many,))


def split(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    cuts = draw(st.sampled_from([1, 2, 3, (1,), (1, 2), (2, 4)]))
    return Drawn(name, {"indices_or_sections": cuts, "axis": axis(draw, len(shape))}, (shape,))


def unstack(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    return Drawn(name, {"axis": axis(draw, len(shape))}, (shape,))


def repeat(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    return Drawn(name, {"repeats": draw(sizes), "axis": axis(draw, len(shape))}, (shape,))


def tile(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    times = tuple(draw(st.integers(1, 3)) for _ in shape)
    return Drawn(name, {"repeats": (1, *times) if draw(st.booleans()) else times}, (shape,))


def pad(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    pairs = tuple((draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in shape)
    if draw(rarely):
        pairs = (*pairs, (1, 1))
    return Drawn(name, {"pad_width": ((0, 0), *pairs)}, (shape,))


def matmul(draw: Draw, name: str) -> Drawn:
    """Two operands whose axes that are summed agree, most of the time."""
    shared = draw(sizes)
    leading = draw(st.lists(sizes, max_size=1).map(tuple))
    rows, columns = draw(sizes), draw(sizes)
    other = draw(sizes) if draw(rarely) else shared
    forms = [
        ((*leading, rows, shared), Fixed((other, columns))),
        ((*leading, rows, shared), Fixed((other,))),
        ((shared,), Fixed((other, columns))),
        (Fixed((columns, shared)), (other, rows)),
    ]
    if name == "Matmul":
        forms += [
            ((*leading, rows, shared), (*leading, other, columns)),
            ((*leading, rows, shared), (*(1 for _ in leading), other, columns)),
            ((rows, shared), Fixed((rows, other, columns))),
        ]
    return Drawn(name, {}, draw(st.sampled_from(forms)))


def inner(draw: Draw, name: str) -> Drawn:
    shared = draw(sizes)
    return Drawn(name, {}, ((*draw(shapes), shared), Fixed((draw(sizes), shared))))


def tensordot(draw: Draw, name: str) -> Drawn:
    shared, rest = draw(shapes.filter(bool)), draw(shapes)
    number = len(shared)
    one, other = (*rest, *shared), Fixed((*shared, draw(sizes)))
    if draw(st.booleans()):
        return Drawn(name, {"axes": number}, (one, other))
    named = (tuple(range(-number, 0)), tuple(range(number)))
    return Drawn(name, {"axes": named}, (one, other))


def einsum(draw: Draw, name: str) -> Drawn:
    size = {letter: draw(sizes) for letter in "ijkl"}
    text = draw(
        st.sampled_from(
            [
                "bij,bkj->bik", "bij,bjk->bik", "bij,jk->bik", "bij,bij->b", "bij,bij->bi",
                "bij->bji", "bij->bi", "...ij,jk->...ik", "bi,ij,bj->b", "bijk,bkl->bijl",
                "ij,bjk->bik", "bij,j->bi", "bi,bj->bij", "b...,b...->b...",
            ]
        )
    )  # fmt: skip
    operands: list[Any] = []
    for term in text.split("->")[0].split(","):
        named = term.replace("...", "")
        dims = tuple(size[letter] for letter in named if letter != "b")
        if term == "b...":
            operands.append((size["i"], size["j"]))
        elif term.startswith(("b", "...")):
            operands.append(dims)
        else:
            operands.append(Fixed(dims))
    return Drawn(name, {"subscripts": text}, tuple(operands))


def take(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes.filter(bool))
    if draw(st.booleans()):
        return Drawn(name, {"axis": 0}, (Fixed((7, *draw(shapes))), shape))
    indices = Fixed(draw(shapes.filter(lambda shape: len(shape) < 3)))
    return Drawn(name, {"axis": axis(draw, len(shape))}, (shape, indices))


def top_k(draw: Draw, name: str) -> Drawn:
    return Drawn(name, {"k": draw(sizes)}, (draw(shapes.filter(bool)),))


def one_hot(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    return Drawn(name, {"num_classes": draw(sizes), "axis": axis(draw, len(shape) + 1)}, (shape,))


def resize(draw: Draw, name: str) -> Drawn:
    return Drawn(name, {"size": (draw(sizes), draw(sizes))}, (draw(images),))


def blocks(draw: Draw, name: str) -> Drawn:
    return Drawn(name, {"block_size": draw(st.integers(1, 3))}, (draw(images),))


def grey(draw: Draw, name: str) -> Drawn:
    return Drawn(name, {}, ((*draw(images)[:2], 3),))


def patches(draw: Draw, name: str) -> Drawn:
    rank = draw(st.integers(2, 3))
    size = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    keywords = {
        "size": size,
        "strides": draw(st.none() | st.integers(1, 3) | st.just((2,) * rank)),
        "dilation_rate": draw(st.integers(1, 2)),
        "padding": draw(st.sampled_from(["valid", "same"])),
    }
    shape = tuple(draw(st.integers(1, 12)) for _ in range(rank + 1))
    return Drawn(name, keywords, (shape,))


def frame(draw: Draw, name: str) -> Drawn:
    """Two of three for each axis, most of the time: before, behind, and what comes out."""
    word = "padding" if name == "PadImages" else "cropping"
    keywords = {}
    for three in (("top", "bottom", "height"), ("left", "right", "width")):
        left_out = draw(st.sampled_from(three)) if not draw(rarely) else None
        for one in three:
            if one != left_out:
                key = f"target_{one}" if one in ("height", "width") else f"{one}_{word}"
                keywords[key] = draw(st.integers(0, 4 if key.endswith(word) else 14))
    return Drawn(name, keywords, (draw(images),))


def slice_of(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    first = tuple(draw(st.integers(0, size - 1)) for size in shape)
    number = tuple(
        draw(st.just(-1) | st.integers(0, size - start))
        for size, start in zip(shape, first, strict=True)
    )
    keywords = {"start_indices": (0, *first), "shape": (-1, *number)}
    return Drawn(name, keywords, ((*shape, 1) if draw(rarely) else shape,))


def fourier(draw: Draw, name: str) -> Drawn:
    shape = draw(shapes)
    return Drawn(name, {}, ([shape, draw(shapes) if draw(rarely) else shape],))


def pool(draw: Draw, name: str) -> Drawn:
    keywords = {
        "pool_size": draw(st.integers(1, 3)),
        "strides": draw(st.none() | st.integers(1, 3)),
        "padding": draw(st.sampled_from(["valid", "same"])),
        "data_format": "channels_last",
    }
    return Drawn(name, keywords, (draw(images),))


_OTHERS: dict[str, Callable[[Draw, str], Drawn]] = {
    "AveragePool": pool,
    "BroadcastTo": broadcast_to,
    "Concatenate": concatenate,
    "CropImages": frame,
    "DepthToSpace": blocks,
    "Dot": matmul,
    "Einsum": einsum,
    "ExpandDims": expand_dims,
    "ExtractPatches": patches,
    "FFT": fourier,
    "FFT2": fourier,
    "GetItem": get_item,
    "HSVToRGB": grey,
    "IFFT2": fourier,
    "Inner": inner,
    "Matmul": matmul,
    "MaxPool": pool,
    "Moments": moments,
    "Moveaxis": moveaxis,
    "OneHot": one_hot,
    "Pad": pad,
    "PadImages": frame,
    "RGBToGrayscale": grey,
    "RGBToHSV": grey,
    # it takes in the batch where an example is more than one number
    "Ravel": lambda _draw, name: Drawn(name, {}, ((),)),
    "Repeat": repeat,
    "Reshape": reshape,
    "Resize": resize,
    "Roll": lambda draw, name: with_axis(draw, name, shift=1),
    "Slice": slice_of,
    "SpaceToDepth": blocks,
    "Split": split,
    "Squeeze": squeeze,
    "Stack": concatenate,
    "Swapaxes": swapaxes,
    "Take": take,
    "Tensordot": tensordot,
    "Tile": tile,
    "TopK": top_k,
    "Transpose": transpose,
    "Unstack": unstack,
    "Where": broadcast,
}


def _kind(name: str) -> Callable[[Draw, str], Drawn]:
    if name in _OTHERS:
        return _OTHERS[name]
    found = find(name)
    assert found is not None
    bases = {base.__name__ for base in found.__mro__}
    module = found.__mro__[1].__module__.rpartition(".")[2]
    if (name.startswith("Bitwise") and "Broadcast" in bases) or name.endswith("Shift"):
        return bitwise
    if "Broadcast" in bases:
        return broadcast
    if module == "reductions":
        return reduction
    if module == "along":
        return with_axis
    return one_by_one


def call_of(name: str) -> st.SearchStrategy[Drawn]:
    """Random calls of the operation of that name."""

    @st.composite
    def drawn(draw: Draw) -> Drawn:
        return _kind(name)(draw, name)

    return drawn()


NAMES = tuple(name for name in names() if name != "Constant")
"""The operations of Keras."""
