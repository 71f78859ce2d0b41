"""Archives: only the configuration inside is read, whatever else there is."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
from pathlib import Path

import pytest

import layermath as lm
from layermath import sources
from tests.readers.configs import input3, layer3, sequential3, text

CONFIG = text(sequential3([input3("x", 4), layer3("Dense", "dense", units=3)]))


def archive(
    path: Path, *contents: tuple[str, str | bytes], method: int = zipfile.ZIP_STORED
) -> Path:
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, content in contents:
            opened.writestr(name, content)
    return path


def refused(path: Path) -> str:
    with pytest.raises(lm.LayermathError) as raised:
        lm.load(path)
    assert raised.value.exit_code == 2
    assert len(str(raised.value).splitlines()) <= 3
    return str(raised.value)


@pytest.mark.parametrize("name", ["m.keras", "m.zip", "m.py", "m"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_config_is_found_whatever_the_file_is_called(
    name: str, method: int, tmp_path: Path
) -> None:
    path = archive(
        tmp_path / name,
        ("metadata.json", "{}"),
        ("config.json", CONFIG),
        ("model.weights.h5", b"\0" * 9000),
        method=method,
    )
    assert lm.derive(lm.load(path)).totals.params == 15


def test_an_archive_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = archive(tmp_path / "m.keras", ("config.json", CONFIG)).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert sources.find("-").text == CONFIG


def test_no_config(tmp_path: Path) -> None:
    assert "config.json" in refused(archive(tmp_path / "m.keras", ("other.json", CONFIG)))


def test_names_that_lead_elsewhere_are_not_the_config(tmp_path: Path) -> None:
    names = ["../config.json", "/config.json", "a/config.json", "./config.json", "CONFIG.JSON"]
    path = archive(tmp_path / "m.keras", *((name, CONFIG) for name in names))
    assert "config.json" in refused(path)
    assert [*tmp_path.iterdir()] == [path]


def test_a_bomb(tmp_path: Path) -> None:
    zeros = "{" + " " * 70_000_000 + "}"
    path = archive(tmp_path / "m.keras", ("config.json", zeros), method=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    assert "too long" in refused(path)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    zeros = "{" + " " * 30_000_000 + "}"
    path = archive(tmp_path / "m.keras", ("config.json", zeros), method=zipfile.ZIP_DEFLATED)
    content = path.read_bytes().replace(struct.pack("<L", len(zeros)), struct.pack("<L", 100))
    path.write_bytes(content)
    refused(path)


def test_a_config_inside_that_is_no_model(tmp_path: Path) -> None:
    for content in ("", "[]", "{}", "import os", "{", "\0", b"\xff\xfe"):
        refused(archive(tmp_path / "m.keras", ("config.json", content)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing(method: int, tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", ("config.json", CONFIG), method=method)
    assert "unusual" in refused(path)


def test_encrypted(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", ("config.json", CONFIG))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refused(path)


def test_a_long_list_of_contents(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", *((f"{n:0100}", b"") for n in range(8000)))
    assert "list of contents" in refused(path)


def test_cut_short_and_changed(tmp_path: Path) -> None:
    whole = archive(tmp_path / "m.keras", ("config.json", CONFIG)).read_bytes()
    path = tmp_path / "cut.keras"
    for length in range(4, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        refused(path)


def test_hdf5(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as opened:
        opened.attrs["model_config"] = CONFIG
    assert lm.derive(lm.load(path)).totals.params == 15
    with h5py.File(path, "w") as opened:
        opened.create_group("weights")
    assert "model_config" in refused(path)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 50)
    refused(path)


def test_hdf5_without_h5py(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layermath.readers.archives.find_spec", lambda name: None)
    path = tmp_path / "m.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 50)
    assert "pip install 'layermath[h5]'" in refused(path)


@pytest.mark.parametrize("name", ["m.json", "m.py", "m.keras", "m.ipynb", "m.h5"])
def test_content_decides_and_not_the_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(CONFIG, encoding="utf-8")
    assert lm.derive(lm.load(path)).totals.params == 15
    path.write_text("keras.Sequential([keras.Input((4,)), layers.Dense(3)])", encoding="utf-8")
    assert lm.derive(lm.load(path)).totals.params == 15


def test_a_config_in_quotes() -> None:
    assert sources.find(CONFIG) == sources.Source(CONFIG)
    assert lm.derive(lm.loads(f"\n  {CONFIG}")).totals.params == 15
