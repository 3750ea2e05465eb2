"""Small designs and waiting runs for tests of what lies above the engine."""

from __future__ import annotations

from pathlib import Path

from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import TrainingSpec

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def small_design() -> NetworkSpec:
    """Return a design for the bundled digits that trains in a moment."""
    layers = (Conv2D(filters=4), ReLU(), MaxPool2D(), Flatten(), Dense(units=10))
    return NetworkSpec(name="Small", input=InputSpec(height=8, width=8, channels=1), layers=layers)


def bundled_design(name: str = "digits-cnn") -> NetworkSpec:
    """Return a design that comes with the program."""
    return io.load(RESOURCES / "networks" / f"{name}.json")


def short_training(epochs: int = 1) -> TrainingSpec:
    """Return settings for a run of a few steps."""
    return TrainingSpec(epochs=epochs, batch_size=256)


ENDLESS = TrainingSpec(epochs=100_000)
"""Settings of a run that ends only when it is stopped."""
