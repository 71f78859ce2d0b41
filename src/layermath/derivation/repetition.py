"""What repeats in a network: layers that are the same, and rows that stand for many of them.

A network of hundreds of layers is a few blocks, again and again. Blocks are found by their names,
where names have a structure (``conv2_block1_1_conv``), and by their rules: two blocks repeat where
their layers have the same rules, arguments and sizes and are connected in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby

from layermath.derivation.records import LayerDerivation, Row
from layermath.network.graph import Network, Tensor
from layermath.network.walk import Step, Walk
from layermath.vocabulary.layer import Layer

LARGE = 20
"""A network of at most so many layers is shown layer by layer."""

WORTH = 2 / 3
"""Rows are used where there are at most so many for each layer."""

SHORT = 4
"""A block of at most so many layers that does not repeat is shown layer by layer."""

_LONGEST_PERIOD = 256
"""No block of more layers is looked for by its rules alone."""

_NEAR = 64
"""A connection over more layers is not one of a block: the same tensor goes to every block."""

_SEPARATORS = re.compile(r"([_/.\-])")

_ACTIVATIONS = frozenset(
    {"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "ThresholdedReLU"}
)


def form_of(step: Step) -> Hashable:
    """A key that is equal for two layers with the same rule, the same arguments and the same
    sizes, whatever their names are, and their rates."""
    return (_arguments(step), step.inputs, _call(step), step.entry.trainable)


def _arguments(step: Step) -> Hashable:
    """The rule of a layer and its arguments; for a nested network, those of each layer in it."""
    if isinstance(step.done, Walk):
        inner = step.done.network
        return tuple(
            (form_of(one), tuple((t.call, t.output) for t in one.call.tensors))
            for one in step.done.steps
        ) + tuple((t.call, t.output) for t in inner.outputs)
    layer = step.entry.layer
    assert isinstance(layer, Layer)
    written = [_without_floats(one) for one in layer.given.values()]
    return (layer.type_name(), type(layer), repr(written))


def _without_floats(item: object) -> object:
    """An argument, as far as rules depend on it: a float (a rate, an epsilon) changes no size and
    no count."""
    if isinstance(item, (list, tuple)):
        return [_without_floats(one) for one in item]
    if isinstance(item, Network):  # one that is used twice is the same, others are not compared
        return id(item)
    return None if isinstance(item, float) else item


def _call(step: Step) -> str:
    """How the layer is called, with the tensors left out."""
    if len(step.call.arguments) == 1 and isinstance(step.call.arguments[0], Tensor):
        return "" if not step.call.keywords else repr(_without_tensors(step.call.keywords))
    return repr((_without_tensors(step.call.arguments), _without_tensors(step.call.keywords)))


def _without_tensors(item: object) -> object:
    if isinstance(item, Tensor):
        return None
    if isinstance(item, Mapping):
        return {str(key): _without_tensors(one) for key, one in item.items()}
    if isinstance(item, (list, tuple)):
        return [_without_tensors(one) for one in item]
    return item.name if isinstance(item, Network) else item


def fold(layers: Sequence[LayerDerivation]) -> tuple[Row, ...]:
    """The rows for the layers of a network, in their order; each layer is in one of them. There are
    none where the network is small, or where rows would not be far fewer than layers."""
    if len(layers) <= LARGE:
        return ()
    by_name = _blocks_by_name(layers, range(len(layers)))
    one_by_one: list[tuple[int, ...]] = [(index,) for index in range(len(layers))]
    ways = [by_name] if by_name == one_by_one else [by_name, one_by_one]
    rows = min((tuple(_with_activations([*_rows(layers, way)])) for way in ways), key=len)
    return rows if len(rows) <= WORTH * len(layers) else ()


def _rows(layers: Sequence[LayerDerivation], blocks: Sequence[tuple[int, ...]]) -> Iterator[Row]:
    kinds, begins = _kinds(layers), _begins(layers)

    def row(blocks: Sequence[Sequence[int]]) -> Row:
        made = tuple(tuple(layers[index] for index in block) for block in blocks)
        return Row(_name(made), made)

    def is_chain(run: Sequence[Sequence[int]]) -> bool:
        return len(run) > 2 or layers[run[1][0]].inputs == (layers[run[0][-1]].name,)

    for run in _runs(blocks, kinds, begins):
        if len(run) > 1 and not (len(run[0]) > 1 or is_chain(run)):
            yield from (row([block]) for block in run)  # two side by side: the eye finds them
        elif len(run) > 1 or len(run[0]) > SHORT or len(run[0]) == 1:
            yield row(run)
        else:
            for inner in _runs([(index,) for index in run[0]], kinds, begins):
                yield row(inner)


def _name(blocks: Sequence[Sequence[LayerDerivation]]) -> str:
    """``conv4_block2–6``: what the names have in common, with the first and the last number."""
    first, last = _common(blocks[0]), _common(blocks[-1])
    if not first or not last:
        return ""
    return first if len(blocks) == 1 else _from_to(first, last)


def _common(block: Sequence[LayerDerivation]) -> str:
    """The words with which the names of all layers of a block begin."""
    if len(block) == 1:
        return block[0].name
    shared: list[str] = []
    for words in zip(*(_SEPARATORS.split(layer.name) for layer in block), strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    while shared and _SEPARATORS.fullmatch(shared[-1]):
        shared.pop()
    return "".join(shared)


def _joined_name(one: LayerDerivation, other: LayerDerivation) -> str:
    """``conv1_bn, relu``; the name of the first alone where they have nothing in common."""
    shared = "" if _is_automatic(one) or _is_automatic(other) else _common((one, other))
    behind = other.name[len(shared) :].lstrip("_/.-")
    return f"{one.name}, {behind}" if shared and behind else one.name


def _from_to(first: str, last: str) -> str:
    """``conv4_block2–6``; "" where the names differ in more than a number."""
    one, other = re.split(r"(\d+[a-z]?)", first), re.split(r"(\d+[a-z]?)", last)
    pairs = enumerate(zip(one, other, strict=False))
    different = [index for index, (a, b) in pairs if a != b]
    if len(one) != len(other) or len(different) != 1 or different[0] % 2 == 0:
        return f"{first}–{last[len(first) + 1 :]}" if last[: len(first) + 1] == f"{first}_" else ""
    (place,) = different
    end = other[place]
    number, letter = re.sub(r"\D", "", end), re.sub(r"\d", "", end)
    if letter and one[place][:-1] == number:
        end = letter
    return "".join([*one[: place + 1], "–", end, *one[place + 1 :]])


def _kinds(layers: Sequence[LayerDerivation]) -> list[int]:
    """A number for each layer: equal for layers that are the same and get their inputs from as far
    back."""
    place = {layer.name: index for index, layer in enumerate(layers)}
    numbers: dict[Hashable, int] = {}
    kinds = []
    for index, layer in enumerate(layers):
        back = tuple(index - place.get(name, index) for name in layer.inputs)
        near = tuple(far if abs(far) <= _NEAR else 0 for far in back)
        key = (layer.same_as or layer.name, near, len(layer.calls))
        kinds.append(numbers.setdefault(key, len(numbers)))
    return kinds


# Blocks by their names -----------------------------------------------------------------------


def _words(layer: LayerDerivation) -> tuple[str, ...]:
    """The parts of a telling name: ``conv2``, ``block1``, ``1_conv``. A number alone belongs to the
    word before it, or to the one behind where that has a number of its own."""
    if _is_automatic(layer):
        return ()
    words: list[str] = []
    waiting = ""
    for word in re.split(r"[_/.\-]+", layer.name):
        if word.isdigit() and words and not re.search(r"\d", words[-1]):
            words[-1] += "_" + word
        elif word.isdigit():
            waiting += word + "_"
        else:
            words.append(waiting + word)
            waiting = ""
    return (*words, waiting) if waiting else tuple(words)


def _is_automatic(layer: LayerDerivation) -> bool:
    """Whether the name was made from the class: ``batch_normalization_3``."""
    head = re.sub(r"_\d+$", "", layer.name)
    return head.replace("_", "").lower() == layer.type.lower()


def _blocks_by_name(
    layers: Sequence[LayerDerivation], span: Sequence[int], depth: int = 0
) -> list[tuple[int, ...]]:
    """The layers of ``span`` in blocks whose names begin with the same words, as deep as blocks of
    several layers stand side by side: ``conv2_block1``, not ``conv2``."""
    words = {index: _words(layers[index]) for index in span}
    found: list[tuple[int, ...]] = []
    for word, group in groupby(span, lambda i: words[i][depth] if depth < len(words[i]) else None):
        block = tuple(group)
        if word is None or len(block) == 1:
            found += [(index,) for index in block]
            continue
        inner = _blocks_by_name(layers, block, depth + 1)
        if _are_blocks(inner, words, depth + 1) or not re.search(r"\d", word):
            found += inner
        else:
            found.append(block)
    return found


def _are_blocks(
    blocks: Sequence[tuple[int, ...]], words: Mapping[int, tuple[str, ...]], depth: int
) -> bool:
    """Whether two of them have several layers, and names that differ in a number alone."""
    stems = [
        re.sub(r"\d+[a-z]?$", "#", words[block[0]][depth])
        for block in blocks
        if len(block) > 1 and len(words[block[0]]) > depth
    ]
    return len(stems) > len(set(stems))


# Blocks that repeat --------------------------------------------------------------------------


def _runs(
    blocks: Sequence[tuple[int, ...]], kinds: Sequence[int], begins: Sequence[tuple[int, bool]]
) -> Iterator[list[tuple[int, ...]]]:
    """The blocks, in their order: those that repeat together, every other one for itself."""
    numbers: dict[tuple[int, ...], int] = {}
    row = [numbers.setdefault(tuple(kinds[i] for i in block), len(numbers)) for block in blocks]
    start = 0
    for first, period, times in _repeats(row, [begins[block[0]] for block in blocks]):
        yield from ([block] for block in blocks[start:first])
        run = [
            tuple(i for block in blocks[place : place + period] for i in block)
            for place in range(first, first + times * period, period)
        ]
        yield run
        start = first + times * period
    yield from ([block] for block in blocks[start:])


def _begins(layers: Sequence[LayerDerivation]) -> list[tuple[int, bool]]:
    """How good a place each layer is to begin a block at: how many tensors go past it from before,
    and whether it has no weights."""
    place = {layer.name: index for index, layer in enumerate(layers)}
    last = list(range(len(layers)))
    for index, layer in enumerate(layers):
        for name in layer.inputs:
            if name in place:
                last[place[name]] = max(last[place[name]], index)
    going = [0] * (len(layers) + 1)
    for index, end in enumerate(last):
        if end > index:
            going[index + 1] += 1
            going[end + 1 if end + 1 < len(going) else end] -= 1
    open_here, found = 0, []
    for index, layer in enumerate(layers):
        open_here += going[index]
        found.append((open_here, layer.params == 0))
    return found


def _repeats(row: Sequence[int], worth: Sequence[tuple[int, bool]]) -> list[tuple[int, int, int]]:
    """Start, period and number of what repeats in ``row``, without overlap: what saves most first.
    ``worth`` chooses the start where the repetition has several."""
    candidates: list[tuple[int, int, int]] = []
    saved = 0
    for period in range(1, min(len(row) // 2, _LONGEST_PERIOD) + 1):
        if saved >= len(row) - period:  # no longer block can save more
            break
        matched = 0
        for place in range(len(row) - period):
            if row[place] == row[place + period]:
                matched += 1
                if place < len(row) - period - 1:
                    continue
                place += 1
            if matched >= period:
                candidates.append((place - matched, matched + period, period))
                saved = max(saved, matched // period * period)
            matched = 0
    # the repetition of most layers; among equals the shortest block
    candidates.sort(key=lambda one: (-(one[1] // one[2] - 1) * one[2], one[2]))
    taken: list[tuple[int, int, int]] = []
    free = [True] * len(row)
    for begin, length, period in candidates:
        if not any(free[begin : begin + length]):
            continue
        for first, span in _free_spans(free, begin, begin + length):
            times = span // period
            if times < 2:
                continue
            starts = range(first, first + span - times * period + 1)
            best = min(starts, key=lambda start: (worth[start], start))
            taken.append((best, period, times))
            free[best : best + times * period] = [False] * (times * period)
    return sorted(taken)


def _free_spans(free: Sequence[bool], begin: int, end: int) -> list[tuple[int, int]]:
    """The stretches of ``begin … end`` that nothing has taken: start and length."""
    spans = []
    for is_free, group in groupby(range(begin, end), lambda place: free[place]):
        places = list(group)
        if is_free:
            spans.append((places[0], len(places)))
    return spans


def _with_activations(rows: Sequence[Row]) -> Iterator[Row]:
    """A normalization with the activation behind it in one row."""
    waiting: Row | None = None
    for row in rows:
        if waiting is not None:
            if _follows(waiting, row):
                (one,), (other,) = waiting.layers, row.layers
                yield Row(_joined_name(one, other), ((one, other),), joined=True)
                waiting = None
                continue
            yield waiting
        waiting = row
    if waiting is not None:
        yield waiting


def _follows(row: Row, behind: Row) -> bool:
    if len(row.layers) != 1 or len(behind.layers) != 1:
        return False
    (one,), (other,) = row.layers, behind.layers
    return (
        one.type.endswith("Normalization")
        and other.type in _ACTIVATIONS
        and other.params == 0
        and other.inputs == (one.name,)
        and one.output_shapes == other.output_shapes
    )
