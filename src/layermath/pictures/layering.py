"""A graph in layers, top to bottom: the rank of each node, its place in the rank, and the lanes in
which long edges pass the nodes between.

After Sugiyama, Tagawa and Toda, *Methods for Visual Understanding of Hierarchical System
Structures* (1981): ranks by the longest path, order by barycentres, then coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SWEEPS = 16
_SPACE = 2.0
"""The least space between what stands beside each other: 12 mm on a page."""
_LANE = 0.3
"""Half the width of a lane."""
_NODE, _PASSING, _NEW = 1000.0, 30.0, 1.0
"""How much a node, a lane in its course and the begin of a lane resist being moved aside."""
_NEAR = 0.01


@dataclass(eq=False)
class Item:
    """A node, or one rank of the lane of ``node``'s output. ``left`` and ``right`` are what it
    takes up at both sides of its middle ``x``."""

    node: int
    rank: int
    left: float
    right: float
    is_lane: bool = False
    x: float = 0.0
    above: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Layers:
    """The items of each rank from left to right, and the item of each node."""

    ranks: tuple[tuple[Item, ...], ...]
    nodes: tuple[Item, ...]


def layered(feeds: Sequence[Sequence[int]], sides: Sequence[tuple[float, float]]) -> Layers:
    """Lay out a graph. ``feeds`` are, for each node, the nodes that feed it, all of them earlier;
    ``sides`` what each node takes up at the left and the right of its middle."""
    ranks = _ranks(feeds)
    nodes = [
        Item(node, rank, *side) for node, (rank, side) in enumerate(zip(ranks, sides, strict=True))
    ]
    rows: list[list[Item]] = [[] for _rank in range(max(ranks, default=-1) + 1)]
    for item in nodes:
        rows[item.rank].append(item)
    lanes: dict[tuple[int, int], Item] = {}
    for item, sources in zip(nodes, feeds, strict=True):
        for source in dict.fromkeys(sources):
            _connect(nodes[source], item, rows, lanes)
    _order(rows)
    _place(rows)
    _straighten(rows, lanes)
    return Layers(tuple(map(tuple, rows)), tuple(nodes))


def _ranks(feeds: Sequence[Sequence[int]]) -> list[int]:
    """The longest path to each node; what nothing feeds stands right above what it feeds."""
    ranks: list[int] = []
    for sources in feeds:
        ranks.append(1 + max((ranks[source] for source in sources), default=-1))
    first: dict[int, int] = {}
    for node, sources in enumerate(feeds):
        for source in sources:
            first[source] = min(first.get(source, ranks[node]), ranks[node])
    return [
        rank if feeds[node] else max(0, first.get(node, 1) - 1) for node, rank in enumerate(ranks)
    ]


def _connect(
    source: Item, target: Item, rows: list[list[Item]], lanes: dict[tuple[int, int], Item]
) -> None:
    """An edge, through the lane of its source where it passes ranks."""
    before = source
    for rank in range(source.rank + 1, target.rank):
        lane = lanes.get((source.node, rank))
        if lane is None:
            lane = Item(source.node, rank, _LANE, _LANE, is_lane=True)
            lanes[source.node, rank] = lane
            rows[rank].append(lane)
            _join(before, lane)
        before = lane
    _join(before, target)


def _join(one: Item, other: Item) -> None:
    one.below.append(other)
    other.above.append(one)


def _order(rows: list[list[Item]]) -> None:
    """From left to right by the middle of what is above, and of what is below. The last word has
    what is above; of what has the same middle, lanes stand at the right."""
    place: dict[Item, float] = {}
    for row in rows:
        _number(row, place)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 1
        for row in rows if down else reversed(rows):
            row.sort(key=lambda item: (_middle(item, place, down), item.is_lane))
            _number(row, place)


def _number(row: Sequence[Item], place: dict[Item, float]) -> None:
    place.update((item, index - (len(row) - 1) / 2) for index, item in enumerate(row))


def _middle(item: Item, place: Mapping[Item, float], down: bool) -> float:
    beside = item.above if down else item.below
    known = [place[one] for one in beside]
    return sum(known) / len(known) if known else place[item]


def _place(rows: list[list[Item]]) -> None:
    for row in rows:
        _spread(row, [0.0] * len(row))
    for sweep in range(_SWEEPS):
        for row in reversed(rows):
            _spread(
                row,
                [item.x if sweep and _ends(item) else _wanted(item, item.below) for item in row],
            )
        for row in rows:
            _spread(
                row,
                [item.x if sweep and _begins(item) else _wanted(item, item.above) for item in row],
            )


def _begins(item: Item) -> bool:
    """Whether it begins a branch: it stays in line with the rest of that, wherever the fork is."""
    return _only(item.above, item.below) and len(item.above[0].below) > 1


def _ends(item: Item) -> bool:
    """Whether it ends a branch, as `_begins`."""
    return _only(item.below, item.above) and len(item.below[0].above) > 1


def _only(towards: Sequence[Item], away: Sequence[Item]) -> bool:
    """Whether there is one item on each side, and the far one goes on alone."""
    if len(towards) != 1 or len(away) != 1:
        return False
    return len(away[0].above) <= 1 and len(away[0].below) <= 1


def _wanted(item: Item, beside: Sequence[Item]) -> float:
    """Where an item would stand if nothing stood in its way: a node under the nodes that feed it
    (or above those that it feeds), and a lane straight on."""
    if item.is_lane:
        beside = [one for one in (*item.above, *item.below) if one.is_lane] or beside
    else:
        beside = [one for one in beside if not one.is_lane]
    return sum(one.x for one in beside) / len(beside) if beside else item.x


def _gap(one: Item, other: Item) -> float:
    """The least distance between the middles of two neighbours."""
    space = _LANE if one.is_lane or other.is_lane else _SPACE
    return one.right + space + other.left


def _weight(item: Item) -> float:
    if not item.is_lane:
        return _NODE
    return _PASSING if any(one.is_lane for one in item.above) else _NEW


def _spread(row: Sequence[Item], wanted: Sequence[float]) -> None:
    """Move the items of a rank as near to where they want to be as their order and the space
    between them allow: least squares, by pooling neighbours that are in each other's way."""
    offset, offsets = 0.0, []
    for index, item in enumerate(row):
        offset += _gap(row[index - 1], item) if index else 0.0
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []
    for item, want, shift in zip(row, wanted, offsets, strict=True):
        mean, weight, size = want - shift, _weight(item), 1
        while pools and pools[-1][0] > mean:
            other, heavy, many = pools.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + many
        pools.append((mean, weight, size))
    index = 0
    for mean, _heavy, size in pools:
        for _item in range(size):
            row[index].x = mean + offsets[index]
            index += 1


def _straighten(rows: list[list[Item]], lanes: Mapping[tuple[int, int], Item]) -> None:
    """Give each lane one x over all its ranks, where there is one that is free."""
    by_node: dict[int, list[Item]] = {}
    for (node, _rank), lane in lanes.items():
        by_node.setdefault(node, []).append(lane)
    for course in sorted(by_node.values(), key=len, reverse=True):
        for x in sorted({item.x for item in course}, key=abs, reverse=True):
            if all(_is_free(rows[item.rank], item, x) for item in course):
                for item in course:
                    item.x = x
                break


def _is_free(row: Sequence[Item], item: Item, x: float) -> bool:
    index = row.index(item)
    left = row[index - 1] if index else None
    right = row[index + 1] if index + 1 < len(row) else None
    return (left is None or left.x + _gap(left, item) <= x + _NEAR) and (
        right is None or x + _gap(item, right) <= right.x + _NEAR
    )
