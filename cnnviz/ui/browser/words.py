"""What the browser of a data set says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.app.data.arrangement import Kept
from cnnviz.data.dataset import Split
from cnnviz.spec.words import counted
from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.words import answer, headline, image_sentence, moment, past
from cnnviz.ui.format import number, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.app.data.image_maps import LayerOfNetwork, MapOfImages
    from cnnviz.app.evaluation.examination import Findings
    from cnnviz.data.dataset import Dataset
    from cnnviz.training.evaluation import Report

COLORS, GRAY = ("Red", "Green", "Blue"), "Brightness"
_NEARLY_EQUAL = 1.1
_MOST_NAMED = 3
_NOT_ASKED = "The network has not been asked about these images."


def balance(names: tuple[str, ...], counts: NDArray[np.int64]) -> str:
    """Return how evenly images are spread over the classes, from their counts (K,)."""
    empty = [names[label] for label in np.flatnonzero(counts == 0)]
    if empty:
        if len(empty) > _MOST_NAMED:
            return f"{len(empty):,} classes have no image here."
        return f"No image here of {', '.join(empty)}."
    if len(counts) < 2:
        return ""
    least, most = int(counts.argmin()), int(counts.argmax())
    times = counts[most] / counts[least]
    if times <= _NEARLY_EQUAL:
        return "Every class has about as many images."
    return f"{names[most]} has {times:.3g} times as many images as {names[least]}."


def mapped(found: MapOfImages, layer: LayerOfNetwork | None) -> str:
    """Return what a map shows: how many images, by what, and how much of their differences."""
    first, second = (100 * share for share in found.shares)
    count = counted(len(found.positions), "image")
    by = "their pixels differ most" if layer is None else f"what {layer.layer_id} makes of them differs most"
    when = "" if layer is None else f" ({moment(layer.step, layer.epoch)})"
    return (
        f"{count}, seen along the two directions in which {by}{when}. "
        f"The axes carry {first:.0f}\u00a0% and {second:.0f}\u00a0% of all differences."
    )


def asking(share_done: float) -> str:
    """Return how far the network has come with the images."""
    return f"Asking the network: {100 * share_done:.0f} %"


def known(findings: Findings) -> str:
    """Return what the network knows of the images, and when that was."""
    return f"{headline(findings.report)}{past(findings)}; {moment(findings.step, findings.epoch)}"


def old(findings: Findings) -> str:
    """Return that the network is no longer the one that was asked."""
    return f"Before the network changed: {known(findings)}"


def not_asked(split: Split, uses: int) -> str:
    """Return why there are no answers: nobody has asked, and of test images it counts."""
    if split is not Split.TEST:
        return _NOT_ASKED
    sofar = "none so far" if not uses else f"{uses:,} so far"
    return f"To ask about test images counts as a use of the test set: {sofar}."


def answer_words(report: Report, place: int) -> str:
    """Return what the network says of an image: `taken for 8 with 91.2 %, loss 2.41`."""
    loss = f"loss {number(float(report.losses[place]))}"
    if not isinstance(report, ClassReport):
        return image_sentence(report, place)
    said, true = int(report.predicted[place]), int(report.labels[place])
    word = "found" if said == true else f"taken for {report.class_names[said]}"
    return f"{word} with {answer(report, place, said)}, {loss}"


def listed(count: int | None, split: Split, name: str | None, kept: Kept = Kept.ALL) -> str:
    """Return how many images are listed, of which class (None: all) and part; None where it is not known."""
    of_class = f" of {name}" if name is not None else ""
    what = "" if kept is Kept.ALL else f", {kept.value}"
    images = f"{split.value} images" if count is None else counted(count, f"{split.value} image")
    return f"{images}{of_class}{what}"


def nothing_listed(
    split: Split, name: str | None, kept: Kept, *, is_asking: bool, is_known: bool = True
) -> str:
    """Return why no image is listed."""
    if kept is Kept.ALL:
        return f"There is no {split.value} image of {name}."
    if is_asking:
        return "The network is being asked."
    if not is_known:
        return _NOT_ASKED
    of_class = f" of {name}" if name is not None else ""
    return f"No {split.value} image{of_class} is {kept.value}."


def brightness(counts: NDArray[np.int64], max_value: int) -> str:
    """Return mean and deviation of pixels as shares of white, from how often each level (L,) occurs."""
    total = int(counts.sum())
    if not total:
        return "no pixels"
    levels = np.arange(len(counts)) / max_value
    mean = float((counts * levels).sum() / total)
    deviation = float(np.sqrt((counts * np.square(levels - mean)).sum() / total))
    return f"mean {number(mean)}, standard deviation {number(deviation)}"


def pixel_headings(dataset: Dataset, counts: NDArray[np.int64], label: int | None) -> tuple[str, ...]:
    """Return what stands above the histogram of each colour, from `counts` (classes, colours, levels).

    It tells of one class, or of all where `label` is None.
    """
    part = counts.sum(axis=0) if label is None else counts[label]
    of_class = "" if label is None else f" of {dataset.class_names[label]}"
    names = COLORS if len(part) > 1 else (GRAY,)
    return tuple(
        f"{name}{of_class}: {brightness(levels, dataset.max_value)}"
        for name, levels in zip(names, part, strict=False)
    )


def brightness_at(level: int, part: float, whole: float) -> str:
    """Return which share of some pixels, and of all, has a level."""
    said = f"level {level}: {share(part)}"
    return said if part == whole else f"{said}, {share(whole)} of all classes"
