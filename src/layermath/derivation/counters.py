"""What different conventions count differently in a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layermath.algebra.floors import Size, minus, symbol
from layermath.algebra.unknown import known_total
from layermath.derivation.records import Counters
from layermath.network.graph import Network
from layermath.network.walk import Walk, bind, walk
from layermath.rules.convolution import Convolution
from layermath.rules.depthwise import ChannelByChannel
from layermath.rules.normalization import BatchNormalization
from layermath.rules.transposed import TransposedConvolution
from layermath.vocabulary.layer import Layer

_CONVOLUTIONS = (Convolution, ChannelByChannel, TransposedConvolution)


def counters(network: Network, bindings: Mapping[str, Size] | None = None) -> Counters:
    """Count what conventions differ in. Raises `Problem` where the network cannot be walked."""
    values = {symbol(name): size for name, size in (bindings or {}).items()}
    walked = walk(bind(network, values))
    idle = [*_idle_biases(walked)]
    moving = [*_moving_statistics(walked)]
    return Counters(
        walked.params,
        walked.macs,
        walked.bias_additions,
        known_total(idle),
        len(idle),
        known_total(moving),
        len(moving),
        tuple(dict.fromkeys(_silent(walked))),
    )


def _silent(walked: Walk) -> Iterator[str]:
    """Types with biases whose rules do not say how often a bias is added."""
    for step in walked.steps:
        if isinstance(step.done, Walk):
            yield from _silent(step.done)
        elif (
            isinstance(step.entry.layer, Layer)
            and step.done.additions is None
            and step.done.macs != 0
            and _has_biases(step.entry.layer)
        ):
            yield step.entry.layer.shown_type


def _has_biases(layer: Layer) -> bool:
    """Whether a layer, or one among its arguments, has biases."""
    if getattr(layer.rule, "bias", layer.given.get("use_bias", False)):
        return True
    arguments = layer.given.values()
    return any(isinstance(one, Layer) and _has_biases(one) for one in arguments)


def _is_batch_normalization(entry: object) -> bool:
    return isinstance(entry, Layer) and isinstance(entry.rule, BatchNormalization)


def _moving_statistics(walked: Walk) -> Iterator[Size]:
    """The parameters of each normalisation that are no weights: a running mean and variance."""
    for step in walked.first.values():
        if isinstance(step.done, Walk):
            yield from _moving_statistics(step.done)
        elif _is_batch_normalization(step.entry.layer):
            yield minus(step.done.params, step.done.trainable_params)


def _idle_biases(walked: Walk) -> Iterator[Size]:
    """The biases of each convolution that a batch normalisation takes away again: it subtracts the
    mean of each channel, and a bias is the same for a whole channel."""
    readers: dict[str, list[object]] = {}
    for call in walked.network.calls:
        for tensor in call.tensors:
            source = walked.network.calls[tensor.call].layer
            readers.setdefault(source, []).append(walked.network.entries[call.layer].layer)
    given_out = {walked.network.calls[tensor.call].layer for tensor in walked.network.outputs}
    for name, step in walked.first.items():
        if isinstance(step.done, Walk):
            yield from _idle_biases(step.done)
            continue
        layer, after = step.entry.layer, readers.get(name, [])
        if (
            isinstance(layer, Layer)
            and isinstance(layer.rule, _CONVOLUTIONS)
            and layer.rule.bias
            and layer.rule.activation is None
            and name not in given_out
            and after
            and all(map(_is_batch_normalization, after))
        ):
            without = layer.otherwise(bias=False)
            assert without is not None
            yield minus(step.done.params, without(*step.inputs).params)
