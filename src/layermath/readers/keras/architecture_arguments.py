"""The architectures of ``keras.applications``: names, arguments, and what Keras refuses.

Source of the rules: Keras, ``keras.applications``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Symbol

from layermath.messages import Code, _
from layermath.messages import Shape as ShapePiece
from layermath.network.growing import KTensor
from layermath.problems import ModelProblem
from layermath.readers.python.refusals import needs_value
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import Unknown, lost

_DEFAULTS: Mapping[str, object] = {
    "include_top": True,
    "weights": "imagenet",
    "input_tensor": None,
    "input_shape": None,
    "pooling": None,
    "classes": 1000,
    "classifier_activation": "softmax",
    "name": None,
    "alpha": 1.0,
    "depth_multiplier": 1,
    "dropout": 0.001,
    "dropout_rate": 0.2,
    "minimalistic": False,
    "include_preprocessing": True,
}
_USUAL = (
    *("include_top", "weights", "input_tensor", "input_shape"),
    *("pooling", "classes", "classifier_activation"),
)
_SIGNATURES: Mapping[str, tuple[str, ...]] = {
    "convnext": ("include_top", "include_preprocessing", *_USUAL[1:], "name"),
    "efficientnet_v2": (*_USUAL, "include_preprocessing", "name"),
    "mobilenet": (
        *("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights"),
        *("input_tensor", "pooling", "classes", "classifier_activation", "name"),
    ),
    "mobilenet_v2": (
        *("input_shape", "alpha", "include_top", "weights"),
        *("input_tensor", "pooling", "classes", "classifier_activation", "name"),
    ),
    "mobilenet_v3": (
        *("input_shape", "alpha", "minimalistic", "include_top", "weights", "input_tensor"),
        *("classes", "pooling", "dropout_rate", "classifier_activation"),
        *("include_preprocessing", "name"),
    ),
    "nasnet": (
        *("input_shape", "include_top", "weights", "input_tensor"),
        *("pooling", "classes", "classifier_activation", "name"),
    ),
}
"""The arguments in their order, where a family has not the usual ones."""

_MUST_BE_KNOWN = (
    *("include_top", "pooling", "alpha", "depth_multiplier"),
    *("minimalistic", "include_preprocessing"),
)
"""Arguments that decide which layers there are."""


@dataclass(frozen=True)
class Architecture:
    """One name of ``keras.applications``: the source that has it, the name of the model, the side
    of the images that it was made for, and the least side that Keras lets it have."""

    source: str
    model: str
    size: int = 224
    least: int = 32

    @property
    def is_open(self) -> bool:
        """Whether it takes images of any size, with its last layers too."""
        return self.source == "mobilenet_v3"

    @property
    def signature(self) -> tuple[str, ...]:
        """The arguments, in their order."""
        return _SIGNATURES.get(self.source, (*_USUAL, "name"))


ARCHITECTURES: Mapping[str, Architecture] = {
    **{name: Architecture("vgg", name.lower()) for name in ("VGG16", "VGG19")},
    **{f"ResNet{n}": Architecture("resnet", f"resnet{n}") for n in (50, 101, 152)},
    **{f"ResNet{n}V2": Architecture("resnet_v2", f"resnet{n}v2") for n in (50, 101, 152)},
    **{f"DenseNet{n}": Architecture("densenet", f"densenet{n}") for n in (121, 169, 201)},
    "MobileNet": Architecture("mobilenet", "mobilenet_{alpha:0.2f}_{rows}"),
    "MobileNetV2": Architecture("mobilenet_v2", "mobilenetv2_{alpha:0.2f}_{rows}"),
    "Xception": Architecture("xception", "xception", 299, 71),
    "InceptionV3": Architecture("inception_v3", "inception_v3", 299, 75),
    **{
        f"EfficientNetB{n}": Architecture("efficientnet", f"efficientnetb{n}", size)
        for n, size in enumerate((224, 240, 260, 300, 380, 456, 528, 600))
    },
    **{
        f"EfficientNetV2{name}": Architecture(
            "efficientnet_v2", f"efficientnetv2-{name.lower()}", size
        )
        for name, size in zip(
            ("B0", "B1", "B2", "B3", "S", "M", "L"),
            (224, 240, 260, 300, 384, 480, 480),
            strict=True,
        )
    },
    "InceptionResNetV2": Architecture("inception_resnet_v2", "inception_resnet_v2", 299, 75),
    **{
        name: Architecture("mobilenet_v3", name)
        for name in ("MobileNetV3Small", "MobileNetV3Large")
    },
    "NASNetMobile": Architecture("nasnet", "nasnet_mobile"),
    "NASNetLarge": Architecture("nasnet", "nasnet_large", 331),
    **{
        f"ConvNeXt{size}": Architecture("convnext", f"convnext_{size.lower()}")
        for size in ("Tiny", "Small", "Base", "Large", "XLarge")
    },
}

_SIDES: Mapping[str, tuple[int, ...]] = {
    "mobilenet": (128, 160, 192, 224),
    "mobilenet_v2": (96, 128, 160, 192, 224),
}
"""The sides of images for which there are weights, where there is more than one."""

_ALPHAS: Mapping[str, tuple[float, ...]] = {
    "mobilenet": (0.25, 0.5, 0.75, 1.0),
    "mobilenet_v2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    "mobilenet_v3": (0.75, 1.0),
}


def given_to(
    name: str,
    architecture: Architecture,
    arguments: Sequence[object],
    keywords: Mapping[str, object],
    written: Written,
) -> dict[str, object]:
    """The value of every argument of the architecture."""
    signature = architecture.signature
    positional = dict(zip(signature, arguments, strict=False))
    message = None
    if len(arguments) > len(signature):
        message = _(
            "{code} takes at most {number} arguments",
            code=Code(name),
            number=len(signature),
        )
    for keyword in keywords:
        if keyword in positional:
            message = _("{name} is given twice", name=Code(keyword))
        elif keyword not in signature:
            message = _("{code} has no argument {name}", code=Code(name), name=Code(keyword))
    if message is not None:
        raise ModelProblem(message, line=written.line)
    defaults = {one: _DEFAULTS[one] for one in signature}
    if "{" not in architecture.model:
        defaults["name"] = architecture.model
    given = {**defaults, **positional, **keywords}
    if architecture.source == "efficientnet_v2" and given["name"] != architecture.model:
        # Keras looks the stages up under the model's name
        raise ModelProblem(
            _(
                "{code} keeps its own name: {name}",
                code=Code(name),
                name=Code(f"name={architecture.model!r}"),
            ),
            line=written.line,
        )
    for key in _MUST_BE_KNOWN:
        value = given.get(key)
        if isinstance(value, Symbol):
            raise needs_value(f"{name}({key}={value})", [str(value)], written.line)
        if isinstance(value, Unknown):
            raise lost(value)
    return given


def shape_of(architecture: Architecture, given: Mapping[str, object]) -> object:
    """The input shape that is meant, without the batch axis. Raises `ModelProblem` where Keras
    refuses it, or other arguments, together with the weights that it would load."""
    shape, whole = given["input_shape"], bool(given["include_top"])
    weights = given["weights"]
    pretrained = weights == "imagenet"
    if isinstance(weights, str) and not pretrained and not any(sign in weights for sign in "./\\"):
        raise ModelProblem(
            _(
                "the weights are {imagenet}, {none} or the name of a file",
                imagenet=Code("'imagenet'"),
                none=Code("None"),
            )
        )
    if pretrained:
        _check_pretrained(architecture, given)
    if isinstance(shape, list):
        shape = tuple(shape)
    side = _side(architecture, shape, given["input_tensor"])
    if shape is None or shape == ():
        known = (whole and not architecture.is_open) or architecture.model == "nasnet_mobile"
        return (side, side, 3) if known else (None, None, 3)
    if not isinstance(shape, tuple):
        return shape
    if len(shape) != 3:
        raise ModelProblem(
            _("the input shape has three axes: {code}", code=Code(f"({side}, {side}, 3)"))
        )
    if pretrained and whole and not architecture.is_open:
        expected = (side, side, 3)
        pairs = zip(shape, expected, strict=True)
        if any(one is None or (isinstance(one, int) and one != size) for one, size in pairs):
            raise ModelProblem(
                _(
                    "with {weights} and {top} the input shape is {shape}",
                    weights=Code("weights='imagenet'"),
                    top=Code("include_top=True"),
                    shape=ShapePiece(expected),
                ),
                _("Write {code} for other sizes.", code=Code("include_top=False")),
            )
    if pretrained and isinstance(shape[2], int) and shape[2] != 3:
        raise ModelProblem(_("{weights} are for 3 channels", weights=Code("weights='imagenet'")))
    return shape


def _check_pretrained(architecture: Architecture, given: Mapping[str, object]) -> None:
    """Raises `ModelProblem` where there are no weights for the arguments."""
    weights = Code("weights='imagenet'")
    classes = given["classes"]
    if given["include_top"] and isinstance(classes, int) and classes != 1000:
        raise ModelProblem(
            _("{weights} are for 1000 classes", weights=weights),
            _(
                "Write {top} and a {layer} of your own, or {none}.",
                top=Code("include_top=False"),
                layer=Code("Dense"),
                none=Code("weights=None"),
            ),
        )
    activation = given["classifier_activation"]
    if given["include_top"] and isinstance(activation, str) and activation != "softmax":
        raise ModelProblem(
            _(
                "{weights} are for {softmax} or {none} as the last activation",
                weights=weights,
                softmax=Code("'softmax'"),
                none=Code("None"),
            )
        )
    alphas = _ALPHAS.get(architecture.source)
    alpha = given.get("alpha")
    if architecture.source == "mobilenet_v3" and given["minimalistic"]:
        alphas = (1.0,)
    if alphas is not None and alpha not in alphas:
        raise ModelProblem(
            _(
                "there are {weights} for {alphas} only",
                weights=weights,
                alphas=Code(f"alpha={', '.join(map(str, alphas))}"),
            )
        )
    if given.get("depth_multiplier", 1) != 1:
        raise ModelProblem(
            _(
                "there are {weights} for {multiplier} only",
                weights=weights,
                multiplier=Code("depth_multiplier=1"),
            )
        )


def _side(architecture: Architecture, shape: object, tensor: object) -> int:
    """The side of the images that weights are for."""
    sides = _SIDES.get(architecture.source, ())
    if shape is None and isinstance(tensor, KTensor) and architecture.source == "mobilenet_v2":
        shape = tensor.shape
    if isinstance(shape, tuple) and len(shape) == 3 and shape[0] == shape[1] and shape[0] in sides:
        return int(shape[0])
    return architecture.size


def rows_of(architecture: Architecture, given: Mapping[str, object], shape: object) -> object:
    """The height of the images, as it stands in the name of the model."""
    rows = shape[0] if isinstance(shape, tuple) else None
    if given["weights"] == "imagenet":
        return _side(architecture, shape, given["input_tensor"])
    return rows


def check_size(architecture: Architecture, shape: Sequence[object]) -> None:
    """Raises `ModelProblem` for images that Keras refuses as too small."""
    least = architecture.least
    if any(isinstance(size, int) and size < least for size in shape[:2]):
        raise ModelProblem(
            _(
                "the images must be at least {least}×{least} for this architecture",
                least=least,
            )
        )


def check_tensor(tensor: KTensor) -> None:
    if len(tensor.shape) != 3:
        raise ModelProblem(
            _("the input has three axes, and {code} has not", code=Code("input_tensor"))
        )
