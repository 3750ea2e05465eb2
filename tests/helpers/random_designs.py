"""Random designs for property tests of whole networks."""

from __future__ import annotations

from hypothesis import strategies as st

from cnnviz.spec.layers import (
    ELU,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace

_pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
_dilation = st.one_of(st.just((1, 1)), st.tuples(st.integers(1, 3), st.integers(1, 3)))
_padding = st.one_of(
    st.sampled_from(["valid", "same"]),
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
)
_convolutions = st.builds(
    Conv2D,
    filters=st.integers(1, 6),
    kernel_size=_pair,
    stride=_pair,
    padding=_padding,
    dilation=_dilation,
    groups=st.sampled_from([1, 1, 1, 2, 3]),
    use_bias=st.booleans(),
)
_pools = st.one_of(
    st.builds(MaxPool2D, pool_size=_pair, stride=_pair, padding=_padding),
    st.builds(AvgPool2D, pool_size=_pair, stride=_pair, padding=_padding),
    st.just(MaxPool2D()),
    st.just(AvgPool2D()),
)
_activations = st.sampled_from([ReLU(), LeakyReLU(slope=0.1), ELU(alpha=1.5), Sigmoid(), Tanh()])
_edges = st.integers(0, 2)
_other = st.one_of(
    st.just(BatchNorm()),
    st.builds(LocalResponseNorm, size=st.integers(1, 5), alpha=st.sampled_from([1e-4, 0.5]), k=st.just(1.0)),
    st.builds(ZeroPadding2D, top=_edges, bottom=_edges, left=_edges, right=_edges),
)
_rates = st.sampled_from([0.0, 0.25, 0.5])
_dropouts = st.builds(Dropout, rate=_rates)
_spatial_dropouts = st.builds(SpatialDropout, rate=_rates)
_dense = st.builds(Dense, units=st.integers(1, 8))
_same = st.builds(
    Conv2D,
    filters=st.integers(1, 4),
    kernel_size=_pair,
    stride=st.sampled_from([(1, 1), (1, 1), (2, 2), (2, 1)]),
    padding=st.just("same"),
    use_bias=st.booleans(),
)
_in_body = st.one_of(_same, _activations, st.just(BatchNorm()))


def _block(inside: st.SearchStrategy[object]) -> st.SearchStrategy[Residual]:
    return st.builds(Residual, layers=st.lists(inside, min_size=1, max_size=4).map(tuple))


_blocks = _block(st.one_of(_in_body, _in_body, _block(_in_body)))
_row_blocks = _block(st.one_of(_dense, _activations, st.just(BatchNorm())))


@st.composite
def random_designs(draw, *, classes=4, dropout=False):
    """Return a valid design: windows, activations, norms and blocks, then rows, perhaps Softmax."""
    extra = [_dropouts] if dropout else []
    spatial = [*extra, _spatial_dropouts] if dropout else []
    inside = st.one_of(_convolutions, _pools, _activations, _other, _blocks, *spatial)
    volume = draw(st.lists(inside, max_size=6))
    bridge = draw(st.sampled_from([Flatten(), Flatten(), GlobalAvgPool2D(), GlobalMaxPool2D()]))
    of_rows = st.one_of(_dense, _activations, st.just(Softmax()), st.just(BatchNorm()), _row_blocks, *extra)
    row = draw(st.lists(of_rows, max_size=3))
    end = draw(st.sampled_from([(), (Softmax(),)]))
    size = st.integers(6, 11)
    spec = NetworkSpec(
        name="random", input=InputSpec(height=draw(size), width=draw(size), channels=draw(st.integers(1, 3)))
    )
    for layer in (*volume, bridge, *row, Dense(units=classes), *end):
        longer = spec.insert(len(spec.layers), layer)
        if not trace(longer).problems:
            spec = longer
    return spec
