from dataclasses import dataclass, field
from typing import List, Optional, Tuple

from keras import Input, Model, layers


@dataclass
class NetConfig:
    image_shape: Tuple[int, int, int] = (32, 32, 3)
    widths: List[int] = field(default_factory=lambda: [8, 16])
    dropout: float = 0.1
    classes: int = 4
    name: Optional[str] = None


class Builder(object):
    """Builds networks."""

    kernel = 3

    def __init__(self, config, activation="relu"):
        self.config = config
        self.activation = activation
        self._blocks = 0

    def _block(self, x, filters):
        self._blocks += 1
        x = layers.Conv2D(filters, self.kernel, padding="same", name=f"block{self._blocks}")(x)
        x = layers.Activation(self.activation)(x)
        return layers.MaxPooling2D()(x)

    def build(self):
        inputs = Input(self.config.image_shape)
        x = inputs
        for width in (8, 16):
            x = self._block(x, width)
        x = layers.Flatten()(x)
        if self.config.dropout > 0:
            x = layers.Dropout(self.config.dropout)(x)
        return Model(inputs, layers.Dense(self.config.classes)(x), name="built")


if __name__ == "__main__":
    builder = Builder(NetConfig(classes=5))
    net = builder.build()
    net.summary()
