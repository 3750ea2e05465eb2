"""What is said of a prepared data set where its name stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.spec.preparing import preparing_in_short

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset
    from cnnviz.training.result import DataFacts


def marked(name: str, data: Dataset | DataFacts) -> str:
    """Return a name with a mark behind it where the images are prepared: `Digits · standardised`."""
    short = preparing_in_short(data.treatment.preparing)
    return f"{name} · {short}" if short else name


def said_of(data: Dataset | DataFacts) -> str:
    """Return what a data set is called wherever a run or a report names it, with its mark."""
    return marked(data.plain_name, data)


def steps_text(dataset: Dataset) -> str:
    """Return what was done to the images and to what is learned, a line each; empty where nothing was."""
    treatment, shape = dataset.treatment, dataset.image_shape
    if not treatment.preparing.is_on:
        return ""
    lines = ["What was done to every image:"]
    if treatment.preparing.changes_images:
        before, after = ("×".join(map(str, each)) for each in (dataset.original.image_shape, shape))
        lines.append(f"• from {before} to {after}")
    lines += [f"• {step}" for step in treatment.in_words()]
    if treatment.target_means:
        lines.append("• targets standardised; they are told in their own units")
    return "\n".join(lines)
