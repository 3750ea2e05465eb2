"""What may help where a run has ended because its numbers became infinite."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from cnnviz.training.changes import change_in_words
from cnnviz.training.doctor_fixes import applied
from cnnviz.training.doctor_revival import are_dead, restarted
from cnnviz.ui.widgets.banner import BannerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from cnnviz.spec.training import TrainingSpec
    from cnnviz.ui.notices import Notices
    from cnnviz.ui.run_actions import RunActions
    from cnnviz.ui.training.settings_form import TrainingForm

LOWER_RATE, CLIP = "Rate ÷ 10", "Clip Gradients at Norm 1"
_LOWEST_RATE = 1e-8
PENALTIES = ("l2", "l1")
MOST_PENALTY, USUAL_PENALTY = 0.5, 0.001
DEAD = "Its units are dead: no rate brings them back, only Restart."


class Remedies(QObject):
    """Offers what may help beside the reason of the end; each is one click in the settings."""

    def __init__(self, runs: RunActions, form: TrainingForm, notices: Notices, train: QAction) -> None:
        super().__init__(runs)
        self._runs, self._session = runs, runs.session
        self._form = form
        self._notices = notices
        self._train = train
        runs.diverged.connect(self._on_diverged)

    @Slot(str)
    def _on_diverged(self, text: str) -> None:
        training = self._form.training
        offers: dict[str, Callable[[], object]] = {}
        remedies = {CLIP: dataclasses.replace(training, clip_norm=1.0)}
        if are_dead(self._session.history.vitals):
            text, fix = f"{text} {DEAD}", restarted(training)
            offers[fix.label] = functools.partial(self._begin_again, applied(fix, training))
        else:
            remedies = {LOWER_RATE: with_lower_rate(training), **remedies}
        for name in PENALTIES:
            if getattr(training, name) > MOST_PENALTY:
                text = f"{text} {name.upper()} {getattr(training, name):g} is far too much."
                price: dict[str, Any] = {name: USUAL_PENALTY}
                remedies[f"{name.upper()} {USUAL_PENALTY:g}"] = dataclasses.replace(training, **price)
        offers |= {
            word: functools.partial(self._apply, other)
            for word, other in remedies.items()
            if other != training
        }
        self._notices.show_offers(text, offers, BannerKind.PROBLEM)

    def _begin_again(self, training: TrainingSpec) -> None:
        self._runs.restart_after(functools.partial(self._form.choose, training))

    def _apply(self, training: TrainingSpec) -> None:
        words = change_in_words(self._form.training, training)
        self._form.choose(training)
        text = f"Changed: {words}. Training goes on from the weights that were kept."
        self._notices.show_offers(text, {self._train.text(): self._train.trigger})


def with_lower_rate(training: TrainingSpec) -> TrainingSpec:
    """Return the settings with a tenth of the learning rate."""
    rate = max(training.optimizer.learning_rate / 10, _LOWEST_RATE)
    optimizer = dataclasses.replace(training.optimizer, learning_rate=rate)
    return dataclasses.replace(training, optimizer=optimizer)
