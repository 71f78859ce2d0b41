"""A network as someone reads it who makes one mistake: everywhere, or in one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Rational

from layermath.algebra.floors import Size, minus, plus
from layermath.algebra.unknown import is_known, known_total
from layermath.derivation.fields import View, views
from layermath.network.graph import Tensor
from layermath.network.walk import Shape, Step, Walk, apply_step
from layermath.problems import Problem
from layermath.questions.mistakes import Mistake
from layermath.questions.rewritings import Used
from layermath.rules.axes import CHANNELS, axes_of
from layermath.rules.equations import Applied, Filled
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class LayerRead:
    """What a layer comes to. A count is None where it cannot be told with this mistake."""

    outputs: tuple[Shape, ...]
    params: Size | None
    macs: Size | None
    trainable: Size | None = None
    receptive_field: tuple[Size | None, ...] | None = None


@dataclass(frozen=True)
class Reading:
    """The layers by name, those of nested models too, as far as the reading comes: a layer may
    refuse the sizes that a mistake leads to. ``made`` says whether the mistake was made at all."""

    layers: Mapping[str, LayerRead]
    params: Size | None
    macs: Size | None
    outputs: tuple[Shape, ...] | None
    made: bool
    trainable: Size | None = None


class _Stuck(Exception):
    """The sizes so far let no layer behind be applied."""


def read(
    walked: Walk,
    mistake: Mistake | None = None,
    only: str | None = None,
    *,
    fields: bool = False,
) -> Reading:
    """Read the network with ``mistake``, in the layer ``only``, or in all of them; with ``fields``,
    the receptive fields too."""
    reader = _Reader(mistake, only)
    try:
        done, whole = reader.through(walked, None)
    except (_Stuck, Problem):
        return Reading(MappingProxyType(reader.layers), None, None, None, reader.made)
    if fields:
        reader.see(done, views(done))
    return Reading(
        MappingProxyType(reader.layers),
        whole.params,
        whole.macs,
        whole.outputs,
        reader.made,
        whole.trainable,
    )


def _or_zero(size: Size | None) -> Size:
    return 0 if size is None else size


@dataclass
class _Reader:
    mistake: Mistake | None
    only: str | None

    def __post_init__(self) -> None:
        self.layers: dict[str, LayerRead] = {}
        self.made = False

    def through(self, walked: Walk, inputs: Sequence[Shape] | None) -> tuple[Walk, LayerRead]:
        """The walk with the sizes that the mistake leads to, and what it comes to in all."""
        given = {} if inputs is None else dict(zip(walked.network.inputs, inputs, strict=True))
        shapes: dict[Tensor, Shape] = {}
        steps: list[Step] = []
        reads: dict[str, LayerRead] = {}
        for index, step in enumerate(walked.steps):
            reached = tuple(shapes[tensor] for tensor in step.call.tensors)
            if not all(map(_is_whole, reached)):
                raise _Stuck
            done: Applied | Walk
            if isinstance(step.done, Walk):
                done, read = self.through(step.done, reached)
                if not step.entry.trainable:
                    read = replace(read, trainable=0)
            elif isinstance(step.entry.layer, InputLayer):
                done = Applied((given.get(Tensor(index), step.outputs[0]),))
                read = LayerRead(done.outputs, 0, 0, 0)
            else:
                done, read = self._layer(walked, step, shapes)
            self._note(step.entry.name, read, reads, inside=inputs is not None)
            for output, shape in enumerate(read.outputs):
                shapes[Tensor(index, output)] = shape
            steps.append(replace(step, inputs=reached, done=done))
        again = Walk(walked.network, tuple(steps), MappingProxyType(shapes))
        return again, _in_all(again, reads)

    def _note(
        self, name: str, read: LayerRead, reads: dict[str, LayerRead], *, inside: bool
    ) -> None:
        """Keep what a layer comes to. One that is called again has the MACs of all its calls. A
        layer inside another model is found by its name where no layer of the model itself has it.
        """
        first = reads.get(name)
        if first is not None:
            macs = plus((_or_zero(first.macs), _or_zero(read.macs)))
            read = replace(first, macs=None if first.macs is None else macs)
        reads[name] = read
        if not inside or name not in self.layers:
            self.layers[name] = read

    def _layer(
        self, walked: Walk, step: Step, shapes: Mapping[Tensor, Shape]
    ) -> tuple[Applied, LayerRead]:
        def again(layer: Layer) -> Applied:
            other = replace(step, entry=replace(step.entry, layer=layer))
            done = apply_step(other, shapes)
            assert isinstance(done, Applied)
            return done

        layer = step.entry.layer
        assert isinstance(layer, Layer)
        done = again(layer)
        wrong = self.mistake if self.only in (None, step.entry.name) else None
        quantities: list[Filled] = []
        for filled in done.quantities:
            used = Used(layer, done, _with_sizes(filled, quantities), again)
            other = None if wrong is None else wrong.made(used)
            self.made = self.made or other is not None
            quantities.append(used.filled if other is None else other)
        if wrong is not None and wrong.reach is not None:
            reach = {axis: wrong.reach(layer, one) for axis, one in done.reach.items()}
            self.made = self.made or reach != dict(done.reach)
            done = replace(done, reach=MappingProxyType(reach))
        values = {one.equation.quantity: one.value for one in quantities}
        params = values.get("params", 0)
        trainable = values.get("trainable_params", params) if step.entry.trainable else 0
        macs = values.get("macs", 0)
        return done, LayerRead(
            _outputs(done, values),
            params if is_known(params) else None,
            macs if is_known(macs) else None,
            trainable if is_known(trainable) else None,
        )

    def see(self, done: Walk, seen: Mapping[Tensor, View | None]) -> None:
        """Add the receptive fields."""
        for index, step in enumerate(done.steps):
            view = seen[Tensor(index)]
            name = step.entry.name
            if view is not None and self.layers[name].receptive_field is None:
                sizes = tuple(field.size for field in view.fields)
                self.layers[name] = replace(self.layers[name], receptive_field=sizes)
            if isinstance(step.done, Walk):
                self.see(step.done, views(step.done, [seen[t] for t in step.call.tensors]))


def _with_sizes(filled: Filled, before: Sequence[Filled]) -> Filled:
    """A count reads the sizes that the layer was said to make, mistake included."""
    made = {
        one.equation.symbol: one.value
        for one in before
        if one.equation.quantity.startswith("output.")
        and one.equation.symbol in filled.where
        and filled.equation.quantity in ("params", "macs")
    }
    return replace(filled, where={**filled.where, **made}) if made else filled


def _outputs(done: Applied, values: Mapping[str, Size]) -> tuple[Shape, ...]:
    """The output shapes, with the sizes of the first one as they were read. An axis is found by its
    name; what has no name of its own stays."""
    first, *others = done.outputs
    axes = [axis.quantity for axis in axes_of(len(first))]
    shape = [values.get(axis, size) for axis, size in zip(axes, first, strict=True)]
    if len(first) == 1 and CHANNELS.quantity in values:
        shape = [values[CHANNELS.quantity]]
    if not _agree(done, axes):
        shape = list(first)
    return (tuple(shape), *others)


def _agree(done: Applied, axes: Sequence[str]) -> bool:
    """Whether the sizes of the shape stand where their names say: not so with channels first."""
    right = {filled.equation.quantity: filled.value for filled in done.quantities}
    first = done.outputs[0]
    return all(
        axis not in right or minus(right[axis], size) == 0
        for axis, size in zip(axes, first, strict=True)
    )


def _is_whole(shape: Shape) -> bool:
    return not any(isinstance(size, Rational) and size.q != 1 for size in shape)


def _in_all(done: Walk, reads: Mapping[str, LayerRead]) -> LayerRead:
    """What a model comes to, from its layers, and the weights that it makes itself."""
    weights = done.network.weights
    return LayerRead(
        done.outputs,
        known_total(
            [*(_or_zero(one.params) for one in reads.values()), *(w.params for w in weights)]
        ),
        known_total(_or_zero(one.macs) for one in reads.values()),
        known_total(
            [
                *(_or_zero(one.trainable) for one in reads.values()),
                *(weight.params for weight in weights if weight.trainable),
            ]
        ),
    )
