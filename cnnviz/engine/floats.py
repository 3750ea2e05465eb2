"""How numbers that leave the range of their type are treated."""

from __future__ import annotations

import numpy as np


def quiet() -> np.errstate:
    """Return a context in which overflow and NaN pass without a warning.

    They travel on to the loss, where the training loop looks for them once a step.
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")
