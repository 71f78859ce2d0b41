"""Random configurations of EinsumDense."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import Draw, booleans, covers, seldom, sizes, some, wrong

EQUATIONS = [
    "ab,bc->ac",
    "abc,cd->abd",
    "abc,cde->abde",
    "abc,bcd->abd",
    "abc,cd->adb",
    "abc,bd->adc",
    "abc,c->abc",
    "abc,b->abc",
    "abc,d->abcd",
    "abc,cd->ad",
    "abcd,cde->abe",
    "...x,xy->...y",
    "...bx,xy->...by",
    "ab...,bc->ac...",
    "abc...,bd->adc...",
]
WRONG = ["ab, bc->ac", "ab,bc", "a...,ac->ac...", "ab,bc->ad", "abc,de->ad", 3, None, "...a,ab->b"]


@covers("EinsumDense")
def einsum_dense(draw: Draw, type_name: str) -> Any:
    equation = seldom(draw, st.sampled_from(EQUATIONS), st.sampled_from(WRONG))
    written = equation if isinstance(equation, str) and "->" in equation else "ab,bc->ac"
    inputs, outputs = written.replace(" ", "").replace("->", ",").split(",")[::2]
    size_of = {one: draw(sizes) for one in "abcdexy"}
    left = inputs.startswith("...")
    # behind the batch one axis: Keras names several of them in reverse, unlike what data have
    dots = draw(st.integers(1, 2 if left else 3)) if "..." in inputs else 0
    elided = [draw(sizes) for _axis in range(dots)]
    letters, out = inputs.replace(".", ""), outputs.replace(".", "")
    if left:
        shape = (*elided[1:], *(size_of[one] for one in letters))
    else:
        shape = (*(size_of[one] for one in letters[1:]), *elided)
        out = out[1:]
    given: list[Any] = [
        seldom(
            draw,
            st.just(size_of.get(one, 2))
            | (st.none() if one in letters else st.just(size_of.get(one, 2))),
            sizes | st.sampled_from([None, -1, 2.0]),
        )
        for one in out
    ]
    as_number = len(given) == 1 and draw(booleans)
    keywords = some(
        draw,
        bias_axes=seldom(
            draw,
            st.none() | st.sampled_from(out or "c") | st.just(out or "c"),
            st.sampled_from(["", "z", 3]),
        ),
        activation=seldom(draw, st.sampled_from(["relu", None]), st.just("foo")),
        lora_rank=seldom(draw, st.none() | st.integers(0, 3), wrong),
        kernel_constraint=seldom(draw, st.none(), st.just("non_neg")),
    )
    keywords["equation"] = equation
    keywords["output_shape"] = (
        given[0] if as_number else draw(st.sampled_from([list, tuple]))(given)
    )
    # with a size too many in output_shape Keras names it too, unlike what data have
    shape = tuple(seldom(draw, st.just(size), st.none()) for size in shape)
    return keywords, [shape if left else seldom(draw, st.just(shape), st.just(shape[1:]))]
