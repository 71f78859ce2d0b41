"""The nodes of the graph of a network: its layers, or the rows into which it folds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sympy import S

from layermath.algebra.floors import Size
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order
from layermath.derivation.records import Field, LayerDerivation, ModelInput, Row, Shape
from layermath.messages import Count, Extent, Message, Name, Piece, _, ngettext
from layermath.pictures.picture import Colour, Font, short, wide_message

_WIDEST = 11.0
"""The widest text in a box."""
_RANKS = 14
"""A graph with more nodes than this has layers that follow each other in one box."""
_STACK = 6
"""The most layers in one box."""


@dataclass(frozen=True)
class Cell:
    """One box: its lines, and the family that gives its colour."""

    lines: tuple[Message, ...]
    family: Colour


@dataclass
class Node:
    """One node: boxes on top of each other, or the name of an input, which has no box.

    ``feeds`` are the numbers of the nodes that feed it, with the shape that comes from each.
    """

    cells: tuple[Cell, ...]
    layers: tuple[LayerDerivation, ...]
    outputs: tuple[Shape, ...]
    feeds: list[tuple[int, Shape]] = field(default_factory=list)
    is_input: bool = False
    tensors: int = 1
    """The most tensors that one other node takes from it: several where it is a block."""

    @property
    def field(self) -> Field | None:
        """The receptive field of its output along the first axis."""
        fields = self.layers[-1].receptive_field if self.layers else None
        return fields[0] if fields else None

    @property
    def params(self) -> Piece | None:
        """Its parameters, as far as there are any."""
        counts = [layer.shown_params for layer in self.layers]
        if not all(map(is_known, counts)):
            return "?"
        together = sum(counts, S.Zero)
        return None if together == 0 else Count(in_order(together))


def nodes_of(
    layers: Sequence[LayerDerivation],
    operations: Sequence[LayerDerivation],
    rows: Sequence[Row],
    inputs: Sequence[ModelInput],
) -> list[Node]:
    """The nodes, each behind those that feed it."""
    groups = _groups(layers, operations, rows)
    owner = {layer.name: index for index, group in enumerate(groups) for layer in group[0]}
    made = [_node(group, row) for group, row in groups]
    given = [one for one in inputs if one.name not in owner]
    for one in reversed(given):
        made.insert(0, _input(one.name, one.shape))
    owner = {name: index + len(given) for name, index in owner.items()}
    owner |= {one.name: index for index, one in enumerate(given)}
    for index, node in enumerate(made):
        for name, shape in _reaching(node.layers):
            source = owner.get(name)
            if source is not None and source < index:
                node.feeds.append((source, shape))
        _count_tensors(node, made, owner)
    return made


def _count_tensors(node: Node, made: Sequence[Node], owner: Mapping[str, int]) -> None:
    """How many tensors the node takes from each other one, where a block gives several."""
    names: dict[int, set[str]] = {}
    for name, _shape in _reaching(node.layers):
        if name in owner:
            names.setdefault(owner[name], set()).add(name)
    for source, different in names.items():
        if made[source] is not node:
            made[source].tensors = max(made[source].tensors, len(different))


def _groups(
    layers: Sequence[LayerDerivation], operations: Sequence[LayerDerivation], rows: Sequence[Row]
) -> list[tuple[tuple[LayerDerivation, ...], Row | None]]:
    """The layers of each node. An operation on tensors is a node, or belongs to the row that feeds
    it last."""
    if not rows:
        return [((layer,), None) for layer in _in_order(layers, operations)]
    place = {layer.name: index for index, row in enumerate(rows) for layer in row.layers}
    for operation in operations:
        place[operation.name] = max((place.get(name, 0) for name in operation.inputs), default=0)
    more = [tuple(op for op in operations if place[op.name] == i) for i in range(len(rows))]
    return [((*row.layers, *ops), row) for row, ops in zip(rows, more, strict=True)]


def _in_order(
    layers: Sequence[LayerDerivation], operations: Sequence[LayerDerivation]
) -> Iterator[LayerDerivation]:
    """Layers and operations, each behind those that feed it."""
    known = {layer.name: layer for layer in (*layers, *operations)}
    done: set[str] = set()
    for layer in (*layers, *operations):
        waiting = [layer]
        while waiting:
            one = waiting[-1]
            missing = [known[n] for n in one.inputs if n in known and n not in done]
            if one.name in done:
                waiting.pop()
            elif missing and not any(other in waiting for other in missing):
                waiting += missing
            else:
                done.add(one.name)
                yield waiting.pop()


def _reaching(layers: Sequence[LayerDerivation]) -> Iterator[tuple[str, Shape]]:
    """What reaches some layers, at each of their calls: the name of the layer before, the shape."""
    for layer in layers:
        yield from zip(layer.inputs, layer.shown_inputs, strict=False)
        for names, (shapes, _outputs) in zip(layer.called_on, layer.calls, strict=False):
            yield from zip(names, shapes, strict=False)


def _input(name: str, shape: Shape) -> Node:
    cell = Cell((_("{name}", name=Name(short(name))),), Colour.OTHER)
    return Node((cell,), (), (shape,), is_input=True)


def _node(layers: tuple[LayerDerivation, ...], row: Row | None) -> Node:
    last = layers[-1]
    if row is not None and len(row.layers) > 1 and not row.joined:
        return Node((_block(row),), layers, last.shown_outputs)
    if last.type == "InputLayer":
        node = _input(last.name, last.shown_outputs[0])
        node.layers = layers
        return node
    one = row.layers if row is not None else layers
    return Node((Cell((_said(one),), family(one)),), layers, last.shown_outputs)


def _said(layers: Sequence[LayerDerivation]) -> Message:
    """``Conv2D 32, 3×3, relu``; as much of it as there is room for."""
    first = layers[0]
    if len(layers) > 1:
        return _(
            "{layer}, {activation}",
            layer=_call(first),
            activation=tuple(Name(one.type) for one in layers[1:]),
        )
    if first.calls:
        return _("{layer}, called {number} times", layer=_call(first), number=len(first.calls) + 1)
    return _call(first)


def _call(layer: LayerDerivation) -> Message:
    kind = Name(short(layer.type))
    if layer.layers:
        inside = ngettext("{number} layer", "{number} layers", len(layer.layers))
        return _("{type}, {inside}", type=kind, inside=inside)
    title = layer.title
    while title:
        ellipsis: tuple[Piece, ...] = () if title == layer.title else ("…",)
        said = _("{type} {arguments}", type=kind, arguments=(*title, *ellipsis))
        if wide_message(said) <= _WIDEST:
            return said
        title = title[:-1]
    return _("{type}", type=kind)


def _block(row: Row) -> Cell:
    """``conv4_block2–6`` and ``5 × 10 layers``"""
    many = ngettext("{number} layer", "{number} layers", len(row.blocks[0]))
    if len(row.blocks) > 1:
        many = _("{times} × {what}", times=len(row.blocks), what=many)
    name = row.name or row.layers[0].name
    return Cell((_("{name}", name=Name(short(name))), many), family(row.layers))


def family(layers: Sequence[LayerDerivation]) -> Colour:
    """The family of a layer, or the first of these that is among many."""
    types = [layer.type for layer in layers]
    if any("Conv" in kind for kind in types):
        return Colour.CONVOLUTION
    if any("Dense" in kind for kind in types):
        return Colour.DENSE
    return Colour.POOLING if any("Pool" in kind for kind in types) else Colour.OTHER


def stacked(nodes: list[Node]) -> list[Node]:
    """The same graph with layers that follow each other in one box, where it has many nodes."""
    if len(nodes) <= _RANKS:
        return nodes
    readers: dict[int, set[int]] = {}
    for index, node in enumerate(nodes):
        for source, _shape in node.feeds:
            readers.setdefault(source, set()).add(index)
    home: list[int] = []
    made: list[Node] = []
    for node in nodes:
        sources = [source for source, _shape in node.feeds]
        if len(sources) == 1 and len(readers[sources[0]]) == 1:
            before = made[home[sources[0]]]
            if nodes[sources[0]].tensors == 1 and _goes_on(before, node):
                home.append(home[sources[0]])
                made[home[-1]] = Node(
                    (*before.cells, *node.cells),
                    (*before.layers, *node.layers),
                    node.outputs,
                    before.feeds,
                    tensors=node.tensors,
                )
                continue
        home.append(len(made))
        made.append(
            Node(
                node.cells,
                node.layers,
                node.outputs,
                [(home[source], shape) for source, shape in node.feeds],
                node.is_input,
                node.tensors,
            )
        )
    return made


def _goes_on(before: Node, node: Node) -> bool:
    """Whether a layer goes into the box of the one before it: a change of size ends a box."""
    if before.is_input or len(before.cells) >= _STACK:
        return False
    layer = before.layers[-1]
    if len(before.cells) == 1 or not layer.input_shapes:
        return True
    return _positions(layer.input_shapes[0]) == _positions(layer.output_shapes[0])


def _positions(shape: Shape) -> tuple[Size, ...]:
    return shape[:-1]


def edge_label(shape: Shape, tensors: int) -> Message:
    """``28×28×1``; of several tensors from the same node how many there are."""
    if tensors == 1:
        return shape_label(shape)
    return _("{shape}, {number} tensors", shape=shape_label(shape), number=tensors)


def shape_label(shape: Shape) -> Message:
    """``28×28×1``"""
    if not all(map(is_known, shape)) or not shape:
        return _("{shape}", shape="?" if shape else "()")
    return _("{extent}", extent=Extent(tuple(in_order(S(size)) for size in shape)))


def field_label(node: Node) -> Message | None:
    """``35, 4``: how many positions a value sees, and how far on its neighbour sees."""
    one = node.field
    if one is None or not isinstance(one.size, int) or not isinstance(one.jump, int):
        return None
    return _("{size}, {jump}", size=one.size, jump=one.jump)


def width_of(node: Node) -> float:
    """The width of the boxes of a node, or of the name of an input."""
    font = Font.ITALIC if node.is_input else Font.PLAIN
    text = max(wide_message(line, font) for cell in node.cells for line in cell.lines)
    return text if node.is_input else max(4.4, text + 0.6)
