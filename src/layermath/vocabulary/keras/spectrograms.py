"""Keras's spectrograms.

Source: Keras, *Audio preprocessing layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layermath.algebra.floors import Size, floor_div
from layermath.messages import Name, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import choice, count, flag, optional, wrong
from layermath.vocabulary.keras.convolutions import LAYOUT, padding
from layermath.vocabulary.keras.encoding import bins, number_of_bins
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over

_WINDOWS = (
    "bart", "barthann", "bartlett", "bkh", "black", "blackharr", "blackman", "blackmanharris",
    "blk", "bman", "bmn", "bohman", "box", "boxcar", "brt", "brthan", "bth", "cosine",
    "exponential", "flat", "flattop", "flt", "halfcosine", "ham", "hamm", "hamming", "han",
    "hann", "lanczos", "nut", "nutl", "nuttall", "ones", "par", "parz", "parzen", "poisson",
    "rect", "rectangular", "sinc", "taylor", "taylorwin", "tri", "triang", "triangle", "tuk",
    "tukey",
)  # fmt: skip
"""The windows that SciPy knows by a word alone."""


def _window(value: object, name: str, rank: int = 0) -> object:
    """How a frame fades in and out: a word, a function, or a value for each sample."""
    if isinstance(value, str):
        return choice(*_WINDOWS)(value, name, rank)
    if isinstance(value, (tuple, int, float)):
        raise wrong(name, value, _("it must be the name of a window, or a function"))
    return tuple(value) if isinstance(value, list) else None


def _lengths(given: Mapping[str, Any]) -> dict[str, Size]:
    """A step is half a frame, and the Fourier transform the next power of two that is no shorter
    than one, if nothing else is said."""
    frame, fft = given["frame_length"], given["fft_length"]
    if fft is None:
        if not isinstance(frame, int):
            raise ModelProblem(
                _(
                    "{argument} must be given where {frame} is a letter",
                    argument=Name("fft_length"),
                    frame=Name("frame_length"),
                ),
            )
        fft = 1 << (frame - 1).bit_length()
    return {"step": given["frame_step"] or floor_div(frame, 2), "fft": fft}


TYPES = (
    LayerType(
        "MelSpectrogram",
        "spectrograms.MelSpectrogram",
        parameters(
            Parameter("fft_length", count, 2048, "fft"),
            Parameter("sequence_stride", count, 512, "step"),
            Parameter("sequence_length", optional(bins), None, "frame"),
            passed_over("window sampling_rate"),
            Parameter("num_mel_bins", number_of_bins, 128, "bands"),
            passed_over("min_freq max_freq power_to_db top_db mag_exp min_power ref_power"),
        ),
        spelling=KERAS,
    ),
    LayerType(
        "STFTSpectrogram",
        "spectrograms.STFTSpectrogram",
        parameters(
            Parameter(
                "mode", choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"), "log"
            ),
            Parameter("frame_length", count, 256, "frame"),
            checked("frame_step", optional(count), None),
            checked("fft_length", optional(count), None),
            checked("window", _window, "hann"),
            passed_over("periodic"),
            checked("scaling", optional(choice("density", "spectrum")), "density"),
            padding("valid", "same"),
            Parameter("expand_dims", flag, False, "apart"),
            LAYOUT,
        ),
        spelling=KERAS,
        makes=_lengths,
    ),
)
