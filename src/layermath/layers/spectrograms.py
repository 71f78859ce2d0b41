"""Spectrograms: a sound becomes an image, of frequencies and time.

Source: Keras, *Audio preprocessing layers* (`MelSpectrogram`, `STFTSpectrogram`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import FloorDiv, Size, floor_div, letter
from layermath.algebra.unknown import unknown
from layermath.algebra.written import value, written
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, CHANNELS, HEIGHT, LENGTH, WIDTH, Axis, split_channels
from layermath.rules.equations import MACS, PARAMS, Applied, Equation, Filled, Requirement
from layermath.rules.weights import nothing_to_learn
from layermath.rules.windows import NONE, SAME, Windows, size_equation
from layermath.vocabulary.arguments import (
    anything,
    argument,
    choice,
    count,
    data_format,
    flag,
    optional,
    wrong,
)
from layermath.vocabulary.keras.convolutions import PADDINGS
from layermath.vocabulary.keras.encoding import bins, number_of_bins
from layermath.vocabulary.layer import Layer, Shape, require

S, K = letter("S"), letter("K")
B = letter("B")
"""The bands of a mel spectrogram."""
X = letter("X")
"""The length of the Fourier transform."""


@written
def mel_frames(n: Expr, s: Expr) -> Expr:
    """The frames of a mel spectrogram (Keras: ``(n + stride + 1) // stride``)."""
    return FloorDiv(n + s + 1, s)


@written
def frequencies(x: Expr) -> Expr:
    """A Fourier transform of ``x`` real values has ``⌊x/2⌋ + 1`` frequencies."""
    return FloorDiv(x, 2) + 1


@written
def frequency_values(x: Expr, both: bool) -> Expr:
    """The values for each moment: one for each frequency, or two, real and imaginary."""
    return 2 * (FloorDiv(x, 2) + 1) if both else FloorDiv(x, 2) + 1


@written
def frequency_channels(c: Expr, x: Expr, both: bool) -> Expr:
    """The values for each moment, for every channel of the sound."""
    return c * 2 * (FloorDiv(x, 2) + 1) if both else c * (FloorDiv(x, 2) + 1)


@written
def kernel_weights(k: Expr, x: Expr, both: bool) -> Expr:
    """A kernel as long as a frame for each frequency; one more for its imaginary part."""
    return 2 * k * (FloorDiv(x, 2) + 1) if both else k * (FloorDiv(x, 2) + 1)


@written
def multiplications(frames: Expr, c: Expr, k: Expr, x: Expr, both: bool) -> Expr:
    """One product for each frame, each channel and each weight."""
    return Mul(frames, c) * kernel_weights(k, x, both)


@dataclass(frozen=True)
class MelSpectrogram(Layer):
    """A sound ``(samples,)`` becomes ``(num_mel_bins, frames)``: how loud each band of pitches is
    in each frame."""

    fft_length: Size = argument(count, 2048)
    sequence_stride: Size = argument(count, 512)
    sequence_length: Size | None = argument(optional(bins), None)
    window: object = argument(anything, None)
    sampling_rate: object = argument(anything, None)
    num_mel_bins: Size = argument(number_of_bins, 128)
    min_freq: object = argument(anything, None)
    max_freq: object = argument(anything, None)
    power_to_db: object = argument(anything, None)
    top_db: object = argument(anything, None)
    mag_exp: object = argument(anything, None)
    min_power: object = argument(anything, None)
    ref_power: object = argument(anything, None)

    def __post_init__(self) -> None:
        """Keras wants a number of bands."""
        if self.num_mel_bins is None:
            raise wrong("num_mel_bins", None, _("it must be a whole number"))
        self._fits()

    def _fits(self) -> Requirement:
        """A frame fits into the Fourier transform."""
        return require(
            at_least(self.fft_length, self.sequence_length or self.fft_length),
            _(
                "a frame of {frame} samples must fit into the Fourier transform of {fft}",
                frame=self.sequence_length or self.fft_length,
                fft=self.fft_length,
            ),
        )

    def apply(self, shape: Shape) -> Applied:
        """Apply to sounds."""
        if not shape:
            # one sound, whose samples Keras takes for the batch: nothing says how many there are
            frames = unknown(f"frames of {self}")
            sizes: tuple[Filled, ...] = (Filled(_bands_equation(LENGTH.quantity), {B: frames}),)
        else:
            sizes = (
                Filled(_bands_equation(LENGTH.quantity), {B: self.num_mel_bins}),
                Filled(_mel_equation(), {LENGTH.size_in: shape[0], S: self.sequence_stride}),
            )
        return Applied(
            (tuple(size.value for size in sizes),),
            (*sizes, Filled(nothing_to_learn(_no_mel_weights()))),
            view="unknown",
            requirements=(self._fits(),),
            sentences=self._sentences(shape),
        )

    def _sentences(self, shape: Shape) -> tuple[Message, ...]:
        said = _(
            "The sound is cut into frames, a new one every {stride} samples. Each is taken apart "
            "into its frequencies, and these are summed into {bands} bands, as wide as the ear "
            "tells them apart.",
            stride=self.sequence_stride,
            bands=self.num_mel_bins,
        )
        if len(shape) < 2:
            return (said,)
        return (
            said,
            _(
                "Keras takes the first axis beside the batch for the time, and the further axes "
                "are missing in the shape that it states."
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``128``"""
        return (self.num_mel_bins,)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The bands and the frames; nothing is learned."""
        return (
            _bands_equation(LENGTH.quantity),
            _mel_equation(),
            nothing_to_learn(_no_mel_weights()),
        )


@cache
def _bands_equation(quantity: str) -> Equation:
    return Equation(
        quantity,
        letter("B_out"),
        "mel-bands",
        _("bands"),
        B,
        _("one row for each band of pitches"),
    )


@cache
def _mel_equation() -> Equation:
    return Equation(
        CHANNELS.quantity,
        LENGTH.size_out,
        "mel-frames",
        _("frames"),
        mel_frames(LENGTH.size_in, S),
        _("a frame every {S} samples; the sound is made longer at both ends", S=S),
    )


def _no_mel_weights() -> Message:
    return _("the bands of pitches are fixed: there is nothing to learn")


WINDOWS = (
    "bart", "barthann", "bartlett", "bkh", "black", "blackharr", "blackman", "blackmanharris",
    "blk", "bman", "bmn", "bohman", "box", "boxcar", "brt", "brthan", "bth", "cosine",
    "exponential", "flat", "flattop", "flt", "halfcosine", "ham", "hamm", "hamming", "han",
    "hann", "lanczos", "nut", "nutl", "nuttall", "ones", "par", "parz", "parzen", "poisson",
    "rect", "rectangular", "sinc", "taylor", "taylorwin", "tri", "triang", "triangle", "tuk",
    "tukey",
)  # fmt: skip
"""The windows that SciPy knows by a word alone."""


def window(value: object, name: str, rank: int = 0) -> object:
    """How a frame fades in and out: a word, a function, or a value for each sample."""
    if isinstance(value, str):
        return choice(*WINDOWS)(value, name, rank)
    if isinstance(value, (tuple, int, float)):
        raise wrong(name, value, _("it must be the name of a window, or a function"))
    return tuple(value) if isinstance(value, list) else None


@dataclass(frozen=True)
class STFTSpectrogram(Layer):
    """A sound ``(samples, C)`` becomes ``(frames, C·frequencies)``, by a convolution whose kernels
    are waves.

    Its kernels begin as the waves of a Fourier transform, and are trained like any others. Raises
    `ModelProblem` where a frame does not fit into the sound.
    """

    mode: str = argument(choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"), "log")
    frame_length: Size = argument(count, 256)
    frame_step: Size | None = argument(optional(count), None)
    fft_length: Size | None = argument(optional(count), None)
    window: object = argument(window, "hann")
    periodic: object = argument(anything, None)
    scaling: str | None = argument(optional(choice("density", "spectrum")), "density")
    padding: str = argument(choice("valid", "same"), "valid")
    expand_dims: bool = argument(flag, False)
    data_format: str = argument(data_format, None)

    def __post_init__(self) -> None:
        """What Keras asks of the lengths."""
        self._asked()

    @property
    def step(self) -> Size:
        """Half a frame, if nothing else is said."""
        return self.frame_step or floor_div(self.frame_length, 2)

    @property
    def fft(self) -> Size:
        """The next power of two that is no shorter than a frame, if nothing else is said."""
        if self.fft_length is not None:
            return self.fft_length
        if not isinstance(self.frame_length, int):
            raise ModelProblem(
                _(
                    "{argument} must be given where {frame} is a letter",
                    argument=Name("fft_length"),
                    frame=Name("frame_length"),
                ),
            )
        return 1 << (self.frame_length - 1).bit_length()

    def _asked(self) -> tuple[Requirement, ...]:
        return (
            require(
                at_least(self.step, 1) if self.frame_step is None else True,
                _(
                    "the step is half a frame, {frame}/2 rounded down, and must be at least 1",
                    frame=self.frame_length,
                ),
            ),
            require(
                at_least(self.frame_length, self.step),
                _(
                    "the step must not be longer than a frame: {step} and {frame}",
                    step=self.step,
                    frame=self.frame_length,
                ),
            ),
            require(
                at_least(self.fft, self.frame_length),
                _(
                    "a frame of {frame} samples must fit into the Fourier transform of {fft}",
                    frame=self.frame_length,
                    fft=self.fft,
                ),
            ),
        )

    def apply(self, shape: Shape) -> Applied:
        """Apply to sounds of one or more channels."""
        layout = "channels_first" if self.data_format == "channels_first" else "channels_last"
        spatial, channels = split_channels(shape, 1, layout)
        slid = self._windows().slide(spatial)[0]
        frames = slid.size.value
        both = self.mode == "stft"
        where: dict[Symbol, Size] = {
            C_IN: channels,
            X: self.fft,
            K: self.frame_length,
            LENGTH.size_out: frames,
        }
        per_frame = value(frequency_values(X, both), {X: self.fft})
        two = self.mode not in ("real", "imag")
        if self.expand_dims:
            axes, output = _apart(frames, per_frame, channels, layout)
            sizes = (
                _renamed(slid.size, axes[0]),
                Filled(_frequencies_equation(axes[1], both), {X: self.fft}),
            )
        else:
            deep = value(frequency_channels(C_IN, X, both), where)
            output = (deep, frames) if layout == "channels_first" else (frames, deep)
            sizes = (
                _renamed(slid.size, LENGTH),
                Filled(_channels_equation(both), {C_IN: channels, X: self.fft}),
            )
        return Applied(
            (output,),
            (
                *sizes,
                *((slid.padding,) if slid.padding else ()),
                Filled(_weights_equation(two), {K: self.frame_length, X: self.fft}),
                Filled(_macs_equation(two), where),
            ),
            view="unknown" if self.expand_dims else "windows",
            reach={} if self.expand_dims else {0: slid.reach},
            windowed=True,
            requirements=(*self._asked(), *slid.requirements),
            needs_known=(channels,),
            sentences=self._sentences(),
        )

    def _windows(self) -> Windows:
        return Windows(
            (LENGTH,),
            (self.frame_length,),
            (self.step,),
            (1,),
            PADDINGS[self.padding],
            dilates=False,
        )

    def _sentences(self) -> tuple[Message, ...]:
        said = _(
            "A frame of {frame} samples slides over the sound, {step} samples at a time: a "
            "convolution, whose kernels begin as waves and are trained like any others.",
            frame=self.frame_length,
            step=self.step,
        )
        if self.mode in ("real", "imag"):
            return (
                said,
                _(
                    "With {mode} there is one kernel for each frequency, the same for every "
                    "channel.",
                    mode=Code(f'mode="{self.mode}"'),
                ),
            )
        return (
            said,
            _(
                "There are two kernels for each frequency, a cosine and a sine, the same for every "
                "channel."
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``log, 256, /128``"""
        return (
            Name(self.mode),
            self.frame_length,
            _("/{strides}", strides=self.step),
            *(() if self.padding == "valid" else (Name(self.padding),)),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules."""
        return (
            *(_frames_equation(padding) for padding in (NONE, SAME)),
            *(_channels_equation(both) for both in (False, True)),
            *(_frequencies_equation(WIDTH, both) for both in (False, True)),
            *(_weights_equation(two) for two in (True, False)),
            *(_macs_equation(two) for two in (True, False)),
        )


def _apart(
    frames: Size, frequency: Size, channels: Size, layout: str
) -> tuple[tuple[Axis, Axis], Shape]:
    """``expand_dims``: frequencies and channels have an axis each."""
    if layout == "channels_first":
        return (HEIGHT, WIDTH), (channels, frames, frequency)
    return (HEIGHT, WIDTH), (frames, frequency, channels)


def _frames_equation(padding: str) -> Equation:
    rule = size_equation(LENGTH, (K, S, letter("D")), padding, False)
    return replace(rule, rule="stft-frames", label=_("frames"))


def _renamed(filled: Filled, axis: Axis) -> Filled:
    """The number of frames, on the axis where they stand."""
    equation = replace(
        filled.equation, quantity=axis.quantity, rule="stft-frames", label=_("frames")
    )
    return replace(filled, equation=equation)


@cache
def _channels_equation(both: bool) -> Equation:
    return Equation(
        CHANNELS.quantity,
        CHANNELS.size_out,
        "stft-channels",
        CHANNELS.label,
        frequency_channels(C_IN, X, both),
        _(
            "a Fourier transform of {X} samples has ⌊{X}/2⌋ + 1 frequencies, each with two values",
            X=X,
        )
        if both
        else _("a Fourier transform of {X} samples has ⌊{X}/2⌋ + 1 frequencies", X=X),
        _("with {argument}", argument=Code('mode="stft"')) if both else None,
    )


@cache
def _frequencies_equation(axis: Axis, both: bool) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "stft-frequencies",
        _("frequencies"),
        frequency_values(X, both),
        _(
            "a Fourier transform of {X} samples has ⌊{X}/2⌋ + 1 frequencies, each with two values",
            X=X,
        )
        if both
        else _("a Fourier transform of {X} samples has ⌊{X}/2⌋ + 1 frequencies", X=X),
        _("with {mode} and {argument}", mode=Code('mode="stft"'), argument=Code("expand_dims=True"))
        if both
        else _("with {argument}", argument=Code("expand_dims=True")),
    )


@cache
def _weights_equation(two: bool) -> Equation:
    return Equation(
        "params",
        PARAMS,
        "stft-parameters",
        _("parameters"),
        kernel_weights(K, X, two),
        _("two kernels of {K} weights for each frequency: a cosine and a sine", K=K)
        if two
        else _("a kernel of {K} weights for each frequency", K=K),
        None if two else _("with {mode}", mode=Code('mode="real"')),
    )


@cache
def _macs_equation(two: bool) -> Equation:
    return Equation(
        "macs",
        MACS,
        "stft-macs",
        _("MACs"),
        multiplications(LENGTH.size_out, C_IN, K, X, two),
        _("one product for each frame, channel and weight"),
        None if two else _("with {mode}", mode=Code('mode="real"')),
    )
