"""Of what a report tells: which network, which image, which weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.plain_names import plain_name
from cnnviz.spec.words import counted
from cnnviz.ui.inspector.words import weights_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.selection import Selection
    from cnnviz.interpret.activations import ImageView
    from cnnviz.training.history import History


def about_view(design: str, view: ImageView, image: str) -> str:
    """Return a line that names a design, an image, where it is known, and the weights."""
    weights = weights_text(view)
    said = "untrained" if weights == "untrained" else f"weights of {weights}"
    return " · ".join(part for part in (design, image, said) if part)


def image_words(selection: Selection, image: NDArray[np.float32]) -> str:
    """Return which image (C, H, W) something is of; nothing where another one is selected by now."""
    if not np.array_equal(selection.pixels, image):
        return ""
    if selection.is_own:
        return f"image {selection.own_name}"
    return dataset_image_words(
        selection.dataset.name, selection.split.value, selection.position, selection.label_name
    )


def dataset_image_words(dataset: str, split: str, position: int, label: str) -> str:
    """Return the name of an image of a data set, counted from 1 as on screen."""
    named = f", {label}" if label else ""
    return f"{split} image {position + 1:,} of {plain_name(dataset)}{named}"


def run_words(design: str, dataset: str, history: History) -> str:
    """Return of which run curves are, and how far it has come."""
    steps, epochs = history.steps, history.epochs
    done = counted(len(epochs), "epoch"), counted(int(steps.step[-1]) if len(steps) else 0, "step")
    return " · ".join((design, dataset, ", ".join(done)))
