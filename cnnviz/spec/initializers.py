"""How the first weights of a layer are drawn."""

from __future__ import annotations

from cnnviz.spec.fields import FieldInfo, FieldKind

AUTO = "auto"

INITIALIZER = FieldInfo(
    FieldKind.CHOICE,
    "First weights",
    "How the weights are drawn before the first step. Automatic: He where ReLU follows, Glorot elsewhere.",
    "Too small: signals fade from layer to layer. Too large: they explode. All equal: units never differ.",
    choices=(
        (AUTO, "Automatic"),
        ("he_normal", "He, normal"),
        ("he_uniform", "He, uniform"),
        ("glorot_normal", "Glorot, normal"),
        ("glorot_uniform", "Glorot, uniform"),
        ("lecun_normal", "LeCun, normal"),
        ("lecun_uniform", "LeCun, uniform"),
        ("normal", "Normal with a spread of your own"),
        ("constant", "All the same"),
    ),
)
"""The setting `initializer` of a layer with weights."""

INITIAL_VALUE = FieldInfo(
    FieldKind.NUMBER,
    "First value",
    "Spread σ of the weights that are normal, or the value of those that are all the same.",
    "Larger: stronger signals from the first step on, until they explode.",
    minimum=0.0,
    maximum=100.0,
    step=0.01,
    only_with=("initializer", ("normal", "constant")),
)
"""The setting `initial_value` of a layer with weights."""

DEFAULT_INITIAL_VALUE = 0.01
