"""The order of a functional model's layers, as Keras lists them.

A model's layers stand by depth, the longest way to an output, deepest first; within a depth in the
order of a depth-first walk from the outputs back to the inputs. Keras: `map_graph`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from layermath.network.growing import GraphLayer, KTensor, Node


class Order:
    """The calls and layers between inputs and outputs."""

    def __init__(self, inputs: Sequence[KTensor], outputs: Sequence[KTensor]) -> None:
        self.nodes: list[Node] = []
        """Each after those that feed it."""
        self._met: dict[GraphLayer, int] = {}
        self._walk(outputs, {tensor for tensor in inputs if not tensor.node.is_input})
        self._depths = self._layer_depths()
        for tensor in inputs:
            if tensor.node.is_input and tensor.node.layer not in self._depths:
                self._depths[tensor.node.layer] = 0
                self._met[tensor.node.layer] = -1
                self.nodes.append(tensor.node)

    @property
    def layers(self) -> list[GraphLayer]:
        """The layers in Keras's order."""
        return sorted(self._depths, key=lambda layer: (-self._depths[layer], self._met[layer]))

    def _walk(self, outputs: Sequence[KTensor], ends: Collection[KTensor]) -> None:
        finished: set[Node] = set()
        begun: set[Node] = set()
        for output in outputs:
            waiting: list[tuple[Node, Iterator[KTensor]]] = []
            self._enter(output, ends, finished, begun, waiting)
            while waiting:
                node, rest = waiting[-1]
                tensor = next(rest, None)
                if tensor is not None:
                    self._enter(tensor, ends, finished, begun, waiting)
                    continue
                waiting.pop()
                finished.add(node)
                self.nodes.append(node)

    def _enter(
        self,
        tensor: KTensor,
        ends: Collection[KTensor],
        finished: set[Node],
        begun: set[Node],
        waiting: list[tuple[Node, Iterator[KTensor]]],
    ) -> None:
        node = tensor.node
        if node in finished or node in begun:
            return
        if tensor in ends:
            finished.add(node)
            return
        self._met.setdefault(node.layer, len(self._met))
        begun.add(node)
        waiting.append((node, iter(node.inputs)))

    def _layer_depths(self) -> dict[GraphLayer, int]:
        of_node: dict[Node, int] = {}
        of_layer: dict[GraphLayer, int] = {}
        inside = set(self.nodes)
        for node in reversed(self.nodes):
            depth = max(of_node.get(node, 0), of_layer.get(node.layer, 0))
            of_layer[node.layer] = of_node[node] = depth
            for tensor in node.inputs:
                if tensor.node in inside:
                    of_node[tensor.node] = max(depth + 1, of_node.get(tensor.node, 0))
        return of_layer
