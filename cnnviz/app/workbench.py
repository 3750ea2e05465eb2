"""Everything a window works with, put together and taken apart in the right order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cnnviz.app.attribution.attributions import Attributions
from cnnviz.app.data.dataset_opener import DatasetOpener
from cnnviz.app.data.download_room import DownloadRoom
from cnnviz.app.data.downloader import Downloader
from cnnviz.app.data.importer import Importer
from cnnviz.app.data.prepared_pictures import PreparedPictures
from cnnviz.app.data.recent_data import RecentDatasets
from cnnviz.app.data.sample_finder import SampleFinder
from cnnviz.app.designs.bundled import default_design
from cnnviz.app.document import Document
from cnnviz.app.evaluation.baseline_runner import BaselineRunner
from cnnviz.app.evaluation.evaluator import Evaluator
from cnnviz.app.evaluation.image_judge import ImageJudge
from cnnviz.app.evaluation.uses_of_test import UsesOfTest
from cnnviz.app.files.autosave import Autosave
from cnnviz.app.looking.film_writer import FilmWriter
from cnnviz.app.looking.inspection import Inspector
from cnnviz.app.looking.layer_student import LayerStudent
from cnnviz.app.looking.layer_timing import LayerTiming
from cnnviz.app.looking.live_view import LiveView
from cnnviz.app.looking.time_travel import TimeTravel
from cnnviz.app.looking.unit_field import FieldFinder
from cnnviz.app.runs.kept_twins import KeptTwins
from cnnviz.app.runs.run_library import RunLibrary
from cnnviz.app.selection import Selection
from cnnviz.app.settings import MapPace
from cnnviz.app.threads.latest_wish import LatestWish
from cnnviz.app.training.doctor_runner import DoctorRunner
from cnnviz.app.training.presets import Presets
from cnnviz.app.training.session import Session
from cnnviz.data.catalog import open_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from cnnviz.app.settings import Settings

DEFAULT_DATASET = "digits"
_RECOVERY = "recovery"
_RUNS = "runs"
_TWINS = "waiting-twins"
_PRESETS = "presets.json"

_log = logging.getLogger(__name__)


class Workbench(QObject):
    """The default design, the bundled digits, and all that can be done with them.

    Unsaved work is kept in the folder `recovery` and every run in `runs`, or beside the settings where none
    is given.

    Attributes
    ----------
    settings, presets, document, autosave, session, selection, inspector, live_view, dataset_opener, importer,
    recent_data, timing,
    evaluator, baselines, neighbors, means, maps, pixels, judge, doctor, travel, film_writer, attributions
        One of each, for one window.
    recovery_root
        Where every window keeps its unsaved work.
    """

    def __init__(
        self,
        settings: Settings,
        recovery: Path | None = None,
        parent: QObject | None = None,
        *,
        runs: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.presets = Presets(settings.path.with_name(_PRESETS))
        self.recovery_root = recovery or settings.path.parent / _RECOVERY
        self.document = Document(default_design(), self)
        self.autosave = Autosave(self.document, self.recovery_root, self, data_source=self._data_source)
        self.session = Session(self)
        runs = runs or settings.path.parent / _RUNS
        self.library, self.kept_twins = RunLibrary(runs, self), KeptTwins(runs.with_name(_TWINS))
        self.document.spec_changed.connect(self._on_spec_changed)  # before any view asks for its weights
        self.document.begun.connect(self._on_begun)
        self.session.show_design(self.document.spec)
        self.travel = TimeTravel(self.document, self.session, self.library, self)
        self.session.keeping = self.travel.keeping
        self.session.run_prepared.connect(self.document.end_merging)  # what was trained, undo can find
        self.selection = Selection(open_dataset(DEFAULT_DATASET), self)
        self.recent_data = RecentDatasets(settings, self)
        self.inspector = Inspector(self)
        self.live_view = LiveView(
            self.document, self.session, self.selection, self.inspector, self, travel=self.travel
        )
        self._look_as(settings)
        self.dataset_opener = DatasetOpener(self)
        self.importer = Importer(self)
        self.downloader, self.prepared_pictures = Downloader(self), PreparedPictures(parent=self)
        self.samples = SampleFinder(self.downloader.cache, self)
        self.download_room = DownloadRoom(self.downloader, self)
        self.timing = LayerTiming(self.session, self)
        self.baselines = BaselineRunner(self.document, self.session, self.selection, self)
        self.neighbors, self.means, self.maps, self.pixels, self.outlooks = self._wishes()
        self.fields = FieldFinder(self)
        self.student = LayerStudent(self.session, self.selection, self.travel, self)
        self.doctor = DoctorRunner(self.document, self.session, self.selection, self)
        self.evaluator = Evaluator(self.document, self.session, self.selection, self, travel=self.travel)
        self.attributions = Attributions(
            self.document, self.session, self.selection, self, travel=self.travel
        )
        self.film_writer = FilmWriter(self)
        self.judge = ImageJudge(self.document, self.session, self.selection, self.travel, self)
        UsesOfTest(self.document, self.session, self.library, self.evaluator, self.judge, self.selection)
        self.selection.dataset_changed.connect(self._on_dataset_changed)
        self._on_dataset_changed()

    def _wishes(self) -> list[LatestWish]:
        """Return what meets wishes for neighbours, means, maps, pixel counts and looks at a preparation."""
        names = ("neighbors", "means", "maps", "pixels", "preparing")
        return [LatestWish(f"cnnviz-{name}", self) for name in names]

    def _data_source(self) -> str:
        return self.selection.dataset.source

    def close(self) -> bool:
        """End every thread and write the settings. Return whether all threads have ended."""
        self.live_view.set_watched(False)
        ended = all((self.evaluator.close(), self.session.close(), self.timing.close(), self.doctor.close()))
        ended = all((self.baselines.close(), self.neighbors.close(), self.attributions.close(), ended))
        self.dataset_opener.close()
        ended = self.importer.close() and ended
        self.downloader.close()
        self.kept_twins.release()
        ended = all((self.samples.close(), self.download_room.close(), ended))
        ended = self.prepared_pictures.close() and ended
        self.recent_data.close()
        ended = all((self.means.close(), self.maps.close(), self.judge.close(), ended))
        ended = all((self.pixels.close(), self.outlooks.close(), ended))
        ended = all((self.fields.close(), self.student.close(), ended))
        ended = all((self.film_writer.close(), self.travel.close(), self.library.close(), ended))
        kept = self.autosave.close()
        problem = self.settings.write()
        if problem:
            _log.warning(problem)
        return self.inspector.close() and ended and kept

    def _look_as(self, settings: Settings) -> None:
        """Show maps as the person chose them to be shown."""
        self.live_view.set_scale(settings.scale)
        self.session.turns.is_smooth = settings.map_pace is MapPace.SMOOTH

    @Slot()
    def _on_spec_changed(self) -> None:
        self.session.show_design(self.document.spec)

    @Slot()
    def _on_begun(self) -> None:
        self.session.show_design(self.document.spec, is_first=True)

    @Slot()
    def _on_dataset_changed(self) -> None:
        self.document.set_data_shape(self.selection.data_shape)
        self.recent_data.note(self.selection.dataset)
