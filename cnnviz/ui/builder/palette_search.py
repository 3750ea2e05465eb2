"""Finding a kind of layer by what people call it. Pure: no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.spec.layers import LAYER_TYPES, type_name

if TYPE_CHECKING:
    from cnnviz.spec.layers import Layer

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "Conv2D": ("convolution", "filter", "kernel", "depthwise", "grouped"),
    "MaxPool2D": ("maximum pooling", "max pooling", "downsample", "subsampling"),
    "AvgPool2D": ("average pooling", "mean pooling", "downsample", "subsampling"),
    "GlobalAvgPool2D": ("gap", "global average pooling", "mean"),
    "GlobalMaxPool2D": ("gmp", "global maximum pooling"),
    "ReLU": ("rectifier", "rectified linear"),
    "LeakyReLU": ("lrelu", "leaky relu"),
    "ELU": ("exponential linear",),
    "Sigmoid": ("logistic", "squash"),
    "Tanh": ("hyperbolic tangent", "squash"),
    "Softmax": ("probabilities", "softargmax"),
    "Dense": ("fc", "fully connected", "linear", "affine", "perceptron"),
    "Dropout": ("drop", "regularisation"),
    "SpatialDropout": ("dropout2d", "drop", "spatial dropout"),
    "BatchNorm": ("bn", "norm", "normalisation", "batch normalisation"),
    "LocalResponseNorm": ("lrn", "norm", "normalisation", "local response normalisation"),
    "Flatten": ("reshape", "vector", "unroll"),
    "ZeroPadding2D": ("pad", "border", "margin"),
    "Residual": ("skip", "shortcut", "resnet", "block", "add", "sum", "identity"),
}
_SPELLINGS = (("ization", "isation"), ("izing", "ising"), ("-", " "))


def matching_kinds(query: str) -> tuple[type[Layer], ...]:
    """Return the kinds that a query may mean, the best first; all of them where it is empty.

    A name that begins with the query comes first, then another name that does, a name that contains it, the
    group, and at last the line of help. Kinds that match equally well stay in the order of the palette.
    """
    wanted = _plain(query)
    ranked = [(_rank(kind, wanted), kind) for kind in LAYER_TYPES]
    hits = [(rank, kind) for rank, kind in ranked if rank is not None]
    return tuple(kind for _, kind in sorted(hits, key=lambda hit: hit[0]))


def _rank(kind: type[Layer], wanted: str) -> int | None:
    """Return how well a kind matches, 0 best; None where it does not."""
    name = _plain(kind.title)
    others = _OTHER_NAMES[type_name(kind)]
    tests = (
        name.startswith(wanted),
        any(other == wanted for other in others),
        any(other.startswith(wanted) for other in others),
        wanted in name or any(wanted in other for other in others),
        wanted in _plain(kind.category.value),
        wanted in _plain(kind.summary),
    )
    return next((rank for rank, matches in enumerate(tests) if matches), None)


def _plain(text: str) -> str:
    text = " ".join(text.lower().split())
    for foreign, own in _SPELLINGS:
        text = text.replace(foreign, own)
    return text
