"""Elements of HTML, and what of a layer colours the page."""

from __future__ import annotations

from layermath.derivation.records import LayerDerivation


def element(tag: str, content: str, **attributes: str | None) -> str:
    """``<tag name="value">content</tag>``; both are escaped already. A trailing ``_`` of a name is
    left out, one inside is a hyphen, and what is None is not there."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{value}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{content}</{tag}>"


def kind_of(layer: LayerDerivation) -> str:
    """What colour a layer has: of convolutions, of pooling, of dense layers, of all others."""
    name = layer.type
    if "Conv" in name:
        return "conv"
    if "Pool" in name:
        return "pool"
    return "dense" if "Dense" in name else "other"
