"""Spectrograms: a sound becomes an image, of frequencies and time.

Source: Keras, *Audio preprocessing layers* (`MelSpectrogram`, `STFTSpectrogram`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import FloorDiv, Size, letter
from layermath.algebra.unknown import unknown
from layermath.algebra.written import value, written
from layermath.messages import FRAMEWORK, Message, Name, Piece, Setting, _
from layermath.rules.axes import C_IN, CHANNELS, HEIGHT, LENGTH, WIDTH, Axis, check_rank
from layermath.rules.equations import MACS, PARAMS, Applied, Equation, Filled, Requirement
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import nothing_to_learn
from layermath.rules.windows import NO_PADDING, NONE, SAME, AnyPadding, Windows, size_equation

S, K = letter("S"), letter("K")
B = letter("B")
"""The bands of a mel spectrogram."""
X = letter("X")
"""The length of the Fourier transform."""

BOTH = "stft"
"""The real and the imaginary part of each frequency, side by side."""
PARTS = {"real": "real part", "imag": "imaginary part"}
"""One of them alone."""


@written
def mel_frames(n: Expr, s: Expr) -> Expr:
    """The frames of a mel spectrogram, ``(n + stride + 1) // stride``."""
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
class MelSpectrogram(Rule):
    """A sound ``(samples,)`` becomes ``(bands, frames)``: how loud each band of pitches is in each
    frame of so many samples, ``frame`` None being as long as the Fourier transform."""

    fft: Size
    step: Size
    frame: Size | None
    bands: Size

    def __post_init__(self) -> None:
        """Raises `ModelProblem` where a frame is too long."""
        self._fits()

    def _fits(self) -> Requirement:
        """A frame fits into the Fourier transform."""
        return require(
            at_least(self.fft, self.frame or self.fft),
            _(
                "a frame of {frame} samples must fit into the Fourier transform of {fft}",
                frame=self.frame or self.fft,
                fft=self.fft,
            ),
        )

    def apply(self, shape: Shape) -> Applied:
        """Apply to sounds."""
        if not shape:
            # one sound, whose samples are taken for the batch: nothing says how many there are
            frames = unknown(f"frames of {self}")
            sizes: tuple[Filled, ...] = (Filled(_bands_equation(LENGTH.quantity), {B: frames}),)
        else:
            sizes = (
                Filled(_bands_equation(LENGTH.quantity), {B: self.bands}),
                Filled(_mel_equation(), {LENGTH.size_in: shape[0], S: self.step}),
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
            stride=self.step,
            bands=self.bands,
        )
        if len(shape) < 2:
            return (said,)
        return (
            said,
            _(
                "{framework} takes the first axis beside the batch for the time, and the further "
                "axes are missing in the shape that it states.",
                framework=FRAMEWORK,
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``128``"""
        return (self.bands,)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
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


@dataclass(frozen=True)
class STFTSpectrogram(Rule):
    """A sound ``(samples, C)`` becomes ``(frames, C·frequencies)``, by a convolution whose kernels
    are waves.

    Its kernels begin as the waves of a Fourier transform, and are trained like any others; where
    frequencies and channels are ``apart`` they have an axis each: ``(frames, frequencies, C)``.
    Raises `ModelProblem` where a frame does not fit into the sound.
    """

    mode: str
    frame: Size
    step: Size
    fft: Size
    padding: AnyPadding = NO_PADDING
    apart: bool = False

    def __post_init__(self) -> None:
        """Raises `ModelProblem` where the lengths do not go together."""
        self._asked()

    def _asked(self) -> tuple[Requirement, ...]:
        return (
            require(
                at_least(self.step, 1),
                _(
                    "the step is half a frame, {frame}/2 rounded down, and must be at least 1",
                    frame=self.frame,
                ),
            ),
            require(
                at_least(self.frame, self.step),
                _(
                    "the step must not be longer than a frame: {step} and {frame}",
                    step=self.step,
                    frame=self.frame,
                ),
            ),
            require(
                at_least(self.fft, self.frame),
                _(
                    "a frame of {frame} samples must fit into the Fourier transform of {fft}",
                    frame=self.frame,
                    fft=self.fft,
                ),
            ),
        )

    def apply(self, shape: Shape) -> Applied:
        """Apply to sounds of one or more channels."""
        check_rank(shape, 2)
        samples, channels = shape
        slid = self._windows().slide((samples,))[0]
        frames = slid.size.value
        both = self.mode == BOTH
        where: dict[Symbol, Size] = {
            C_IN: channels,
            X: self.fft,
            K: self.frame,
            LENGTH.size_out: frames,
        }
        per_frame = value(frequency_values(X, both), {X: self.fft})
        two = self.mode not in PARTS
        if self.apart:
            output: Shape = (frames, per_frame, channels)
            sizes = (
                _renamed(slid.size, HEIGHT),
                Filled(_frequencies_equation(WIDTH, both), {X: self.fft}),
            )
        else:
            deep = value(frequency_channels(C_IN, X, both), where)
            output = (frames, deep)
            sizes = (
                _renamed(slid.size, LENGTH),
                Filled(_channels_equation(both), {C_IN: channels, X: self.fft}),
            )
        return Applied(
            (output,),
            (
                *sizes,
                *((slid.padding,) if slid.padding else ()),
                Filled(_weights_equation(two), {K: self.frame, X: self.fft}),
                Filled(_macs_equation(two), where),
            ),
            view="unknown" if self.apart else "windows",
            reach={} if self.apart else {0: slid.reach},
            windowed=True,
            requirements=(*self._asked(), *slid.requirements),
            needs_known=(channels,),
            sentences=self._sentences(),
        )

    def _windows(self) -> Windows:
        return Windows(
            (LENGTH,),
            (self.frame,),
            (self.step,),
            (1,),
            self.padding,
            dilates=False,
        )

    def _sentences(self) -> tuple[Message, ...]:
        said = _(
            "A frame of {frame} samples slides over the sound, {step} samples at a time: a "
            "convolution, whose kernels begin as waves and are trained like any others.",
            frame=self.frame,
            step=self.step,
        )
        if self.mode in PARTS:
            return (
                said,
                _(
                    "With {mode} there is one kernel for each frequency, the same for every "
                    "channel.",
                    mode=Setting(PARTS[self.mode]),
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
            self.frame,
            _("/{strides}", strides=self.step),
            *(() if self.padding == NO_PADDING else (Setting(self.padding.setting, word=True),)),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules."""
        return (
            *(_frames_equation(padding) for padding in (NONE, SAME)),
            *(_channels_equation(both) for both in (False, True)),
            *(_frequencies_equation(WIDTH, both) for both in (False, True)),
            *(_weights_equation(two) for two in (True, False)),
            *(_macs_equation(two) for two in (True, False)),
        )


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
        _("with {argument}", argument=Setting("both parts")) if both else None,
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
        _(
            "with {mode} and {argument}",
            mode=Setting("both parts"),
            argument=Setting("frequencies apart"),
        )
        if both
        else _("with {argument}", argument=Setting("frequencies apart")),
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
        None if two else _("with {mode}", mode=Setting("real part")),
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
        None if two else _("with {mode}", mode=Setting("real part")),
    )
