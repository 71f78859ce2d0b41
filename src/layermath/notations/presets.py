"""The notations of books, courses and libraries that readers come with.

Each names its source; the letters are theirs. What a book does not have keeps layermath's letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from layermath.algebra.floors import letter
from layermath.messages import Message, _
from layermath.setting.notation import Notation, One, Order, PaddingLetter

_CHANNELS_FIRST = _(
    "shapes are written channels first, as there; in Keras the channels stand last, and Flatten "
    "takes the values in that order"
)
_EACH_SIDE = _("padding, on each side")
_BOTH = _("padding, both sides together")
_START, _END = _("padding before the first position"), _("padding after the last position")


def _frozen(mapping: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(mapping))


def _axes(two: tuple[str, str], three: tuple[str, str, str]) -> Mapping[int, tuple[str, ...]]:
    return MappingProxyType({1: ("",), 2: two, 3: three})


def _said(**meanings: Message) -> Mapping[str, Message]:
    return MappingProxyType(meanings)


_BRACKETS = _axes(("[0]", "[1]"), ("[0]", "[1]", "[2]"))
_INDICES = _axes(("₁", "₂"), ("₁", "₂", "₃"))
_SIDES = {"P_side": "p", "P_start": "p_start", "P_end": "p_end"}

KERAS = Notation(
    "keras",
    "Keras",
    _frozen(
        {
            "K": "kernel_size",
            "K@pooling": "pool_size",
            "S": "strides",
            "D": "dilation_rate",
            "G": "groups",
            "F": "filters",
            "U": "units",
            "O": "output_padding",
            "A": "depth_multiplier",
        }
    ),
    _BRACKETS,
    absent=frozenset("P"),
    padding=PaddingLetter.NONE,
    same_as_floor=True,
    meanings=_said(P=_("padding, as Keras works it out: both sides together")),
    notes=(
        _(
            "Keras has no number for the padding: {valid} is none, {same} as much as the windows "
            "need, an odd one after",
            valid="valid",
            same="same",
        ),
    ),
)
"""keras.io, *Convolution layers*, *Pooling layers*."""

PYTORCH = Notation(
    "pytorch",
    "PyTorch",
    _frozen(
        {
            "C_in": "C_in",
            "C_out": "C_out",
            "Z_in": "D_in",
            "Z_out": "D_out",
            "K": "kernel_size{axis}",
            "S": "stride{axis}",
            "D": "dilation{axis}",
            "O": "output_padding{axis}",
            "P_side": "padding{axis}",
            "P_start": "pad_before{axis}",
            "P_end": "pad_after{axis}",
            "P": "padding{axis}",
            "G": "groups",
            "F": "C_out",
            "C_in@dense": "in_features",
            "L_in@dense": "in_features",
            "C_out@dense": "out_features",
            "L_out@dense": "out_features",
            "U": "out_features",
        }
    ),
    _BRACKETS,
    per_axis=True,
    padding=PaddingLetter.EACH_SIDE,
    one=One.INSIDE,
    weights="fck",
    apart=True,
    order=Order.CHANNELS_FIRST,
    times="×",
    meanings=_said(P_side=_EACH_SIDE, P_start=_START, P_end=_END),
    notes=(_CHANNELS_FIRST,),
)
"""pytorch.org, ``Conv2d``, ``MaxPool2d``, ``ConvTranspose2d``, ``Linear``."""

DUMOULIN = Notation(
    "dumoulin",
    "Dumoulin and Visin",
    _frozen(
        {
            "L_in": "i",
            "L_out": "o",
            "H_in": "i₁",
            "H_out": "o₁",
            "W_in": "i₂",
            "W_out": "o₂",
            "Z_in": "i₃",
            "Z_out": "o₃",
            "L_in@transposed": "i′",
            "L_out@transposed": "o′",
            "H_in@transposed": "i′₁",
            "H_out@transposed": "o′₁",
            "W_in@transposed": "i′₂",
            "W_out@transposed": "o′₂",
            "Z_in@transposed": "i′₃",
            "Z_out@transposed": "o′₃",
            "C_in": "m",
            "C_out": "n",
            "F": "n",
            "K": "k",
            "S": "s",
            "D": "d",
            "E": "k̂",
            "O": "a",
            **_SIDES,
        }
    ),
    _INDICES,
    absent=frozenset("DG"),
    padding=PaddingLetter.EACH_SIDE,
    spread=True,
    meanings=_said(
        P_side=_EACH_SIDE,
        P_start=_START,
        P_end=_END,
        E=_("kernel, as long as the dilation spreads it"),
        O=_("what is added at the end of the output"),
    ),
)
"""Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016). Its sizes have
an index for the axis, i_j and o_j; 1 is the height here."""

CS231N = Notation(
    "cs231n",
    "CS231n",
    _frozen(
        {
            "H_in": "H₁",
            "H_out": "H₂",
            "W_in": "W₁",
            "W_out": "W₂",
            "C_in": "D₁",
            "C_out": "D₂",
            "C_in@dense": "C_in",
            "C_out@dense": "C_out",
            "K": "F",
            "F": "K",
            "D": "d",
            "P_side": "P",
            "P_start": "P_start",
            "P_end": "P_end",
        }
    ),
    MappingProxyType({}),
    absent=frozenset("DG"),
    padding=PaddingLetter.EACH_SIDE,
    exact=True,
    numerator="nkp",
    apart=True,
    grouped=True,
    order=Order.WIDTH_FIRST,
    meanings=_said(P_side=_EACH_SIDE, P_start=_START, P_end=_END, C=_("depth (channels)")),
    notes=(
        _(
            "CS231n has no floor: where {S} does not divide, it calls the layer invalid",
            S=letter("S"),
        ),
        _("shapes are written width × height × depth, as there; Keras has the height first"),
    ),
)
"""cs231n.github.io, *Convolutional networks*."""

NG = Notation(
    "ng",
    "deeplearning.ai",
    _frozen(
        {
            "H_in": "n_H^[l−1]",
            "H_out": "n_H^[l]",
            "W_in": "n_W^[l−1]",
            "W_out": "n_W^[l]",
            "C_in": "n_c^[l−1]",
            "C_out": "n_c^[l]",
            "L_in": "n^[l−1]",
            "L_out": "n^[l]",
            "C_in@dense": "n^[l−1]",
            "C_out@dense": "n^[l]",
            "F": "n_c^[l]",
            "U": "n^[l]",
            "K": "f^[l]",
            "S": "s^[l]",
            "D": "d^[l]",
            "P_side": "p^[l]",
            "P_start": "p_start^[l]",
            "P_end": "p_end^[l]",
        }
    ),
    _axes(("_h", "_w"), ("_d", "_h", "_w")),
    absent=frozenset("DG"),
    padding=PaddingLetter.EACH_SIDE,
    one=One.INSIDE,
    weights="kcf",
    apart=True,
    meanings=_said(P_side=_EACH_SIDE, P_start=_START, P_end=_END),
    notes=(_("[l] is of this layer, [l−1] of the one before it"),),
)
"""deeplearning.ai, *Convolutional Neural Networks*, summary of notation."""

GOODFELLOW = Notation(
    "goodfellow",
    "Goodfellow, Bengio and Courville",
    _frozen(
        {
            "L_in": "m",
            "H_in": "m_j",
            "W_in": "m_k",
            "C_in": "m_i",
            "L_out": "z",
            "H_out": "z_j",
            "W_out": "z_k",
            "C_out": "z_i",
            "F": "z_i",
            "K": "k",
            "S": "s",
            "D": "d",
        }
    ),
    MappingProxyType({}),
    absent=frozenset("PDG"),
    padding=PaddingLetter.NONE,
    unstrided=True,
    order=Order.CHANNELS_FIRST,
    notes=(
        _(
            "the input is {V}, the output {Z}: channel i, row j, column k, counted from 1; the "
            "kernel is {K}, from channel j to channel i, k rows down and l columns on",
            V="V_{i,j,k}",
            Z="Z_{i,j,k}",
            K="K_{i,j,k,l}",
        ),
        _CHANNELS_FIRST,
    ),
)
"""Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 9.5: m − k + 1."""

CS230 = Notation(
    "cs230",
    "CS230",
    _frozen(
        {
            "H_in": "I_h",
            "H_out": "O_h",
            "W_in": "I_w",
            "W_out": "O_w",
            "L_in": "I",
            "L_out": "O",
            "C_in": "C",
            "C_out": "K",
            "C_in@dense": "N_in",
            "L_in@dense": "N_in",
            "C_out@dense": "N_out",
            "L_out@dense": "N_out",
            "U": "N_out",
            "K": "F",
            "F": "K",
            "D": "d",
            "N": "N",
            "O": "O_padding",
            "P_side": "P",
            "P_start": "P_start",
            "P_end": "P_end",
        }
    ),
    MappingProxyType({}),
    absent=frozenset("DG"),
    padding=PaddingLetter.START_AND_END,
    exact=True,
    padding_from_input=True,
    numerator="nkp",
    meanings=_said(P_start=_START, P_end=_END),
    notes=(_("CS230 has no floor: {S} must divide", S=letter("S")),),
)
"""stanford.edu/~shervine, *CS 230 – Convolutional Neural Networks cheatsheet*."""

D2L = Notation(
    "d2l",
    "Dive into Deep Learning",
    _frozen(
        {
            "H_in": "n_h",
            "W_in": "n_w",
            "L_in": "n",
            "H_out": "n_h′",
            "W_out": "n_w′",
            "L_out": "n′",
            "C_in": "c_i",
            "C_out": "c_o",
            "F": "c_o",
            "K": "k{axis}",
            "S": "s{axis}",
            "D": "d{axis}",
            "P": "p{axis}",
        }
    ),
    _axes(("_h", "_w"), ("_d", "_h", "_w")),
    per_axis=True,
    absent=frozenset("DG"),
    odd_before=True,
    one=One.AS_STRIDE,
    numerator="nkp",
    weights="fck",
    apart=True,
    order=Order.CHANNELS_FIRST,
    meanings=_said(P=_("padding, of both sides in total")),
    notes=(_CHANNELS_FIRST,),
)
"""Zhang, Lipton, Li and Smola, *Dive into Deep Learning*, chapter 7."""

KOREAN = Notation(
    "korean",
    "Saitoh",
    _frozen(
        {
            "H_in": "H",
            "W_in": "W",
            "L_in": "L",
            "H_out": "OH",
            "W_out": "OW",
            "L_out": "OL",
            "C_in": "C",
            "C_out": "FN",
            "F": "FN",
            "K": "F{axis}",
            "S": "S",
            "D": "D",
            "P_side": "P",
            "P_start": "P_start",
            "P_end": "P_end",
        }
    ),
    MappingProxyType({1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}),
    per_axis=True,
    absent=frozenset("DG"),
    padding=PaddingLetter.EACH_SIDE,
    exact=True,
    numerator="npk",
    weights="fck",
    apart=True,
    order=Order.CHANNELS_FIRST,
    meanings=_said(P_side=_EACH_SIDE, P_start=_START, P_end=_END),
    notes=(_("there is no floor in the book: {S} must divide", S=letter("S")), _CHANNELS_FIRST),
)
"""Saitoh, *Deep Learning from Scratch*, chapter 7, which Korean courses follow."""

DISTILL = Notation(
    "distill",
    "Araujo, Norris and Sim",
    _frozen(
        {
            "H_in": "h_{l−1}",
            "W_in": "w_{l−1}",
            "C_in": "d_{l−1}",
            "H_out": "h_l",
            "W_out": "w_l",
            "C_out": "d_l",
            "F": "d_l",
            "K": "k_l",
            "S": "s_l",
            "D": "α_l",
            "P_start": "p_l",
            "P_end": "q_l",
        }
    ),
    MappingProxyType({}),
    absent=frozenset("DG"),
    padding=PaddingLetter.START_AND_END,
    numerator="npk",
    meanings=_said(P_start=_("padding on the left"), P_end=_("padding on the right")),
    notes=(
        _(
            "the receptive field {r}, 1 and for each layer k_l − 1 times the strides before it, is "
            "what stands under sees; the effective stride {S} is its jump, the effective padding "
            "{P} what it reads before the first position",
            r="r_0",
            S="S_0",
            P="P_0",
        ),
    ),
)
"""Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural Networks*, Distill
(2019)."""

PRESETS: Mapping[str, Notation] = MappingProxyType(
    {
        one.name: one
        for one in (
            KERAS,
            PYTORCH,
            DUMOULIN,
            CS231N,
            NG,
            GOODFELLOW,
            CS230,
            D2L,
            KOREAN,
            DISTILL,
        )
    }
)
"""All of them, by the names that the command line has for them."""
