"""Keeps the views of the selected image true: to the design, the weights and the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from cnnviz.interpret.atlas import Scale

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.app.looking.inspection import Inspector
    from cnnviz.app.looking.time_travel import TimeTravel
    from cnnviz.app.selection import Selection
    from cnnviz.app.training.session import Session

AFTER_EDIT_MS = 20
"""Time for an edit to be painted before its maps are computed: they take the interpreter from the window,
and a window that needs 7 ms to show an edit of 100 layers then needs 45."""


class LiveView(QObject):
    """Asks the inspector for new views whenever something they show has changed, once for changes in a row.

    During a run it asks for newer weights only when the views of the last ones are there, so that a network
    that is slow to look at slows down the pictures and not the training. While nobody looks it asks for none,
    nor while earlier weights are in sight, which are those of `travel`.
    """

    def __init__(
        self,
        document: Document,
        session: Session,
        selection: Selection,
        inspector: Inspector,
        parent: QObject | None = None,
        *,
        travel: TimeTravel | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._session = session
        self._travel = travel
        self._weights = travel or session
        self._selection = selection
        self._inspector = inspector
        self._scale = Scale.PER_LAYER
        self._is_watched = self._is_held = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        document.spec_changed.connect(self._on_design_changed)
        for changed in (self._weights.weights_changed, selection.image_changed):
            changed.connect(self._on_subject_changed)
        session.run_started.connect(self._on_subject_changed)
        inspector.inspected.connect(self._on_inspector_answered)
        inspector.failed.connect(self._on_inspector_answered)

    @property
    def is_about_to_ask(self) -> bool:
        """Whether new views are wanted that the inspector does not know of yet."""
        return self._soon.isActive()

    @property
    def scale(self) -> Scale:
        """Over what the colours of maps are spread."""
        return self._scale

    def set_scale(self, scale: Scale) -> None:
        """Spread the colours over each layer, or over each map."""
        if scale is not self._scale:
            self._scale = scale
            self._on_subject_changed()

    def set_watched(self, watched: bool) -> None:
        """Say whether anybody can see the views."""
        if watched and not self._is_watched:
            self._soon.start(0)
        self._is_watched = watched

    @Slot()
    def hold_weights(self) -> None:
        """Stay with the weights in sight, so that the views of a changing image need not wait for others."""
        self._is_held = True

    @Slot()
    def let_weights_go(self) -> None:
        """Follow the weights of a run again."""
        self._is_held = False
        self._on_inspector_answered()

    @Slot()
    def _on_subject_changed(self) -> None:
        if self._is_watched:
            self._soon.start(0)

    @Slot()
    def _on_design_changed(self) -> None:
        if self._is_watched:
            self._soon.start(AFTER_EDIT_MS)

    @Slot()
    def _ask(self) -> None:
        spec = self._document.spec
        self._inspector.request(
            spec,
            self._weights.parameters_for(spec),
            self._selection.pixels,
            true_class=self._selection.label,
            step=self._weights.weights_step,
            epoch=self._weights.weights_epoch,
            scale=self._scale,
            is_past=self._is_past,
            units=self._selection.units,
        )

    @property
    def _is_past(self) -> bool:
        return self._travel is not None and self._travel.is_past

    @Slot()
    def _on_inspector_answered(self) -> None:
        if self._is_watched and not self._is_past and not self._is_held:
            self._session.want_weights()
