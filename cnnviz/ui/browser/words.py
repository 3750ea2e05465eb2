"""What the browser of a data set says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cnnviz.spec.words import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cnnviz.data.dataset import Split

_NEARLY_EQUAL = 1.1
_MOST_NAMED = 3

TEST_NOTE = (
    "Test images are there for the last judgement: who chooses a network by them finds it better than it is."
)


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


def mapped(count: int, shares: tuple[float, float]) -> str:
    """Return what a map shows: how many images, and how much of their differences."""
    both = 100 * sum(shares)
    return (
        f"{counted(count, 'image')}, seen along the two directions in which their pixels differ most; "
        f"that is {both:.0f} % of all differences"
    )


def listed(count: int, split: Split, name: str | None) -> str:
    """Return how many images are listed, of which class (None: all) and part."""
    of_class = f" of {name}" if name is not None else ""
    return f"{counted(count, f'{split.value} image')}{of_class}"
