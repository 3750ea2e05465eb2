"""Random designs for property tests of whole networks."""

from __future__ import annotations

from hypothesis import strategies as st

from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.trace import trace

_pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
_padding = st.one_of(
    st.sampled_from(["valid", "same"]),
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
)
_convolutions = st.builds(
    Conv2D, filters=st.integers(1, 5), kernel_size=_pair, stride=_pair, padding=_padding
)
_pools = st.one_of(
    st.builds(MaxPool2D, pool_size=_pair, stride=_pair),
    st.builds(AvgPool2D, pool_size=_pair, stride=_pair),
    st.just(MaxPool2D()),
    st.just(AvgPool2D()),
)
_activations = st.sampled_from([ReLU(), Sigmoid(), Tanh()])
_dropouts = st.builds(Dropout, rate=st.sampled_from([0.0, 0.25, 0.5]))
_dense = st.builds(Dense, units=st.integers(1, 8))


@st.composite
def random_designs(draw, *, classes=4, dropout=False):
    """Return a valid design: convolutions, pools and activations, Flatten, dense layers, perhaps Softmax."""
    extra = [_dropouts] if dropout else []
    volume = draw(st.lists(st.one_of(_convolutions, _pools, _activations, *extra), max_size=6))
    row = draw(st.lists(st.one_of(_dense, _activations, st.just(Softmax()), *extra), max_size=3))
    end = draw(st.sampled_from([(), (Softmax(),)]))
    size = st.integers(6, 11)
    spec = NetworkSpec(
        name="random", input=InputSpec(height=draw(size), width=draw(size), channels=draw(st.integers(1, 3)))
    )
    for layer in (*volume, Flatten(), *row, Dense(units=classes), *end):
        longer = spec.insert(len(spec.layers), layer)
        if not trace(longer).problems:
            spec = longer
    return spec
