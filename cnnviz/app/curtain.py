"""What hides the test images of a data set until somebody asks for them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot


class Curtain(QObject):
    """Hides test images, which are there for the last judgement, in every view alike.

    It falls again where another data set comes.

    Signals
    -------
    asked()
        Somebody wants to see the test images, and from now on does.
    seen()
        Test images are looked at.
    changed()
        They are hidden or no longer.
    """

    asked, seen, changed = Signal(), Signal(), Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = False

    @property
    def is_open(self) -> bool:
        """Whether test images may be shown."""
        return self._is_open

    @Slot()
    def ask(self) -> None:
        """Show test images because a person wants to see them."""
        if not self._is_open:
            self._is_open = True
            self.asked.emit()  # first, so that who shows them can tell that it was noted
            self.changed.emit()

    @Slot()
    def lift(self) -> None:
        """Show test images because they were used otherwise, which was noted where it was done."""
        self._set_open(is_open=True)

    @Slot()
    def fall(self) -> None:
        """Hide them: they are those of another data set."""
        self._set_open(is_open=False)

    @Slot()
    def note_seen(self) -> None:
        """Tell that test images are looked at."""
        if self._is_open:
            self.seen.emit()

    def _set_open(self, *, is_open: bool) -> None:
        if is_open is not self._is_open:
            self._is_open = is_open
            self.changed.emit()
