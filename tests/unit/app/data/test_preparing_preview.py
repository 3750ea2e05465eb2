from __future__ import annotations

from cnnviz.app.data.preparing_preview import OutlookWish
from cnnviz.data.digits import open_digits
from cnnviz.data.preparing import prepared
from cnnviz.spec.preparing import Preparing


def _outlook(preparing: Preparing):
    digits = open_digits()
    return OutlookWish(digits, preparing, digits.unit_image(0)).meet()


def test_the_numbers_are_those_of_the_training_images():
    found = _outlook(Preparing(standardise=True))
    assert found.is_whole
    assert found.treatment == prepared(open_digits(), Preparing(standardise=True)).treatment
    assert [stage.name for stage in found.stages] == ["As it is", "Numbers"]


def test_of_very_large_images_a_few_are_enough():
    found = _outlook(Preparing(height=2_048, width=2_048, standardise=True))
    assert not found.is_whole
    assert found.images == 64
    assert found.stages[-1].pixels.shape == (1, 2_048, 2_048)
