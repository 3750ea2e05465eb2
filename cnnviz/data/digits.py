"""The bundled data set: 1,797 real handwritten digits of 8×8 pixels."""

from __future__ import annotations

import numpy as np

from cnnviz.data.dataset import Dataset
from cnnviz.data.npz import read_arrays
from cnnviz.data.splitting import stratified_splits
from cnnviz.resource_files import resource_path

NAME = "digits"
TITLE = "Handwritten digits 8×8"
CREDIT = (
    "Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), "
    "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49; test part, "
    "as distributed with scikit-learn"
)
LICENCE = "CC BY 4.0"
IMAGE_SHAPE = (8, 8, 1)
CLASS_COUNT = 10
TRAIN_COUNT, VALIDATION_COUNT, TEST_COUNT = 1_197, 300, 300
MAX_VALUE = 16
"""A pixel counts the black ones in a 4×4 block of the scanned 32×32 bitmap."""


def open_digits() -> Dataset:
    """Open the bundled digits with their fixed split of 1,197 / 300 / 300 images.

    Raises
    ------
    FileError
        The program's own file is missing.
    DataError
        The program's own file is damaged.
    """
    arrays = read_arrays(resource_path("data", "digits.npz"), required=("images", "labels"))
    labels = arrays["labels"].astype(np.int64)
    return Dataset(
        name=NAME,
        title=TITLE,
        images=arrays["images"][..., None],
        labels=labels,
        class_names=tuple(str(digit) for digit in range(CLASS_COUNT)),
        splits=stratified_splits(labels, validation=VALIDATION_COUNT, test=TEST_COUNT),
        max_value=MAX_VALUE,
        credit=CREDIT,
        licence=LICENCE,
    )
