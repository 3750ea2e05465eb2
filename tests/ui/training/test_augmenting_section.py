from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFocusEvent

from cnnviz.app.training.presets import Presets
from cnnviz.data.digits import open_digits
from cnnviz.interpret.activations import picture_of
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.fields import field_infos
from cnnviz.spec.training import TrainingSpec
from cnnviz.training.examples import TrainingImages
from cnnviz.ui.plots.atlas_painting import picture_image
from cnnviz.ui.training.augmenting_section import AugmentingSection
from cnnviz.ui.training.settings_form import TrainingForm
from cnnviz.ui.training.variant_pictures import VARIANTS

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

VARIED = Augmenting(rotate=20, shift=0.1)
INDEX = 7


@pytest.fixture
def section(qtbot: QtBot) -> AugmentingSection:
    widget = AugmentingSection()
    qtbot.addWidget(widget)
    widget.set_image(open_digits().scaled_image(INDEX), INDEX)
    widget.set_augmenting(VARIED, 3)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def shown(section: AugmentingSection) -> list[object]:
    return [view.image for view in section.pictures.variants]


def test_each_variation_has_a_control_which_changes_it_alone(
    section: AugmentingSection, qtbot: QtBot
) -> None:
    assert set(section.editors) == set(field_infos(Augmenting))
    with qtbot.waitSignal(section.augmenting_changed) as changed:
        section.editors["noise"].value_changed.emit(0.2)
    assert changed.args == [Augmenting(rotate=20, shift=0.1, noise=0.2)]


def test_pictures_are_those_that_a_run_with_the_seed_sees(section: AugmentingSection) -> None:
    images = TrainingImages(open_digits(), 3)
    for epoch, view in enumerate(section.pictures.variants):
        seen = images.batch(np.array([INDEX]), VARIED, epoch)[..., 0]
        assert view.image == picture_image(picture_of(seen))
    assert section.pictures.original.image == picture_image(picture_of(open_digits().scaled_image(INDEX)))
    assert section.pictures.epochs_text == "As it is, then as the run shows it in epochs 1 to 8"


def test_new_variants_are_those_of_the_next_epochs(section: AugmentingSection) -> None:
    before = shown(section)
    section.pictures.again.click()
    assert section.pictures.epochs_text.endswith("epochs 9 to 16")
    assert all(one != other for one, other in zip(before, shown(section), strict=True))
    assert len(before) == VARIANTS


def test_pictures_follow_numbers_seed_and_image(section: AugmentingSection) -> None:
    states = [shown(section)]
    section.set_augmenting(Augmenting(rotate=90), 3)
    states.append(shown(section))
    section.set_augmenting(Augmenting(rotate=90), 4)
    states.append(shown(section))
    section.set_image(open_digits().scaled_image(8), 8)
    states.append(shown(section))
    assert all(one != other for one, other in itertools.pairwise(states))


def test_out_of_sight_nothing_is_drawn_until_it_is_shown(section: AugmentingSection, qtbot: QtBot) -> None:
    before = shown(section)
    section.hide()
    section.set_augmenting(Augmenting(rotate=180), 3)
    assert shown(section) == before
    section.show()
    qtbot.waitExposed(section)
    assert shown(section) != before


def test_a_picture_says_what_it_has_drawn(section: AugmentingSection) -> None:
    view = section.pictures.variants[2]
    view.focusInEvent(QFocusEvent(QEvent.Type.FocusIn))
    assert section.pictures.words == view.text == view.accessibleName()
    assert view.text.startswith("Epoch 3: turned ")
    view.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    assert "Point at a picture" in section.pictures.words


def test_without_variations_it_says_so(section: AugmentingSection) -> None:
    section.set_augmenting(Augmenting(), 3)
    assert "off" in section.pictures.words
    assert not section.pictures.again.isEnabled()
    assert shown(section) == [section.pictures.original.image] * VARIANTS


def test_where_numbers_are_learned_it_says_what_becomes_of_them(section: AugmentingSection) -> None:
    section.set_learns_numbers(True)
    assert "numbers to learn" in section.note
    section.set_learns_numbers(False)
    assert section.note == Augmenting.summary


def test_large_images_are_varied_at_a_smaller_size(section: AugmentingSection) -> None:
    section.set_image(np.random.default_rng(0).random((3, 400, 200), dtype=np.float32), None)
    image = section.pictures.variants[0].image
    assert (image.width(), image.height()) == (50, 100)
    assert "would show" in section.pictures.epochs_text


def test_the_form_takes_variations_also_while_a_run_is_on(qtbot: QtBot, tmp_path: Path) -> None:
    form = TrainingForm(TrainingSpec(), Presets(tmp_path / "presets.json"))
    qtbot.addWidget(form)
    form.set_running(True)
    assert form.augmenting.editors["shift"].isEnabled()
    with qtbot.waitSignal(form.training_changed) as changed:
        form.augmenting.editors["shift"].value_changed.emit(0.1)
    assert changed.args[0].augmenting == form.training.augmenting == Augmenting(shift=0.1)
    form.set_training(TrainingSpec())
    assert form.augmenting.editors["shift"].value() == 0
