"""Pictures: what they show is what the rule says, and every format sets it as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise, product
from pathlib import Path as FilePath
from xml.etree import ElementTree

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from typer.testing import CliRunner

from layermath import api
from layermath.cli.program import app
from layermath.derivation.records import LayerDerivation, NetworkDerivation
from layermath.errors import LayermathError
from layermath.network.graph import Network
from layermath.network.walk import walk
from layermath.pictures import (
    STYLE,
    Picture,
    graph,
    receptive_field,
    svg,
    tape,
    tikz,
)
from layermath.pictures.graphs import _Gap
from layermath.pictures.layering import Item, layered
from layermath.pictures.picture import (
    Box,
    Colour,
    Label,
    Path,
    extent_of,
)
from layermath.problems import Problem
from layermath.rules.equations import Applied, Reach
from layermath.setting.sentences import TextSetter
from tests.drawing import tried_on

HEAD = "import keras\nfrom keras import layers\n"
RUN = CliRunner()
SOURCES = FilePath(__file__).parents[1] / "data" / "keras_sources"


def model(*layers: str, shape: str = "(28, 28, 3)") -> Network:
    """A Sequential model of these layers."""
    inside = ", ".join([f"keras.Input({shape})", *(f"layers.{layer}" for layer in layers)])
    return api.loads(f"keras.Sequential([{inside}])")


def derived(*layers: str, shape: str = "(28, 28, 3)") -> NetworkDerivation:
    """The derivation of such a model."""
    return api.derive(model(*layers, shape=shape)).data


def functional(source: str) -> NetworkDerivation:
    """The derivation of a model from source."""
    return api.derive(api.loads(HEAD + source)).data


def said(label: Label) -> str:
    """What a label says."""
    return TextSetter().say(label.message)


RESIDUAL = """
x = keras.Input((32, 32, 16), name="image")
y = layers.Conv2D(16, 3, padding="same", name="one")(x)
y = layers.Conv2D(16, 3, padding="same", name="two")(y)
y = layers.Add(name="sum")([y, x])
model = keras.Model(x, layers.Dense(3, name="end")(layers.GlobalMaxPooling2D(name="max")(y)))
"""

INCEPTION = """
x = keras.Input((28, 28, 192))
a = layers.Conv2D(64, 1)(x)
b = layers.Conv2D(128, 3, padding="same")(layers.Conv2D(96, 1)(x))
c = layers.Conv2D(32, 5, padding="same")(layers.Conv2D(16, 1)(x))
d = layers.Conv2D(32, 1)(layers.MaxPooling2D(3, strides=1, padding="same")(x))
model = keras.Model(x, layers.Concatenate()([a, b, c, d]))
"""

DENSE_BLOCK = """
x = keras.Input((32, 32, 16))
seen = [x]
for i in range(4):
    y = layers.Conv2D(12, 3, padding="same")(layers.Concatenate()(seen) if i else x)
    seen.append(y)
model = keras.Model(x, layers.Concatenate()(seen))
"""

TWINS = """
a = keras.Input((32, 32, 1), name="left")
b = keras.Input((32, 32, 1), name="right")
c, f = layers.Conv2D(8, 3), layers.Flatten()
u, v = f(c(a)), f(c(b))
model = keras.Model([a, b], [layers.Dense(1)(layers.Subtract()([u, v])), layers.Dense(3)(u)])
"""

STATES = """
x = keras.Input((20, 8))
y, h, c = layers.LSTM(16, return_sequences=True, return_state=True)(x)
z = layers.Concatenate()([h, c])
model = keras.Model(x, layers.Concatenate()([z, layers.GlobalAveragePooling1D()(y)]))
"""

GRAPHS = {
    "residual": RESIDUAL,
    "inception": INCEPTION,
    "dense block": DENSE_BLOCK,
    "twins": TWINS,
    "states": STATES,
}


# The tape -----------------------------------------------------------------------------------------


def cells(picture: Picture, y: float = 0.5) -> dict[float, int]:
    """The numbers of the strip, by the middles of their cells."""
    return {
        round(label.x, 3): int(said(label))
        for label in picture.labels
        if abs(label.y - y) < 1e-6 and said(label).isdecimal() and label.anchor == "middle"
    }


def covered(picture: Picture, box: Box, numbers: dict[float, int]) -> frozenset[int]:
    """The numbered cells under (or over) a bar."""
    return frozenset(n for x, n in numbers.items() if box.x < x < box.right)


def bars(picture: Picture) -> list[Box]:
    """The boxes of the window."""
    return [s for s in picture.shapes if isinstance(s, Box) and s.fill is Colour.KERNEL]


def crossed(picture: Picture, numbers: dict[float, int]) -> set[int]:
    """The cells with a cross."""
    middles = {
        round((s.start[0] + s.parts[-1][0]) / 2, 3)
        for s in picture.shapes
        if isinstance(s, Path) and s.thick and isinstance(s.parts[-1], tuple)
    }
    return {numbers[x] for x in middles}


def reach_of(network: Network) -> tuple[Reach, int, int]:
    """The reach of the last layer along the first axis, and the sizes before and after it."""
    step = walk(network).steps[-1]
    assert isinstance(step.done, Applied)
    before, after = step.inputs[0][0], step.outputs[0][0]
    assert isinstance(before, int)
    assert isinstance(after, int)
    return step.done.reach[0], before, after


def reads(reach: Reach, place: int, dilation: int) -> set[int]:
    """The positions that a place of the window reads, counted from 1; padding too."""
    first = int(reach.stride) * place - int(reach.before) + 1
    return set(range(first, first + int(reach.extent), dilation))


@tried_on(180)
@given(
    size=st.integers(1, 20),
    kernel=st.integers(1, 6),
    stride=st.integers(1, 6),
    dilation=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same"]),
    pools=st.booleans(),
)
def test_the_windows_are_those_of_the_rule(
    size: int, kernel: int, stride: int, dilation: int, padding: str, pools: bool
) -> None:
    """Each bar covers what the reach says, and a cross stands where no window is."""
    if pools or stride > 1:
        dilation = 1
    layer = (
        f"AveragePooling1D({kernel}, {stride}, {padding!r})"
        if pools
        else f"Conv1D(2, {kernel}, {stride}, {padding!r}, dilation_rate={dilation})"
    )
    try:
        network = model(layer, shape=f"({size}, 3)")
        walk(network)
    except (LayermathError, Problem):
        reject()
    reach, _before, places = reach_of(network)
    picture = tape(api.derive(network).data.layers[-1], most=60)
    assert picture is not None
    numbers = cells(picture)
    real = set(range(1, size + 1))
    # a zero stands in the cells of padding
    numbers = {x: n for x, n in numbers.items() if n}
    assert set(numbers.values()) == real
    windows = [reads(reach, place, dilation) & real for place in range(places)]
    drawn = [covered(picture, bar, numbers) for bar in bars(picture)]
    together = [one for window in windows for one in sorted(window)]
    assert sorted(one for bar in drawn for one in bar) == sorted(together)
    if dilation == 1:
        assert sorted(map(sorted, drawn)) == sorted(map(sorted, windows))
    assert crossed(picture, numbers) == real.difference(*windows)
    squares = [s for s in picture.shapes if isinstance(s, Box) and s.fill is Colour.OUTPUT]
    assert len(squares) == places


@tried_on(180)
@given(
    size=st.integers(21, 5000),
    kernel=st.integers(1, 40),
    stride=st.integers(1, 40),
    padding=st.sampled_from(["valid", "same"]),
)
def test_a_long_axis_shows_whole_windows_only(
    size: int, kernel: int, stride: int, padding: str
) -> None:
    """Of a long axis the ends are drawn: every bar begins and ends where a window does, and the
    first and the last window are there."""
    if kernel > size and padding == "valid":
        return
    network = model(f"Conv1D(2, {kernel}, {stride}, {padding!r})", shape=f"({size}, 3)")
    reach, _before, places = reach_of(network)
    picture = tape(api.derive(network).data.layers[-1])
    assert picture is not None
    numbers = {x: n for x, n in cells(picture).items() if n}
    windows = [reads(reach, place, 1) for place in range(places)]
    shown = set(numbers.values())
    drawn = {covered(picture, bar, numbers) for bar in bars(picture)}
    possible = {frozenset(window & shown) for window in windows}
    assert drawn <= possible
    assert frozenset(windows[0] & shown) in drawn
    assert frozenset(windows[-1] & shown) in drawn
    assert picture.width() < 45


@tried_on(120)
@given(
    size=st.integers(1, 8),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.sampled_from(["valid", "same"]),
)
def test_a_transposed_convolution_writes_where_its_rule_says(
    size: int, kernel: int, stride: int, padding: str
) -> None:
    """Each bar covers the outputs of one input."""
    network = model(f"Conv1DTranspose(2, {kernel}, {stride}, {padding!r})", shape=f"({size}, 3)")
    reach, _before, places = reach_of(network)
    picture = tape(api.derive(network).data.layers[-1], most=60)
    assert picture is not None
    strip = max(label.y for label in picture.labels if said(label) == str(places))
    numbers = cells(picture, strip)
    real = set(range(1, places + 1))
    assert set(numbers.values()) == real
    windows = [sorted(reads(reach, place, 1) & real) for place in range(size)]
    assert sorted(sorted(covered(picture, bar, numbers)) for bar in bars(picture)) == sorted(
        windows
    )


def test_the_floor_of_the_example() -> None:
    """Pooling 2 over 11: one pixel is lost, with a cross, a word and a sentence."""
    layer = derived("MaxPooling2D(2)", shape="(11, 11, 1)").layers[-1]
    picture = tape(layer)
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert "never read" in words
    assert "room to slide: 11 − 2 = 9" in words
    assert "H_out = ⌊(11 − 2)/2⌋ + 1 = ⌊4.5⌋ + 1 = 4 + 1 = 5" in words
    assert "4 steps of 2, and the place where it starts" in words
    assert crossed(picture, cells(picture)) == {11}
    finding = [TextSetter().say(one) for one in picture.finding]
    assert "At the end 1 of 11 rows are never read." in finding


def test_padding_is_hatched_and_what_is_not_read_of_it_is_not_red() -> None:
    """A 7×7/2 convolution behind three zeros on each side, as ResNet begins."""
    layers = derived("ZeroPadding2D(3)", "Conv2D(8, 7, strides=2)", shape="(14, 14, 3)").layers
    assert tape(layers[0]) is None
    picture = tape(layers[1])
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert "room to slide: 14 + 2·3 − 7 = 13" in words
    assert "never read, but only padding" in words
    assert not any(label.colour is Colour.LOST for label in picture.labels)
    assert words.count("0") == 6


def test_a_free_size_has_no_end() -> None:
    """The beginning holds for every H that is long enough; the end is not drawn."""
    first, second, third = derived(
        "Conv2D(8, 3)",
        "MaxPooling2D(2)",
        "Conv2D(8, 3, strides=2, padding='same')",
        shape="(H, W, 3)",
    ).layers
    picture = tape(first)
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert {"H", "room to slide: H − 3", "H_out = H − 3 + 1 = H − 2"} <= set(words)
    assert tape(second) is not None
    assert tape(third) is None  # the padding depends on H


def test_what_has_no_window_has_no_tape() -> None:
    """No picture rather than an empty one."""
    for layer in derived("Flatten()", "Dense(3)").layers:
        assert tape(layer) is None
    pooling = derived("MaxPooling2D(2)").layers[0]
    assert tape(pooling, "W") is not None
    assert tape(pooling, "Z") is None


# The graph ----------------------------------------------------------------------------------------


def boxes(picture: Picture) -> list[Box]:
    """The boxes of the layers."""
    return [shape for shape in picture.shapes if isinstance(shape, Box)]


def segments(picture: Picture) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of the edges."""
    for shape in picture.shapes:
        if isinstance(shape, Path) and not shape.fill:
            yield from pairwise(shape.points())


def apart(one: tuple[float, ...], other: tuple[float, ...], room: float = 0.0) -> bool:
    """Whether two rectangles do not overlap."""
    return (
        one[2] + room <= other[0] + 1e-6
        or other[2] + room <= one[0] + 1e-6
        or one[3] <= other[1] + 1e-6
        or other[3] <= one[1] + 1e-6
    )


@pytest.mark.parametrize("name", [*GRAPHS, "unet", "resnet_mini", "conv1d_timeseries"])
def test_nothing_in_a_graph_overlaps(name: str) -> None:
    """Boxes, labels and lines keep out of each other's way, and edges are rectangular."""
    derivation = (
        functional(GRAPHS[name])
        if name in GRAPHS
        else api.derive(api.load(SOURCES / f"{name}.py")).data
    )
    picture = graph(derivation)
    assert picture is not None
    for one, other in combinations(map(extent_of, boxes(picture)), 2):
        assert apart(one, other)
    for one, other in combinations(map(extent_of, picture.labels), 2):
        assert apart(one, other)
    for start, end in segments(picture):
        assert abs(start[0] - end[0]) < 0.02 or abs(start[1] - end[1]) < 0.02
        edge = (
            min(start[0], end[0]),
            min(start[1], end[1]),
            max(start[0], end[0]),
            max(start[1], end[1]),
        )
        for box in boxes(picture):
            inner = (box.x + 0.03, box.y + 0.03, box.right - 0.03, box.bottom - 0.03)
            assert apart(edge, inner)


def test_labels_of_parallel_branches_keep_their_distance() -> None:
    """12 mm, which are two units, between what stands beside two edges at one height."""
    picture = graph(functional(INCEPTION))
    assert picture is not None
    by_height: dict[float, list[Label]] = {}
    for label in picture.labels:
        if label.anchor != "middle":
            by_height.setdefault(round(label.y, 3), []).append(label)
    for labels in by_height.values():
        shapes = sorted((one for one in labels if one.anchor == "left"), key=lambda one: one.x)
        fields = sorted((one for one in labels if one.anchor == "right"), key=lambda one: one.x)
        for shape in shapes:
            behind = [extent_of(one)[0] for one in (*shapes, *fields) if one.x > shape.x]
            if behind:
                assert min(behind) - extent_of(shape)[2] >= 2 - 1e-6


Span = tuple[float, float, float]
"""A piece of a line: where it is on the other axis, and from where to where it goes."""


def spans(gap: _Gap, source: Item) -> tuple[list[Span], list[Span]]:
    """The pieces of the lines from one item to the next rank, down and across."""
    level = gap.top + 1 + 0.4 * gap.tracks.get(source, 0)
    down, across = [], []
    for x in gap.targets[source]:
        if abs(x - source.x) < 0.02:
            down.append((x, gap.top, gap.bottom))
        else:
            down += [(source.x, gap.top, level), (x, level, gap.bottom)]
            across.append((level, min(x, source.x), max(x, source.x)))
    return down, across


@tried_on(180)
@given(st.data())
def test_lines_of_different_tensors_never_run_in_each_other(data: st.DataObject) -> None:
    """In any graph: neighbours keep their distance, and lines meet at a crossing only."""
    count = data.draw(st.integers(2, 12))
    feeds = [
        data.draw(st.lists(st.integers(0, node - 1), max_size=3, unique=True)) if node else []
        for node in range(count)
    ]
    sides = [data.draw(st.tuples(st.floats(2.2, 5), st.floats(2.2, 5))) for _node in feeds]
    ranks = layered(feeds, sides).ranks
    for row in ranks:
        for one, other in pairwise(row):
            assert one.x + one.right <= other.x - other.left + 1e-6
    for above, below in pairwise(ranks):
        gap = _Gap(above, below, 0.0)
        lines = [spans(gap, source) for source in above]
        for first, second in combinations(lines, 2):
            for mine, theirs in zip(first, second, strict=True):
                for a, b in product(mine, theirs):
                    together = min(a[2], b[2]) - max(a[1], b[1])
                    assert abs(a[0] - b[0]) > 0.05 or together < 1e-6


def edges_into(picture: Picture) -> int:
    """How many arrows there are."""
    return sum(isinstance(s, Path) and s.fill and len(s.parts) == 4 for s in picture.shapes)


def dots(picture: Picture) -> int:
    """How many forks there are."""
    heads = edges_into(picture)
    filled = sum(isinstance(s, Path) and s.fill for s in picture.shapes)
    curved = sum(
        isinstance(s, Path) and s.fill and not isinstance(s.parts[0], tuple) for s in picture.shapes
    )
    assert filled >= heads
    return curved


def test_a_residual_block_forks_and_joins() -> None:
    """An arrow for each tensor that a layer takes and one for the output, and a dot at the fork."""
    picture = graph(functional(RESIDUAL))
    assert picture is not None
    arrows = edges_into(picture) - dots(picture)
    assert arrows == 1 + 1 + 2 + 1 + 1 + 1
    assert dots(picture) == 1
    words = [said(label) for label in picture.labels]
    assert words.count("32×32×16") == 4
    assert "Conv2D 16, 3×3, same" in words


def test_a_shared_layer_has_all_its_edges() -> None:
    """Both inputs of twins go into the one layer."""
    picture = graph(functional(TWINS))
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert "Conv2D 8, 3×3, called 2 times" in words
    assert {"left", "right"} <= set(words)
    assert words.count("32×32×1") == 2


def test_a_chain_has_its_parameters_at_the_left() -> None:
    """With the number of each layer that has any."""
    picture = graph(derived("Conv2D(32, 3)", "MaxPooling2D(2)", "Flatten()", "Dense(10)"))
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert {"parameters", "896", "54,090"} <= set(words)


def test_repeats_are_folded_as_the_table_folds_them() -> None:
    """Thirty equal blocks are one box."""
    loop = """
x = keras.Input((32, 32, 16))
y = x
for i in range(30):
    z = layers.Conv2D(16, 3, padding="same", name=f"stage_block{i}_conv")(y)
    y = layers.Add(name=f"stage_block{i}_add")([z, y])
model = keras.Model(x, y)
"""
    derivation = functional(loop)
    picture = graph(derivation)
    assert picture is not None
    assert len(boxes(picture)) <= len(derivation.rows)
    assert any("×" in said(label) and "layers" in said(label) for label in picture.labels)


def test_a_graph_that_is_too_large_is_not_drawn() -> None:
    """None, and nothing of a single layer either."""
    many = derived(*(f"Dense({n + 2})" for n in range(100)), shape="(3,)")
    assert graph(many, most=5) is None


# The receptive field ------------------------------------------------------------------------------


@tried_on(120)
@given(
    chain=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_the_field_is_what_its_windows_read(chain: list[tuple[int, int, int, bool]]) -> None:
    """What is blue at the bottom is what the chosen output reads through all the layers."""
    layers = []
    for kernel, stride, dilation, same in chain:
        dilated = dilation if stride == 1 else 1
        padding = "same" if same else "valid"
        layers.append(f"Conv1D(2, {kernel}, {stride}, {padding!r}, dilation_rate={dilated})")
    try:
        network = model(*layers, shape="(40, 1)")
        walked = walk(network)
    except (LayermathError, Problem):
        reject()
    picture = receptive_field(api.derive(network).data)
    assert picture is not None
    outputs = [s for s in picture.shapes if isinstance(s, Box) and s.fill is Colour.OUTPUT]
    assert len(outputs) == 1
    number = next(
        int(said(label))
        for label in picture.labels
        if said(label).isdecimal()
        and outputs[0].x < label.x < outputs[0].right
        and outputs[0].y < label.y < outputs[0].bottom
    )
    wanted = {number - 1}
    for step in reversed(walked.steps):
        if isinstance(step.done, Applied) and step.done.reach:
            reach = step.done.reach[0]
            dilation = getattr(step.entry.layer.rule, "dilation", (1,))[0]
            wanted = {p - 1 for place in wanted for p in reads(reach, place, dilation)}
    bottom = max(bar.y for bar in bars(picture))
    row = [bar for bar in bars(picture) if bar.y == bottom]
    if any("to scale" in said(label) for label in picture.labels):
        return
    real = {p for p in wanted if 0 <= p < 40}
    assert len(row) == len(real)
    numbers = {
        int(said(label))
        for label in picture.labels
        if said(label).isdecimal()
        and label.anchor == "middle"
        and any(b.x < label.x < b.right and b.y < label.y < b.bottom for b in row)
    }
    assert numbers == {p + 1 for p in real}


def test_the_field_of_the_example() -> None:
    """The way back row by row, and the sum of the way forward."""
    picture = receptive_field(
        derived("Conv2D(32, 3)", "MaxPooling2D(2)", "Conv2D(32, 3)", "MaxPooling2D(2)")
    )
    assert picture is not None
    words = [said(label) for label in picture.labels]
    assert {"one output sees 10 rows", "the next: 4 further on"} <= set(words)
    assert "2·(4 − 1) + 2 = 8" in words
    assert "forwards: 1 + 2·1 + 1·1 + 2·2 + 1·2 = 10" in words


def test_a_window_with_holes_does_not_see_all_that_it_spans() -> None:
    """Three of five."""
    picture = receptive_field(derived("Conv2D(8, 3, dilation_rate=2)"))
    assert picture is not None
    assert "one output sees 3 of 5 rows" in [said(label) for label in picture.labels]


def test_no_field_without_a_window() -> None:
    """Of dense layers, and of names that there are not."""
    assert receptive_field(derived("Dense(3)", shape="(7,)")) is None
    assert receptive_field(derived("Conv2D(3, 3)"), "nowhere") is None


# The formats --------------------------------------------------------------------------------------

HOSTILE = r"a_1-%\input{x}<script>&$^~#\"'"


def hostile() -> LayerDerivation:
    """A layer with a name that is none."""
    name = HOSTILE.replace("\\", "\\\\").replace("'", "\\'")
    return functional(
        f"""
x = keras.Input((11, 11, 1))
y = layers.MaxPooling2D(2, name='{name}')(x)
model = keras.Model(x, y)
"""
    ).layers[-1]


def all_pictures() -> Iterator[Picture]:
    """One of each kind, and the hostile name in two of them."""
    chain = derived("Conv2D(32, 3)", "MaxPooling2D(2)", "Conv2D(8, 3, dilation_rate=2)")
    layers = (*chain.layers, hostile(), derived("Conv2DTranspose(3, 3, 2, 'same')").layers[0])
    makers: list[Callable[[], Picture | None]] = [
        *(lambda layer=layer: tape(layer) for layer in layers),
        lambda: graph(chain),
        *(lambda source=source: graph(functional(source)) for source in GRAPHS.values()),
        lambda: receptive_field(chain),
        lambda: receptive_field(derived(*["Conv2D(8, 9)"] * 3)),
    ]
    for make in makers:
        picture = make()
        assert picture is not None
        yield picture


def test_tikz_is_balanced_and_needs_no_library() -> None:
    """Basic paths and nodes: no arrows, patterns, decorations, styles of libraries."""
    for picture in all_pictures():
        text = tikz(picture)
        plain = re.sub(r"\\[\\{}]", "", text)
        depth = 0
        for sign in plain:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            assert depth >= 0
        assert depth == 0
        assert plain.count("[") == plain.count("]")
        assert text.count("$") % 2 == 0
        assert text.startswith(r"\begin{tikzpicture}")
        assert text.endswith("\\end{tikzpicture}\n")
        for word in ("usetikzlibrary", "->", "pattern=", "decorat", "positioning", "[>", "%"):
            assert word not in text.replace("dash pattern=", "").replace(r"\%", "")
        commands = set(re.findall(r"^  \\(\w+)", text, re.MULTILINE))
        assert commands <= {"definecolor", "path", "node"}


def test_svg_is_xml_that_stands_alone() -> None:
    """With a role, a title and what is to be seen; without scripts, links or other files."""
    space = "{http://www.w3.org/2000/svg}"
    for picture in all_pictures():
        text = svg(picture)
        root = ElementTree.fromstring(text)
        assert root.attrib["role"] == "img"
        assert [child.tag for child in root][:2] == [f"{space}title", f"{space}desc"]
        assert root[1].text
        tags = {element.tag.removeprefix(space) for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "rect", "path", "text"}
        assert "href" not in text
        assert "url(" not in text
        assert len(text) < 20_000
        assert "<style" not in svg(picture, style=False)


def test_svg_holds_all_of_its_text() -> None:
    """Nothing that is written goes over the edge."""
    for picture in all_pictures():
        left, top, width, height = map(
            float,
            re.search(r'viewBox="([^"]*)"', svg(picture))[1].split(),  # type: ignore[index]
        )
        for label in picture.labels:
            box = [24 * number for number in extent_of(label)]
            assert left <= box[0]
            assert box[2] <= left + width
            assert top <= box[1]
            assert box[3] <= top + height


def test_light_and_dark() -> None:
    """Every colour is a variable of the page, and has one of its own for both."""
    assert "prefers-color-scheme:dark" in STYLE
    assert "@media screen" in STYLE  # paper is white
    assert "var(--lost,#b0231a)" in STYLE
    assert "var(--lost,#ff8f85)" in STYLE


def test_a_hostile_name_is_text() -> None:
    """In the title of an SVG; TikZ has no names of layers in a tape."""
    picture = tape(hostile())
    assert picture is not None
    title = ElementTree.fromstring(svg(picture))[0].text
    assert title is not None
    assert "<script>" in title
    assert r"\input{x}" in title
    drawn = graph(
        functional(
            "x = keras.Input((4,), name='<b>&\\\\input')\n"
            "model = keras.Model(x, layers.Dense(3)(x))\n"
        )
    )
    assert drawn is not None
    assert r"\textbackslash{}input" in tikz(drawn)
    assert r"\input" not in tikz(drawn)
    ElementTree.fromstring(svg(drawn))


# The command --------------------------------------------------------------------------------------

CNN = "keras.Sequential([keras.Input((11, 11, 1)), layers.MaxPooling2D(2), layers.Flatten()])"


def test_draw_writes_every_kind_in_both_formats() -> None:
    """To standard output."""
    for what in ("graph", "tape", "field"):
        done = RUN.invoke(app, ["draw", CNN, "--what", what])
        assert done.exit_code == 0
        assert done.stdout.startswith("<svg ")
        done = RUN.invoke(app, ["draw", CNN, "--what", what, "--format", "tikz"])
        assert done.stdout.startswith(r"\begin{tikzpicture}")


def test_draw_says_why_there_is_nothing() -> None:
    """A wrong name, and a layer without a window."""
    done = RUN.invoke(app, ["draw", CNN, "--what", "tape", "--layer", "flatten"])
    assert done.exit_code == 2
    assert "flatten has no tape to draw" in done.stderr
    done = RUN.invoke(app, ["draw", CNN, "--what", "tape", "--layer", "flaten"])
    assert "Did you mean flatten?" in done.stderr


def test_on_a_narrow_page_the_arithmetic_stands_under_the_units() -> None:
    derivation = derived("Conv2D(8, 3)", "MaxPooling2D(2)", "Conv2D(8, 3)", "MaxPooling2D(2)")
    wide, narrow = receptive_field(derivation), receptive_field(derivation, narrow=True)
    assert wide is not None
    assert narrow is not None
    assert narrow.width() < 0.75 * wide.width()
    texts = {said(label) for label in narrow.labels}
    assert {said(label) for label in wide.labels} <= texts
    assert "1·(8 − 1) + 3 = 10" in texts
