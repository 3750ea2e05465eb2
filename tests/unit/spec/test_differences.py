from __future__ import annotations

import dataclasses

from cnnviz.spec.differences import Difference, differences, lowered, settings_in_words
from cnnviz.spec.layers import BatchNorm, Conv2D, Dense, MaxPool2D
from cnnviz.spec.training import TrainingSpec


def test_only_what_differs_is_named_and_as_forms_write_it():
    left = Conv2D(id="a", filters=1600, padding="valid")
    right = Conv2D(id="b", filters=32, kernel_size=(5, 3), padding=(1, 2, 3, 4), use_bias=False)
    assert differences(left, left) == ()
    assert differences(left, right) == (
        Difference("Filters", "1,600", "32"),
        Difference("Kernel", "3×3", "5×3"),
        Difference("Padding", "valid", "1, 2, 3, 4"),
        Difference("Bias", "yes", "no"),
    )
    assert differences(left, right)[0].text == "filters 1,600 → 32"


def test_settings_of_other_kinds_are_left_out():
    assert differences(MaxPool2D(stride=(1, 1)), BatchNorm()) == ()


def test_a_setting_without_effect_on_either_side_is_no_difference():
    fixed = dataclasses.replace(Dense(), initializer="constant", initial_value=0.5)
    assert "Initial value" not in [one.label for one in differences(Dense(initial_value=0.5), Dense())]
    assert len(differences(fixed, dataclasses.replace(fixed, initial_value=0.25))) == 1
    assert "0.5" in settings_in_words(fixed)


def test_choices_are_in_the_words_of_the_form():
    before, after = TrainingSpec(), TrainingSpec(best_by="val_loss")
    assert [one.text for one in differences(before, after)] == [
        "best epoch by validation accuracy → validation loss"
    ]


def test_names_keep_their_capitals():
    assert [lowered(label) for label in ("L2", "Seed", "RMS")] == ["L2", "seed", "RMS"]
