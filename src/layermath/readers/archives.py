"""Keras's files: the ``.keras`` archive, and HDF5. Only the configuration inside is read."""

from __future__ import annotations

import struct
import zlib
from importlib.util import find_spec
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from layermath.messages import Code, Message, Name, _
from layermath.problems import CallProblem

ZIP = b"PK"
HDF5 = b"\x89HDF\r\n\x1a\n"

CONFIG = "config.json"

CONFIG_BYTES = 64 * 1024 * 1024
"""The longest configuration that is read."""

DIRECTORY_BYTES = 1024 * 1024
"""The longest list of contents: an archive of Keras holds a handful of files."""

MOST_TIMES = 400
"""How many times longer than in the archive the configuration may be, at most. Where a network
repeats itself it shrinks a hundredfold."""

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_END_BYTES = 22
_COMMENT_BYTES = 65_535
_ENCRYPTED = 1


def config_of_archive(file: BinaryIO, name: str) -> bytes:
    """The ``config.json`` of a ``.keras`` archive. Raises `CallProblem`."""
    try:
        _check_directory(file, name)
        with ZipFile(file) as archive:
            try:
                info = archive.getinfo(CONFIG)
            except KeyError:
                raise _no_model(name, _("it has no {file} inside", file=Code(CONFIG))) from None
            _check(info, name)
            with archive.open(info) as config:
                content = config.read(CONFIG_BYTES + 1)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
        raise _broken(name, error) from None
    except (NotImplementedError, RuntimeError) as error:  # of a method or a lock unknown to Python
        raise _broken(name, error) from None
    if len(content) > CONFIG_BYTES:
        raise _no_model(name, _("its {file} is too long", file=Code(CONFIG)))
    return content


def _check_directory(file: BinaryIO, name: str) -> None:
    """Refuse an archive with a long list of contents before the list is read."""
    size = file.seek(0, 2)
    start = max(0, size - _END_BYTES - _COMMENT_BYTES - 76)
    file.seek(start)
    tail = file.read(size - start)
    at = tail.rfind(_END)
    if at < 0:
        raise BadZipFile("it is cut short")
    listed: int = struct.unpack_from("<L", tail, at + 12)[0]
    if listed == 0xFFFFFFFF:  # of an archive over 4 GB: the length stands in a record before this
        before = tail.rfind(_END_64, 0, at)
        if before < 0:
            raise BadZipFile("it is cut short")
        listed = struct.unpack_from("<Q", tail, before + 40)[0]
    if listed > DIRECTORY_BYTES:
        raise _no_model(name, _("its list of contents is too long"))
    file.seek(0)


def _check(info: ZipInfo, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise _no_model(name, _("its {file} is encrypted", file=Code(CONFIG)))
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _no_model(name, _("its {file} is packed in an unusual way", file=Code(CONFIG)))
    too_long = info.file_size > CONFIG_BYTES
    if too_long or info.file_size > MOST_TIMES * max(info.compress_size, 1000):
        raise _no_model(name, _("its {file} is too long", file=Code(CONFIG)))


def config_of_hdf5(file: BinaryIO, name: str) -> bytes:
    """The ``model_config`` of an HDF5 file. Raises `CallProblem`."""
    if find_spec("h5py") is None:
        raise CallProblem(
            _("{file}: reading HDF5 needs h5py", file=Name(name)),
            _("{command}", command=Code("pip install 'layermath[h5]'")),
        )
    import h5py

    try:
        with h5py.File(file, "r") as opened:
            written = opened.attrs.get("model_config")
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError) as error:
        raise _broken(name, error) from None
    if written is None:
        raise _no_model(
            name,
            _("it has no {attribute}: perhaps weights alone", attribute=Code("model_config")),
        )
    content = written.encode() if isinstance(written, str) else written
    if not isinstance(content, bytes) or len(content) > CONFIG_BYTES:
        raise _no_model(name, _("its {attribute} is too long", attribute=Code("model_config")))
    return content


def _no_model(name: str, reason: Message) -> CallProblem:
    return CallProblem(_("{file} is no Keras model: {reason}", file=Name(name), reason=reason))


def _broken(name: str, error: Exception) -> CallProblem:
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return CallProblem(
        _(
            "{file} is neither text nor a file that Keras wrote: {reason}",
            file=Name(name),
            reason=reason,
        )
    )
