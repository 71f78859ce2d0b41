"""The usual mistakes, as data: each is a rewriting of the rule that the layer itself has.

No mistake is a formula of its own. It takes the rule as it is written (drops its ``+ 1``, turns a
floor into a ceiling, puts 1 in for a letter), or it takes another rule that the layer has too (the
one without biases), and the wrong number is what comes out. So a mistake holds for every layer type
whose rule has the place at which it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from layermath.messages import Message, _
from layermath.questions import rewritings
from layermath.questions.rewritings import Used
from layermath.rules.equations import Filled, Reach
from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class Mistake:
    """A usual mistake.

    ``message`` says what a number does that has it: ``leaves out the biases``. ``changes`` are the
    quantities whose rule is misread: ``output`` (any size of it), ``params``, ``macs``,
    ``receptive_field``. ``rewrite`` gives the rule as it reads with the mistake, None where the
    rule has no place for it. ``reach`` does the same to the window through which a layer sees, for
    the receptive field.
    """

    name: str
    message: Message
    changes: tuple[str, ...]
    rewrite: Callable[[Used], Filled | None] | None = None
    reach: Callable[[Layer, Reach], Reach] | None = None

    def made(self, used: Used) -> Filled | None:
        """The quantity with the mistake; None where it is not made in this rule."""
        if self.rewrite is None or used.quantity.split(".")[0] not in self.changes:
            return None
        return self.rewrite(used)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "no-plus-one",
        _("leaves out the + 1: the first place of the window"),
        ("output",),
        rewritings.no_plus_one,
    ),
    Mistake(
        "ceiling-for-floor",
        _("rounds up where the size is rounded down"),
        ("output",),
        rewritings.ceiling_for_floor,
    ),
    Mistake(
        "floor-for-ceiling",
        _("rounds down where the size is rounded up"),
        ("output",),
        rewritings.floor_for_ceiling,
    ),
    Mistake(
        "not-rounded",
        _("does not round: a size is a whole number"),
        ("output",),
        rewritings.not_cut,
    ),
    Mistake("stride-forgotten", _("leaves out the stride"), ("output",), rewritings.no_stride),
    Mistake(
        "dilation-forgotten", _("leaves out the dilation"), ("output",), rewritings.no_dilation
    ),
    Mistake(
        "size-kept",
        _("keeps the size, as if there were padding"),
        ("output",),
        rewritings.size_kept,
    ),
    Mistake(
        "padding-forgotten", _("leaves out the padding"), ("output",), rewritings.same_as_valid
    ),
    Mistake(
        "padding-once",
        _("counts the padding on one side only"),
        ("output",),
        rewritings.padding_once,
    ),
    Mistake(
        "zeros-forgotten",
        _("leaves out the zeros around the map"),
        ("output",),
        rewritings.no_padding,
    ),
    Mistake(
        "flatten-without-channels",
        _("flattens one map only, not all channels"),
        ("output",),
        rewritings.flat_map,
    ),
    Mistake(
        "channels-kept",
        _("takes the input's channels, not one map a filter"),
        ("output",),
        rewritings.channels_kept,
    ),
    Mistake(
        "channels-times-filters",
        _("makes a map of each channel for each filter, where a filter sums over the channels"),
        ("output",),
        rewritings.channels_each,
    ),
    Mistake("bias-forgotten", _("leaves out the biases"), ("params",), rewritings.no_bias),
    Mistake(
        "one-bias",
        _("has one bias in all, not one for each output"),
        ("params",),
        rewritings.one_bias,
    ),
    Mistake(
        "depth-forgotten",
        _("takes a filter for one channel deep: it is as deep as its input"),
        ("params", "macs"),
        rewritings.no_depth,
    ),
    Mistake(
        "kernel-not-squared",
        _("takes one side of the kernel, not its area"),
        ("params", "macs"),
        rewritings.kernel_not_squared,
    ),
    Mistake(
        "one-filter",
        _("counts one filter, not all of them"),
        ("params", "macs"),
        rewritings.one_filter,
    ),
    Mistake(
        "one-neuron",
        _("counts one neuron, not all of them"),
        ("params", "macs"),
        rewritings.one_neuron,
    ),
    Mistake(
        "weights-not-shared",
        _("counts the weights again at each place, where all places share them"),
        ("params",),
        rewritings.not_shared,
    ),
    Mistake(
        "pooling-with-weights",
        _("gives the pooling weights, as if it were a convolution"),
        ("params",),
        rewritings.pooling_has_weights,
    ),
    Mistake(
        "trained-only",
        _("leaves out the parameters that training does not change"),
        ("params",),
        rewritings.trained_only,
    ),
    Mistake(
        "macs-at-input",
        _("counts at the size of the input, not of the output"),
        ("macs",),
        rewritings.at_input_size,
    ),
    Mistake(
        "macs-at-one-place",
        _("counts one place of the window, not all of them"),
        ("macs",),
        rewritings.one_place,
    ),
    Mistake(
        "macs-with-biases",
        _("counts the biases too: they are not multiplied"),
        ("macs",),
        rewritings.with_biases,
    ),
    Mistake(
        "flops-for-macs",
        _("counts a multiplication and an addition as two"),
        ("macs",),
        rewritings.twice,
    ),
    Mistake(
        "jumps-forgotten",
        _("adds the kernels without the strides of the layers before"),
        ("receptive_field",),
        reach=rewritings.without_jump,
    ),
    Mistake(
        "own-stride",
        _("counts a layer's own stride in its own window: it acts from the next layer on"),
        ("receptive_field",),
        reach=rewritings.own_jump,
    ),
    Mistake(
        "kernel-for-kernel-less-one",
        _("adds K where K − 1 are new"),
        ("receptive_field",),
        reach=rewritings.whole_kernel,
    ),
    Mistake(
        "pooling-not-seen",
        _("leaves out the pooling"),
        ("receptive_field",),
        reach=rewritings.no_pooling_seen,
    ),
    Mistake(
        "dilation-not-seen",
        _("leaves out the dilation"),
        ("receptive_field",),
        reach=rewritings.no_dilation_seen,
    ),
)
"""All of them, the most usual of those that may give one number first."""
