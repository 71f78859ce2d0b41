"""Networks written by hand: each layer is called on tensors, as in Keras."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal

from sympy import Symbol

from layermath.algebra.floors import Size
from layermath.network.graph import Call, Entry, Network, Structure, Tensor
from layermath.vocabulary.keras.layers import find


class Builder:
    """Collects calls, in order; `network` makes a `Network` of them."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.calls: list[Call] = []
        self.inputs: list[Tensor] = []

    def input(self, *shape: Size, name: str = "input") -> Tensor:
        """A model input, without the batch axis."""
        tensor = self.call("InputLayer", None, shape, name=name)
        self.inputs.append(tensor)
        return tensor

    def call(
        self,
        type_name: str,
        on: Structure | None,
        *arguments: object,
        name: str | None = None,
        **keywords: Any,
    ) -> Tensor:
        """``type_name(*arguments, **keywords)(on)``"""
        kind = find(type_name)
        assert kind is not None, type_name
        return self.again(kind.bind(arguments, keywords), on, name)

    def again(self, layer: Any, on: Structure | None, name: str | None = None) -> Tensor:
        """Call a layer, or a whole network, that has been made."""
        chosen = name or f"layer_{len(self.calls)}"
        assert chosen not in self.entries
        self.entries[chosen] = Entry(chosen, layer)
        self.calls.append(Call(chosen, () if on is None else (on,)))
        return Tensor(len(self.calls) - 1)

    def network(self, *outputs: Tensor, open_sizes: frozenset[Symbol] = frozenset()) -> Network:
        """The network that gives these outputs: by default the last tensor."""
        kind: Literal["Functional"] = "Functional"
        return Network(
            "network",
            kind,
            MappingProxyType(dict(self.entries)),
            tuple(self.entries),
            tuple(self.calls),
            tuple(self.inputs),
            outputs or (Tensor(len(self.calls) - 1),),
            open_sizes,
        )
