"""The graph of a network: its layers from top to bottom, with shapes on the edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layermath.derivation.records import LayerDerivation, NetworkDerivation, Shape
from layermath.messages import Message, Name, Piece, _, ngettext
from layermath.pictures.layering import Item, Layers, layered
from layermath.pictures.nodes import (
    Cell,
    Node,
    edge_label,
    field_label,
    nodes_of,
    shape_label,
    stacked,
    width_of,
)
from layermath.pictures.picture import (
    Box,
    Colour,
    Drawn,
    Font,
    Label,
    Picture,
    Point,
    arrow_head,
    dot,
    extent_of,
    line,
    wide_message,
)
from layermath.rules.axes import SPATIAL

MOST = 60
"""A graph with more nodes than this is not drawn."""

_LINE, _PADDING = 0.55, 0.35
_STUB, _ARRIVAL, _TRACK = 1.0, 0.6, 0.4
_NEAR = 0.02
_PORT = 0.6
_CLEAR = 0.25
"""The distance at which two lines are seen to be two."""


def graph(
    derivation: NetworkDerivation, layer: str | None = None, *, most: int = MOST
) -> Picture | None:
    """The graph of a network, or of the nested model that the ``layer`` of this name is. None where
    it has more than ``most`` nodes, repeats folded, or where there is nothing to draw."""
    whole = _whole(derivation, layer)
    if whole is None:
        return None
    name, nodes = whole
    nodes = stacked(nodes)
    if not 1 < len(nodes) <= most:
        return None
    return _Graph.of(nodes).picture(name)


def _whole(derivation: NetworkDerivation, layer: str | None) -> tuple[str, list[Node]] | None:
    """The name and the nodes of the model, or of one inside it."""
    if layer is None:
        found = (derivation.layers, derivation.operations, derivation.rows, derivation.inputs)
        return derivation.name, nodes_of(*found)
    inside = _find(derivation.layers, layer)
    if inside is None or not inside.layers:
        return None
    return layer, nodes_of(inside.layers, inside.operations, inside.rows, ())


def _find(layers: Sequence[LayerDerivation], name: str) -> LayerDerivation | None:
    for layer in layers:
        found = layer if layer.name == name else _find(layer.layers, name)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class _Graph:
    """A graph that has been laid out: the top of each rank, and of its boxes their height."""

    nodes: list[Node]
    layers: Layers
    shapes: tuple[tuple[Shape, ...], ...]
    """The different shapes that leave each node."""

    @classmethod
    def of(cls, nodes: list[Node]) -> _Graph:
        leaving: list[dict[Shape, None]] = [{} for _node in nodes]
        for node in nodes:
            for source, shape in node.feeds:
                leaving[source][shape] = None
        shapes = tuple(tuple(one) or node.outputs for one, node in zip(leaving, nodes, strict=True))
        sides = [_sides(node, given) for node, given in zip(nodes, shapes, strict=True)]
        feeds = [[source for source, _shape in node.feeds] for node in nodes]
        return cls(nodes, layered(feeds, sides), shapes)

    def picture(self, name: str) -> Picture:
        """Everything from top to bottom."""
        drawn: list[Drawn] = []
        y = 0.0
        for rank, row in enumerate(self.layers.ranks):
            height = max(self._height(item) for item in row)
            for item in row:
                drawn += self._item(item, y, height)
            behind = self.layers.ranks[rank + 1] if rank + 1 < len(self.layers.ranks) else ()
            gap = _Gap(row, behind, y + height)
            for item in row:
                drawn += self._leaving(item, gap)
            drawn += gap.lines()
            for item in behind:
                drawn += self._arriving(item, gap)
            y = gap.bottom
        drawn += self._parameters(drawn)
        left = min(extent_of(one)[0] for one in drawn)
        for index, said in enumerate(self._key()):
            drawn.append(Label(left, y + 0.6 + index * 0.6, said, "left", Colour.QUIET))
        return Picture(
            _("{name}: the graph of its layers", name=Name(name)),
            tuple(self._finding()),
            tuple(drawn),
        )

    def _height(self, item: Item) -> float:
        if item.is_lane:
            return 0.0
        node = self.nodes[item.node]
        return _LINE + 0.1 if node.is_input else sum(map(_cell_height, node.cells))

    def _item(self, item: Item, top: float, height: float) -> Iterator[Drawn]:
        """A node, in the middle of its rank, with the line on to it and from it; a lane."""
        if item.is_lane:
            yield line((item.x, top), (item.x, top + height))
            return
        node = self.nodes[item.node]
        own = self._height(item)
        y = top + height - own if node.is_input else top
        if node.is_input:
            said = node.cells[0].lines[0]
            yield Label(item.x, y + own / 2 - 0.1, said, colour=Colour.QUIET, font=Font.ITALIC)
        else:
            width = width_of(node)
            for cell in node.cells:
                yield from _box(cell, item.x - width / 2, y, width)
                y += _cell_height(cell)
            if y < top + height - _NEAR and (item.below or self._is_end(item)):
                yield line((item.x, y), (item.x, top + height))

    def _is_end(self, item: Item) -> bool:
        return not item.is_lane and not item.below

    def _leaving(self, item: Item, gap: _Gap) -> Iterator[Drawn]:
        """What stands beside the line from a node: the shape, and what a value of it sees."""
        if item.is_lane:
            return
        node, shapes = self.nodes[item.node], self.shapes[item.node]
        y = gap.top + _STUB / 2
        if len(shapes) == 1:
            said = edge_label(shapes[0], node.tensors)
            yield Label(item.x + 0.25, y, said, "left", font=Font.PLAIN)
        seen = None if node.is_input else field_label(node)
        if seen is not None:
            yield Label(item.x - 0.25, y, seen, "right", Colour.QUIET)
        if self._is_end(item):
            end = gap.top + _STUB + 0.1
            yield line((item.x, gap.top), (item.x, end - 0.1))
            yield arrow_head((item.x, gap.top), (item.x, end))

    def _arriving(self, item: Item, gap: _Gap) -> Iterator[Drawn]:
        """Arrow heads, and the shapes of what comes from a node with several outputs."""
        if item.is_lane:
            return
        for source, x in gap.ports[item]:
            yield arrow_head((x, gap.bottom - 1.0), (x, gap.bottom))
            if len(self.shapes[source.node]) > 1:
                shapes = [s for n, s in self.nodes[item.node].feeds if n == source.node]
                said = _("{shapes}", shapes=tuple(shape_label(shape) for shape in shapes))
                y = gap.bottom - _ARRIVAL / 2 - 0.1
                yield Label(x + 0.25, y, said, "left", font=Font.PLAIN)

    @property
    def _is_chain(self) -> bool:
        return all(len(row) == 1 for row in self.layers.ranks)

    def _parameters(self, drawn: Sequence[Drawn]) -> Iterator[Drawn]:
        """The parameters at the left of a chain."""
        if not self._is_chain:
            return
        boxes: dict[int, list[Box]] = {}
        found = iter([one for one in drawn if isinstance(one, Box)])
        for index, node in enumerate(self.nodes):
            if not node.is_input:
                boxes[index] = [next(found) for _cell in node.cells]
        left = min((one.x for row in boxes.values() for one in row), default=0.0) - 0.5
        any_there = False
        for index, own in boxes.items():
            params = self.nodes[index].params
            if params is not None:
                any_there = True
                y = (own[0].y + own[-1].bottom) / 2
                yield Label(left, y, _("{number}", number=params), "right", Colour.QUIET)
        if any_there:
            said = _("parameters")
            yield Label(left, _LINE / 2, said, "right", Colour.QUIET, Font.ITALIC)

    def _finding(self) -> Iterator[Message]:
        layers = sum(len(node.layers) for node in self.nodes)
        yield ngettext("{number} layer.", "{number} layers.", layers)
        ins = [shape for node in self.nodes if node.is_input for shape in node.outputs]
        ends = [item.node for item in self.layers.nodes if self._is_end(item)]
        outs = [self.nodes[index].outputs[0] for index in ends if self.nodes[index].outputs]
        if ins and outs:
            yield _("From {inputs} to {outputs}.", inputs=_shapes(ins), outputs=_shapes(outs))
        forks = sum(len(item.below) > 1 for item in self.layers.nodes)
        if forks:
            yield ngettext(
                "At {number} place the path forks.", "At {number} places the path forks.", forks
            )
        yield from self._key()

    def _key(self) -> Iterator[Message]:
        """What the two numbers at the left of an edge say, with the last of them."""
        known = [node for node in self.nodes if not node.is_input and field_label(node) is not None]
        if not known:
            return
        field = known[-1].field
        axes = SPATIAL.get(len(known[-1].layers[-1].receptive_field or ()), ())
        if field is None or not axes:
            return
        yield _(
            "{size}, {jump} beside an edge: a value sees {size} {positions} of the input.",
            size=field.size or 0,
            jump=field.jump or 0,
            positions=axes[0].positions,
        )
        yield _("Its neighbour sees as many, {jump} further on.", jump=field.jump or 0)


def _shapes(shapes: Sequence[Shape]) -> tuple[Piece, ...]:
    return tuple(shape_label(shape) for shape in shapes)


def _sides(node: Node, shapes: Sequence[Shape]) -> tuple[float, float]:
    """What a node takes up at both sides of its middle, labels of its edge included."""
    half = width_of(node) / 2
    seen = None if node.is_input else field_label(node)
    left = 0.0 if seen is None else wide_message(seen) + 0.25
    said = [edge_label(shape, node.tensors) for shape in shapes]
    right = max((wide_message(one, Font.PLAIN) + 0.25 for one in said), default=0.0)
    return max(half, left), max(half, right)


def _cell_height(cell: Cell) -> float:
    return len(cell.lines) * _LINE + _PADDING


def _box(cell: Cell, x: float, y: float, width: float) -> Iterator[Drawn]:
    yield Box(x, y, width, _cell_height(cell), Colour.EDGE, cell.family, round=True)
    for index, said in enumerate(cell.lines):
        middle = y + _PADDING / 2 + (index + 0.5) * _LINE
        colour = Colour.QUIET if index else Colour.INK
        font = Font.SMALL if index else Font.PLAIN
        yield Label(x + width / 2, middle, said, colour=colour, font=font)


class _Gap:
    """The space between two ranks: the lines in it, each horizontal one in a track of its own where
    others are in its way."""

    def __init__(self, above: Sequence[Item], below: Sequence[Item], top: float) -> None:
        self.top = top
        self.above = above
        self.ports = {item: self._cleared(item, _ports(item)) for item in below}
        self.targets: dict[Item, list[float]] = {
            source: sorted(
                x
                for item in source.below
                for other, x in self.ports.get(item, ())
                if other is source
            )
            for source in above
        }
        self.tracks = self._assigned()
        levels = max(self.tracks.values(), default=-1) + 1
        self.bottom = top + _STUB + levels * _TRACK + _ARRIVAL

    def _bent(self, source: Item) -> bool:
        return any(abs(x - source.x) > _NEAR for x in self.targets[source])

    def _span(self, source: Item) -> tuple[float, float]:
        xs = [source.x, *self.targets[source]]
        return min(xs), max(xs)

    def _assigned(self) -> dict[Item, int]:
        """The track of each source whose line bends: what goes far lies below what goes near, and
        what comes down in the column of another lies below that."""
        waiting = [source for source in self.above if self._bent(source)]
        waiting.sort(key=lambda one: self._span(one)[1] - self._span(one)[0])
        tracks: dict[Item, int] = {}
        while waiting:
            free = [
                one
                for one in waiting
                if not any(self._falls(one, other) for other in waiting if other is not one)
            ]
            source = (free or waiting)[0]
            waiting.remove(source)
            left, right = self._span(source)
            above = [
                track
                for other, track in tracks.items()
                if self._falls(source, other)
                or (self._span(other)[0] <= right + 0.3 and left <= self._span(other)[1] + 0.3)
            ]
            tracks[source] = max(above, default=-1) + 1
        return tracks

    def _falls(self, one: Item, other: Item) -> bool:
        """Whether a line of one comes down in the column in which that of another begins."""
        return any(abs(x - other.x) < _CLEAR for x in self.targets[one])

    def _cleared(self, item: Item, ports: list[tuple[Item, float]]) -> list[tuple[Item, float]]:
        """The ports of a node, out of the columns in which lines of others begin."""
        made: list[tuple[Item, float]] = []
        for index, (source, x) in enumerate(ports):
            others = [one.x for one in self.above if one is not source]
            taken = [port for _source, port in (*made, *ports[index + 1 :])]
            places = [x + shift for shift in (0.0, _CLEAR, -_CLEAR, 2 * _CLEAR, -2 * _CLEAR)]
            free = [
                place
                for place in places
                if all(abs(place - one) >= _CLEAR - _NEAR for one in others)
                and all(abs(place - one) >= _CLEAR / 2 for one in taken)
                and -item.left < place - item.x < item.right
            ]
            made.append((source, free[0] if free and not item.is_lane else x))
        return made

    def lines(self) -> Iterator[Drawn]:
        """The lines from above to below, and a dot where they fork."""
        for source in self.above:
            if not self.targets[source]:
                continue
            level = self.top + _STUB + self.tracks.get(source, 0) * _TRACK
            if len(self.targets[source]) > 1:
                yield line((source.x, self.top), (source.x, level))
                yield dot(source.x, level)
                start: list[Point] = [(source.x, level)]
            else:
                start = [(source.x, self.top), (source.x, level)]
            for x in self.targets[source]:
                bent = abs(x - source.x) > _NEAR
                yield line(*start, *([(x, level)] if bent else []), (x, self.bottom))


def _ports(item: Item) -> list[tuple[Item, float]]:
    """Where the lines from above come down to an item: straight from what is above its middle, and
    beside that what comes from the left and from the right."""
    if item.is_lane or len(item.above) == 1:
        return [(source, item.x) for source in item.above]
    sources = sorted(item.above, key=lambda source: source.x)
    left = [source for source in sources if source.x < item.x - _NEAR]
    right = [source for source in sources if source.x > item.x + _NEAR]
    middle = [source for source in sources if source not in left and source not in right]
    room = min(item.left, item.right) - 0.3
    step = min(_PORT, room / max(len(left), len(right), 1))
    ports = [(source, item.x) for source in middle]
    ports += [(source, item.x - step * k) for k, source in enumerate(reversed(left), start=1)]
    ports += [(source, item.x + step * k) for k, source in enumerate(right, start=1)]
    return ports
