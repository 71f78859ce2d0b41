"""Hostile and broken input: the right exit status, a message that helps, nothing executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

MODEL = "\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(3)])\n"

BROKEN = {
    "syntax error": ("model = keras.Sequential([\n  layers.Dense(3\n", 2, "cnn.py:"),
    "empty": ("", 2, "no Keras model"),
    "only comments": ("# nothing\n", 2, "no Keras model"),
    "endless loop": ("while True:\n    pass\n", 2, ""),
    "huge power": ("x = 9**9**9\n", 2, "no Keras model"),
    "huge list": ("x = [0] * 10**12\n", 2, "no Keras model"),
    "huge string": ("x = 'a' * 10**12\n", 2, "no Keras model"),
    "huge shift": ("x = 1 << 10**10\n", 2, "no Keras model"),
    "huge format": ("x = f'{1:1000000000}'\n", 2, "no Keras model"),
    "nested brackets": ("x = " + "[" * 10_000 + "]" * 10_000, 2, ""),
    "nested calls": ("x = " + "f(" * 5_000 + ")" * 5_000, 2, ""),
    "endless recursion": ("def f(n):\n    return f(n + 1)\nf(0)\n", 2, ""),
    "bases of a class": ("x = ().__class__.__bases__[0].__subclasses__()\n", 2, "no Keras model"),
    "format of an attribute": ("x = '{0.__class__}'.format(layers)\n", 2, "no Keras model"),
    "import of os": ("import os\nos.system('touch owned')\n", 2, "no Keras model"),
    "eval": ("eval(\"__import__('os').system('touch owned')\")\n", 2, "no Keras model"),
    "kernel too large": (
        "model = keras.Sequential([\n  keras.Input((3, 3, 1)),\n  layers.Conv2D(4, 5)])\n",
        1,
        "cnn.py:3: conv2d",
    ),
    "negative filters": (
        "model = keras.Sequential([keras.Input((9, 9, 1)),\n  layers.Conv2D(-4, 5)])\n",
        1,
        "cnn.py:2: ",
    ),
    "fractional filters": (
        "model = keras.Sequential([keras.Input((9, 9, 1)),\n  layers.Conv2D(4.0, 5)])\n",
        1,
        "filters=4.0",
    ),
    "no input shape": ("model = keras.Sequential([layers.Dense(3)])\n", 2, "input shape"),
    "unknown layer": (
        "model = keras.Sequential([keras.Input((8,)),\n  layers.Densee(3)])\n",
        1,
        "layers.Dense(3)",
    ),
    "unknown argument": (
        "model = keras.Sequential([keras.Input((9, 9, 1)),\n  layers.Conv2D(3, 3, strdes=2)])\n",
        1,
        "Conv2D(3, 3, strides=2)",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_sources(
    kind: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, status, said = BROKEN[kind]
    monkeypatch.chdir(tmp_path)
    Path("cnn.py").write_text(text, encoding="utf-8")
    done = run("derive", "cnn.py")
    assert done.status == status, done.err
    assert done.out == ""
    assert done.err.startswith("cnn.py"), done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) <= 8
    assert not Path("owned").exists()


@pytest.mark.parametrize(
    "harmless",
    [
        "import os\nfor line in open('/etc/passwd'): print(line)\n",
        "x = 9**9**9\ny = [0] * 10**12\n",
        "class A: pass\nA().b.c = 1\n",
        "history = model.fit(x_train, y_train, epochs=5)\n",
    ],
)
def test_what_is_not_the_model_is_passed_over(harmless: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cnn.py"
    path.write_text(harmless + MODEL + harmless, encoding="utf-8")
    done = run("derive", path, "--detail", "brief")
    assert done.status == 0, done.err
    assert "27" in done.out


def test_an_endless_loop_after_the_model_ends_the_reading_with_a_note(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "cnn.py"
    path.write_text(MODEL + "while True:\n    pass\n", encoding="utf-8")
    done = run("derive", path)
    assert done.status == 0
    assert "27" in done.out


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\x00d", b"PK\x03\x04\x00\x00"])
def test_a_binary_file_is_refused(content: bytes, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cnn.py"
    path.write_bytes(content)
    done = run("derive", path)
    assert done.status == 2
    assert "cnn.py" in done.err
    assert "text" in done.err


def test_a_file_that_is_not_there(run: Run) -> None:
    done = run("derive", "nowhere.py")
    assert done.status == 2
    assert "nowhere.py" in done.err


def test_a_directory(run: Run, tmp_path: Path) -> None:
    assert run("derive", tmp_path).status == 2


def test_control_characters_of_a_name_do_not_reach_the_terminal(run: Run) -> None:
    source = "keras.Sequential([keras.Input((8,)), layers.Dense(3, name='a\\x1b[31mb')])"
    done = run("derive", source)
    assert "\x1b" not in done.out + done.err
