"""What is offered to mend a design of a few layers."""

from __future__ import annotations

from cnnviz.spec.layers import Dense, Flatten, Layer
from cnnviz.spec.losses import Loss
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.repairs import Repair, repairs
from cnnviz.spec.validate import DataShape, check

DIGITS = DataShape(8, 8, 1, 10)
END = (Flatten(), Dense(units=10))


def design(*layers: Layer, given: InputSpec | None = None) -> NetworkSpec:
    """Return a design of these layers."""
    return NetworkSpec(name="", input=given or InputSpec(), layers=layers)


def offered(
    spec: NetworkSpec, data: DataShape | None = DIGITS, loss: Loss | None = None
) -> dict[str, Repair]:
    """Return what is offered for the first problem of a design, by its label."""
    problem = check(spec, data, loss)[0]
    return {repair.label: repair for repair in repairs(problem, spec, data, loss)}


def labels(*layers: Layer, **kwargs) -> list[str]:
    """Return the labels of what is offered for these layers, in their order."""
    return list(offered(design(*layers), **kwargs))
