from __future__ import annotations

import numpy as np

from cnnviz.data.dataset import Split
from cnnviz.data.digits import open_digits

CONTENT_HASH = "4de11f8385d479a8bc2df3ea46bc284e4b8d81d60507c45e7b3f2b84bc1c78db"


def test_the_bundled_digits():
    digits = open_digits()
    assert digits.name == "digits"
    assert digits.images.shape == (1_797, 8, 8, 1)
    assert digits.class_names == tuple("0123456789")
    assert int(digits.images.max()) == digits.max_value == 16
    assert digits.licence == "CC BY 4.0"
    assert "Alpaydin" in digits.credit
    assert "Kaynak" in digits.credit


def test_their_split_is_1197_300_300_and_balanced():
    digits = open_digits()
    assert [len(digits.indices(split)) for split in Split] == [1_197, 300, 300]
    for split in Split:
        counts = np.bincount(digits.labels[digits.indices(split)])
        assert counts.max() - counts.min() <= 6


def test_content_and_split_never_change():
    """Run files name the data they were trained on by this hash."""
    assert open_digits().content_hash == CONTENT_HASH


def test_the_first_image_is_the_zero_that_everybody_knows():
    assert open_digits().labels[0] == 0
    assert open_digits().images[0, 0, :, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
