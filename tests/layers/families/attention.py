"""Random configurations of the layers in which positions look at each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import (
    Draw,
    booleans,
    covers,
    seldom,
    sizes,
    some,
    wrong,
)

widths = st.integers(1, 6)


def call_of(draw: Draw, inputs: str, *, scores: bool) -> str:
    """How an attention is called: ``layer([x0, x1], return_attention_scores=True)``."""
    options = []
    if scores:
        options.append(f"return_attention_scores={draw(booleans)}")
    if draw(booleans):
        options.append(f"use_causal_mask={draw(booleans)}")
    return f"layer({', '.join([inputs, *options])})"


@covers("Attention", "AdditiveAttention")
def attention(draw: Draw, type_name: str) -> Any:
    keywords = some(
        draw,
        use_scale=draw(booleans),
        dropout=draw(st.sampled_from([0, 0.0, 0.5, 2, "half", None])),
        score_mode=seldom(draw, st.sampled_from(["dot", "concat"]), st.just("Dot")),
        seed=3,
    )
    axes = draw(st.integers(2, 4))
    before = [draw(sizes) for _axis in range(axes - 1)]
    width = draw(widths)
    query, key = (*before, draw(sizes), width), (*before, draw(sizes), width)
    value = (*key[:-1], draw(widths))
    shapes = [query, value, key] if draw(booleans) else [query, key]
    if draw(st.integers(0, 9)) == 0:
        shapes = draw(st.sampled_from([[query], [query, value, key, key]]))
    named = ", ".join(f"x{place}" for place in range(len(shapes)))
    form = seldom(draw, st.just(f"[{named}]"), st.just(named))
    shapes = [tuple(seldom(draw, st.just(size), st.none()) for size in one) for one in shapes]
    return keywords, shapes, call_of(draw, form, scores=True)


@covers("MultiHeadAttention")
def multi_head_attention(draw: Draw, type_name: str) -> Any:
    positive = st.integers(1, 4)
    keywords = some(
        draw,
        value_dim=seldom(draw, positive | st.none(), wrong),
        dropout=draw(st.sampled_from([0, 0.0, 0.5, 1, 2, "half", None])),
        use_bias=draw(booleans),
        output_shape=seldom(
            draw, positive | st.lists(positive, min_size=0, max_size=3), st.sampled_from([-1, "ab"])
        ),
        sliding_window=seldom(draw, positive, wrong),
        use_gate=draw(booleans),
        seed=3,
    )
    keywords["num_heads"] = seldom(draw, positive, wrong)
    keywords["key_dim"] = seldom(draw, positive, wrong)
    axes = draw(st.integers(1, 3))
    if axes > 1 and draw(st.integers(0, 3)) == 0:
        axis = st.integers(-axes, -2) | st.integers(1, axes - 1)
        keywords["attention_axes"] = draw(
            axis | st.lists(axis, max_size=1) | st.sampled_from(["a", 7, (1.0,)])
        )
    positions = [draw(sizes) for _axis in range(axes - 1)]
    query, value, key = ((*positions, draw(widths)) for _input in range(3))
    if axes == 2 and draw(booleans):
        value, key = ((draw(sizes), shape[-1]) for shape in (value, key))
        if draw(st.integers(0, 5)):
            key = (value[0], key[-1])
    forms = ["x0, x0", "x0, x1", "x0, x1, x2", "query=x0, value=x1", "x0, key=x2, value=x1"]
    form = seldom(draw, st.sampled_from(forms), st.sampled_from(["x0", "[x0, x1]", "x0, key=x1"]))
    # Keras names another shape for the scores than data have, but for one axis as long in both
    alike = axes == 2 and len({query[0], value[0], key[0]}) == 1
    return keywords, [query, value, key], call_of(draw, form, scores=alike)


@covers("GroupQueryAttention")
def group_query_attention(draw: Draw, type_name: str) -> Any:
    keys = draw(st.integers(1, 3))
    queries = seldom(draw, st.integers(1, 3).map(lambda n: n * keys), st.just(keys + 1))
    keywords = some(
        draw,
        dropout=draw(st.sampled_from([0, 0.5, 2, "half", None])),
        use_bias=draw(booleans),
        sliding_window=seldom(draw, st.integers(1, 4), wrong),
        use_gate=draw(booleans),
    )
    not_zero = wrong.filter(lambda value: value not in (0, -1))
    keywords["head_dim"] = seldom(draw, st.integers(1, 4), wrong)
    keywords["num_query_heads"] = seldom(draw, st.just(queries), not_zero)
    keywords["num_key_value_heads"] = seldom(draw, st.just(keys), not_zero)
    width = draw(widths)
    query, value = (draw(sizes), width), (draw(sizes), seldom(draw, st.just(width), widths))
    key = (seldom(draw, st.just(value[0]), sizes), draw(widths))
    forms = ["x0, x0", "x0, x1", "x0, x1, x2", "query=x0, value=x1, key=x2"]
    form = seldom(draw, st.sampled_from(forms), st.sampled_from(["x0", "[x0, x1]"]))
    shapes = seldom(draw, st.just([query, value, key]), st.just([(width,)] * 3))
    return keywords, shapes, call_of(draw, form, scores=True)
