"""TorchModuleWrapper: a module of PyTorch as a layer.

Sources: Keras, `TorchModuleWrapper`; PyTorch, ``torch.nn`` (the shapes of the weights).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from layermath.algebra.floors import as_size, letter
from layermath.algebra.unknown import is_known, unknown
from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.rules.axes import axes_of
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.stated import stated
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import Unfollowed, argument, is_size, shown, wrong
from layermath.vocabulary.layer import Layer, Shape


def module(value: object, name: str, rank: int = 0) -> Unfollowed:
    """A module of PyTorch, as it is written."""
    if value is None or isinstance(value, (bool, int, float, str, tuple, list, dict, Layer)):
        raise wrong(name, value, _("it must be a module of PyTorch"))
    return value if isinstance(value, Unfollowed) else Unfollowed(str(value))


def batched(value: object, name: str, rank: int = 0) -> object:
    """A shape with its batch axis; an axis that is left open is None."""
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or not all(
        item is None or is_size(item) for item in value
    ):
        raise wrong(name, value, _("it must be a tuple of whole numbers, the batch first"))
    return tuple(None if item is None else as_size(item) for item in value)


@dataclass(frozen=True)
class TorchModuleWrapper(Layer):
    """A module of PyTorch. What comes out is known only where ``output_shape`` says so; the
    parameters, where the modules are written in place and are well known."""

    takes_one = False

    module: Unfollowed = argument(module)
    output_shape: object = argument(batched, None)

    def apply(self, *inputs: Any) -> Applied:
        """Apply to one tensor or several. Raises `ModelProblem` where nothing says what comes
        out."""
        if not isinstance(self.output_shape, tuple):
            raise ModelProblem(
                _("nothing says what shape comes out of a module of PyTorch"),
                _("Give the layer {argument}, the batch first.", argument=Code("output_shape=…")),
            )
        output: Shape = tuple(
            unknown(f"{self.module.text} {place}") if size is None else size
            for place, size in enumerate(self.output_shape[1:])
        )
        params = parameters(self.module.text)
        known = is_known(params if params is not None else unknown("params"))
        return Applied(
            (output,),
            (*_sizes(output), *stated(params, params, None)),
            view="unknown",
            sentences=(
                _(
                    "{module} is a module of PyTorch: what comes out is what {argument} says.",
                    module=shown(self.module),
                    argument=Code("output_shape"),
                ),
                *(
                    (_("Its parameters are those of the modules that stand there."),)
                    if known
                    else (_("Its parameters are unknown here."),)
                ),
            ),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There is no rule for what is inside."""
        return (nothing_to_learn(_("beside those of the module inside")),)


def _sizes(output: Shape) -> tuple[Filled, ...]:
    """The sizes, as they are written."""
    axes = axes_of(len(output)) if output else ()
    return tuple(
        Filled(
            Equation(
                axis.quantity,
                axis.size_out,
                "given-size",
                axis.label,
                letter(f"{axis.letter}_given"),
                _("what {argument} says", argument=Code("output_shape")),
            ),
            {letter(f"{axis.letter}_given"): size},
        )
        for axis, size in zip(axes, output, strict=True)
    )


def parameters(text: str) -> int | None:
    """The parameters of modules that are written in place, ``torch.nn.Linear(8, 4)``: None where
    one of them is not known here, or is not written with plain numbers."""
    try:
        return _of_module(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def _of_module(node: ast.expr) -> int | None:
    if not isinstance(node, ast.Call):
        return None
    name = ast.unparse(node.func).rpartition(".")[2]
    if name == "Sequential":
        counts = [_of_module(inner) for inner in node.args]
        if node.keywords or any(count is None for count in counts):
            return None
        return sum(count for count in counts if count is not None)
    if name in _WITHOUT:
        return 0
    arguments = [ast.literal_eval(inner) for inner in node.args]
    options = {str(key.arg): ast.literal_eval(key.value) for key in node.keywords}
    rule = _RULES.get(name)
    return None if rule is None else rule(arguments, options)


_WITHOUT = frozenset(
    {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Sigmoid", "Tanh",
        "Softmax", "LogSoftmax", "Softplus", "Hardswish", "Hardtanh", "Identity", "Flatten",
        "Unflatten", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "MaxPool1d", "MaxPool2d",
        "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d",
        "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
        "AdaptiveMaxPool3d", "Upsample", "ZeroPad2d", "PixelShuffle",
    }
)  # fmt: skip
"""Modules without parameters."""

_Rule = Callable[[Sequence[Any], Mapping[str, Any]], int]


def _given(
    names: Sequence[str], arguments: Sequence[Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    return {**dict(zip(names, arguments, strict=False)), **options}


def _linear(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """Weights ``(out, in)``, bias ``(out,)``."""
    given = _given(("in_features", "out_features", "bias"), arguments, options)
    return int((given["in_features"] + bool(given.get("bias", True))) * given["out_features"])


def _convolution(rank: int, *, transposed: bool = False) -> _Rule:
    """Weights ``(out, in/groups, K, …)``, bias ``(out,)``; transposed, ``(in, out/groups, …)``."""
    names = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
    further = ("output_padding", "groups", "bias") if transposed else ("dilation", "groups", "bias")

    def rule(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
        given = _given((*names, *further), arguments, options)
        kernel = given["kernel_size"]
        sizes = kernel if isinstance(kernel, (tuple, list)) else (kernel,) * rank
        out = given["out_channels"]
        weights = given["in_channels"] * out // given.get("groups", 1) * prod(sizes)
        return int(weights + out * bool(given.get("bias", True)))

    return rule


def _batch_norm(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """A weight and a bias for each channel; the running means are no parameters."""
    given = _given(("num_features", "eps", "momentum", "affine"), arguments, options)
    return int(2 * given["num_features"] * bool(given.get("affine", True)))


def _group_norm(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """A weight and a bias for each channel."""
    given = _given(("num_groups", "num_channels", "eps", "affine"), arguments, options)
    return int(2 * given["num_channels"] * bool(given.get("affine", True)))


def _layer_norm(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """A weight and a bias for each value of the shape."""
    names = ("normalized_shape", "eps", "elementwise_affine", "bias")
    given = _given(names, arguments, options)
    shape = given["normalized_shape"]
    size = prod(shape) if isinstance(shape, (tuple, list)) else shape
    if not given.get("elementwise_affine", True):
        return 0
    return int(size * (1 + bool(given.get("bias", True))))


def _embedding(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """A row for each word."""
    given = _given(("num_embeddings", "embedding_dim"), arguments, options)
    return int(given["num_embeddings"] * given["embedding_dim"])


def _prelu(arguments: Sequence[Any], options: Mapping[str, Any]) -> int:
    """A slope, or one for each channel."""
    return int(_given(("num_parameters",), arguments, options).get("num_parameters", 1))


_RULES: dict[str, _Rule] = {
    "Linear": _linear,
    **{f"Conv{rank}d": _convolution(rank) for rank in (1, 2, 3)},
    **{f"ConvTranspose{rank}d": _convolution(rank, transposed=True) for rank in (1, 2, 3)},
    **{f"BatchNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
    "GroupNorm": _group_norm,
    "LayerNorm": _layer_norm,
    "Embedding": _embedding,
    "PReLU": _prelu,
}
