"""A drag over the layer list: which place it means, and what letting go there would do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt

from cnnviz.errors import CnnvizError
from cnnviz.ui.builder.drop import MIME_TYPE, DraggedLayers, apply_drop, from_mime, is_move
from cnnviz.ui.builder.drop_preview import DropPreview, drop_preview, refusal

if TYPE_CHECKING:
    from PySide6.QtGui import QDropEvent

    from cnnviz.ui.builder.gaps import Gap
    from cnnviz.ui.builder.layer_list_model import LayerListModel


@dataclasses.dataclass(frozen=True, slots=True)
class Landing:
    """Where a drop would land, and what it would mean there; the preview is None where nothing changes."""

    gap: Gap
    preview: DropPreview | None


class ListDrop:
    """One drag over a list, from the moment it comes in until it leaves or is let go.

    What a place means is computed once for each, for a hand that trembles comes back often.
    """

    def __init__(self, model: LayerListModel, data: QMimeData) -> None:
        self._model = model
        self._dragged = _read(data)
        self._spec = model.document.spec
        self._previews: dict[tuple[Gap, bool], DropPreview | None] = {}

    def landing(self, gap: Gap, *, copy: bool) -> Landing:
        """Return what letting go in this gap would do."""
        if self._spec is not self._model.document.spec:  # undone or edited while the drag is on
            self._spec = self._model.document.spec
            self._previews.clear()
        key = (gap, copy)
        if key not in self._previews:
            self._previews[key] = self._preview(gap, copy=copy)
        return Landing(gap, self._previews[key])

    def _preview(self, gap: Gap, *, copy: bool) -> DropPreview | None:
        document = self._model.document
        if self._dragged is None:
            return DropPreview("")  # the drop itself will say what is wrong with it
        try:
            after, landed = apply_drop(
                self._spec, self._dragged, gap.place, copy=copy, target=self._model.token
            )
        except CnnvizError as error:
            return refusal(str(error))
        if after == self._spec:
            return None
        prospect = document.what_if(after)
        return drop_preview(
            (document.trace, document.problems),
            (prospect.trace, prospect.problems),
            landed,
            self._verb(self._dragged, copy=copy),
        )

    def _verb(self, dragged: DraggedLayers, *, copy: bool) -> str:
        if is_move(self._spec, dragged, copy=copy, target=self._model.token):
            return "Move"
        return "Copy" if dragged.source else "Add"


def action_of(event: QDropEvent) -> Qt.DropAction:
    """Return what a drop does: what the keys ask for where the source allows it."""
    possible = event.possibleActions()
    wanted = event.dropAction()
    if wanted in (Qt.DropAction.MoveAction, Qt.DropAction.CopyAction) and possible & wanted:
        return wanted
    return Qt.DropAction.MoveAction if possible & Qt.DropAction.MoveAction else Qt.DropAction.CopyAction


def _read(data: QMimeData) -> DraggedLayers | None:
    try:
        return from_mime(bytes(data.data(MIME_TYPE).data()))
    except CnnvizError:
        return None
