"""Inputs that are broken at random: whatever comes in, out comes a derivation or a clean error.

    python tests/benchmarks/fuzz.py 20000 [SEED]

Changed configurations, archives, notebooks and sources are read, derived and written as text.
Every run must end within two seconds, with nothing but a `LayermathError`, and all of them within
one gigabyte. The first input that does otherwise is written to a file, and ends the fuzzing.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.readers import configs
from tests.readers.test_fuzz import SOURCES, changed

import layermath as lm

DATA = Path(__file__).parents[1] / "data"
SECONDS = 2.0
BYTES = 1024**3
LONGEST_MESSAGE = 6000

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 7, 255, 10**6, 10**15, -(10**9), 10**40, 0.5, 1e400),
    *("", "a", "same", "valid", "channels_first", "relu", "x" * 300, "\x1b[31m", "dense", "/", "é"),
    *([], [[]], {}, [None], [1, 2], [0, 0], [3, 3], [-1], [None, None, 3], ["a", 0, 0], {"a": 1}),
    {"class_name": "Dense", "config": {"units": 3}},
    {"class_name": "__tuple__", "items": [1, None]},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["dense", 0, 0]}},
    {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": 0}},
    {"module": "keras.layers", "class_name": "LSTM", "config": {"units": 3, "name": "l"}},
    {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": []}},
]
CLASSES = [
    *("Dense", "Conv2D", "Conv1D", "Conv3D", "Conv2DTranspose", "DepthwiseConv2D", "LSTM", "GRU"),
    *("Bidirectional", "TimeDistributed", "Add", "Concatenate", "Dot", "Reshape", "Permute"),
    *("Flatten", "Embedding", "MultiHeadAttention", "Attention", "EinsumDense", "Lambda"),
    *("BatchNormalization", "GroupNormalization", "UpSampling2D", "ZeroPadding2D", "Cropping2D"),
    *("RepeatVector", "PReLU", "Softmax", "Resizing", "InputLayer", "Functional", "Sequential"),
    *("GetItem", "Mean", "Matmul", "Transpose", "Einsum", "Squeeze", "ExpandDims", "Own", ""),
]
"""Classes that a layer is turned into, with arguments that are another's."""


def texts() -> tuple[list[str], list[str]]:
    """Configurations as Keras wrote them: small ones, and whole architectures."""
    small, large = (
        [
            gzip.decompress(path.read_bytes()).decode()
            for path in sorted((DATA / folder).glob("*.json.gz"))
        ]
        for folder in ("keras_configs", "keras_models")
    )
    by_hand = [
        configs.sequential3(
            [configs.input3("x", None, 4), configs.layer3("Dense", "dense", units=3)]
        ),
        configs.functional2(
            [
                configs.layer2("InputLayer", "x", batch_input_shape=[None, 8, 8, 3]),
                configs.layer2("Conv2D", "c", [["x", 0, 0, {}]], filters=4, kernel_size=[3, 3]),
                configs.layer2("Conv2D", "d", [["x", 0, 0, {}]], filters=4, kernel_size=[3, 3]),
                configs.layer2("Add", "sum", [["c", 0, 0, {}], ["d", 0, 0, {}]]),
            ],
            [["x", 0, 0]],
            [["sum", 0, 0]],
        ),
    ]
    return [*small, *[configs.text(one) for one in by_hand] * 3], large


SMALL, LARGE = texts()


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every list and dict in a JSON value, with each of its keys."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (dict, list)):
            keys = list(one) if isinstance(one, dict) else range(len(one))
            found += [(one, key) for key in keys]
            waiting += [one[key] for key in keys]
    return found


def change(value: Any, chance: random.Random) -> None:
    """Change a JSON value at one place."""
    every = places(value)
    if not every:
        return
    inside, key = chance.choice(every)
    how = chance.randrange(9)
    if how == 0:
        del inside[key]
    elif how == 1 and isinstance(inside, list):
        inside.insert(key, inside[key])
    elif how == 2:
        other, its_key = chance.choice(every)
        copied = json.loads(json.dumps(other[its_key]))
        inside[key] = copied
    elif how == 3 and isinstance(inside, dict):
        inside[chance.choice(["name", "shape", "axis", "units", "layer", key + "s"])] = inside.pop(
            key
        )
    elif how == 4:
        inside[key] = [inside[key]]
    elif how == 5:
        layers = [one for one, name in every if name == "class_name"]
        if layers:
            chance.choice(layers)["class_name"] = chance.choice(CLASSES)
    elif how == 6 and isinstance(inside[key], int):
        inside[key] += chance.choice([-1, 1, 100])
    else:
        inside[key] = json.loads(json.dumps(chance.choice(VALUES)))


def config(chance: random.Random) -> str:
    """A configuration, changed as a value or as text."""
    text = chance.choice(LARGE if chance.random() < 0.02 else SMALL)
    if chance.random() < 0.15:
        return scrambled(text, chance)
    value = json.loads(text)
    for _change in range(chance.randint(1, 4)):
        change(value, chance)
    return json.dumps(value)


def scrambled(text: str, chance: random.Random) -> str:
    """Text that is cut, doubled or changed at random places."""
    for _change in range(chance.randint(1, 4)):
        place, other = sorted(chance.randrange(len(text) + 1) for _end in range(2))
        how = chance.randrange(4)
        if how == 0:
            text = text[:place] + text[min(other, place + 40) :]
        elif how == 1:
            text = text[:place] + chance.choice('[]{}",:0e-\\ \0é') + text[place:]
        elif how == 2:
            text = text[:place]
        else:
            text = text[:place] + text[place:other][:400] * chance.randint(2, 30) + text[other:]
    return text


def archive(chance: random.Random) -> bytes:
    """An archive with a configuration, its bytes changed."""
    file = io.BytesIO()
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(file, "w", method) as opened:
        for name in chance.sample(["config.json", "metadata.json", "../config.json"], 2):
            opened.writestr(name, config(chance))
    content = bytearray(file.getvalue())
    for _change in range(chance.choice([0, 1, 1, 2, 8])):
        # the ends are where the lists of contents are
        place = chance.choice([chance.randrange(len(content)), -chance.randrange(1, 160)])
        content[place] = chance.choice([0, 1, 255, chance.randrange(256)])
    if chance.random() < 0.1:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def notebook(chance: random.Random) -> str:
    """A notebook whose cells are a changed source, itself changed."""
    source = changed(chance.choice(SOURCES), chance) if chance.random() < 0.7 else SOURCES[0]
    cells: list[Any] = [
        {"cell_type": chance.choice(["code", "code", "code", "markdown", 3]), "source": part}
        for part in source.split("\n\n")
    ]
    cells.insert(
        chance.randrange(len(cells) + 1),
        {
            "cell_type": "code",
            "source": chance.choice(["%time", "!ls\n", "%%bash\nls", "x?", "(", ["a\n", "%b"], []]),
        },
    )
    value = {"cells": cells, "nbformat": 4, "metadata": {}}
    if chance.random() < 0.4:
        change(value, chance)
    text = json.dumps(value)
    return scrambled(text, chance) if chance.random() < 0.1 else text


def source(chance: random.Random) -> str:
    """A changed source."""
    return changed(chance.choice(SOURCES), chance)


KINDS: dict[str, tuple[int, Callable[[random.Random], str | bytes]]] = {
    "config": (8, config),
    "archive": (3, archive),
    "notebook": (2, notebook),
    "source": (3, source),
}


def attempt(content: str | bytes, file: Path) -> str:
    """Read, derive and write one input. Returns how it ended."""
    try:
        if isinstance(content, bytes):
            file.write_bytes(content)
            network = lm.load(file)
        else:
            network = lm.loads(content)
        derivation = lm.derive(network)
        str(derivation)
        json.dumps(derivation.to_dict())
    except lm.LayermathError as error:
        said, status = str(error), error.exit_code
        if not said or len(said) > LONGEST_MESSAGE or status not in (1, 2):
            raise AssertionError(f"exit {status}: {len(said)} characters are told") from error
        return f"exit {status}"
    return "derived"


def run(number: int, seed: int = 0) -> Counter[str]:
    """Fuzz with so many inputs. Raises what went wrong, its input in a file beside."""
    ended: Counter[str] = Counter()
    slowest: tuple[float, str] = (0.0, "")
    kinds = [kind for kind, (weight, _make) in KINDS.items() for _one in range(weight)]
    with tempfile.TemporaryDirectory() as folder:
        for one in range(number):
            chance = random.Random(f"{seed}.{one}")
            kind = chance.choice(kinds)
            content = KINDS[kind][1](chance)
            began = time.process_time()
            try:
                ended[f"{kind}: {attempt(content, Path(folder) / 'model.keras')}"] += 1
                took = time.process_time() - began
                assert took < SECONDS, f"{took:.1f} s"
            except BaseException as error:
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{one}.{kind}"
                kept.write_bytes(content if isinstance(content, bytes) else content.encode())
                error.add_note(f"input {seed}.{one}, a {kind}, is in {kept}")
                raise
            slowest = max(slowest, (took, f"{seed}.{one}, a {kind}"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert most < BYTES, f"{most:,} bytes"
    print(
        f"{number} inputs, the slowest {slowest[0]:.2f} s ({slowest[1]}), {most >> 20} MB at most"
    )
    return ended


if __name__ == "__main__":
    counted = run(*map(int, sys.argv[1:3])) if sys.argv[1:] else run(2000)
    for how, times in sorted(counted.items()):
        print(f"{times:7} {how}")
