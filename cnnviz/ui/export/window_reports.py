"""What the views of a window show at this moment, as reports.

What writes a report is loaded when one is taken: the window opens without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.training.class_report import ClassReport
from cnnviz.ui.evaluation.words import list_heading
from cnnviz.ui.export.about import about_view, image_words, run_words
from cnnviz.ui.inspector.answers import selected_answers
from cnnviz.ui.preparing.words import said_of

if TYPE_CHECKING:
    from cnnviz.interpret.activations import ImageView
    from cnnviz.ui.export.layer_report import LayerShown
    from cnnviz.ui.export.report import Report
    from cnnviz.ui.main_window import MainWindow


class WindowReports:
    """Takes reports from the views of a window; each is None while there is nothing in the view."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._bench = window.workbench

    def unit(self) -> Report | None:
        """Return the number that is taken apart, or what it sees, or how its whole map was made."""
        from cnnviz.ui.export.unit_report import maps_report, reach_report, unit_report

        page = self._window.stage.unit_page
        if not self._window.stage.is_at_unit or page.look is None or page.shown is None:
            return None
        about = self._about(page.look.spec.name, page.look.view)
        field = page.field
        if field is not None and field.field is not None:
            return reach_report(field.look, field.unit, page.class_names, about, field.field)
        report = maps_report if page.shows_maps else unit_report
        return report(page.look, page.shown, page.class_names, about)

    def network(self) -> Report | None:
        """Return the columns of the network, as they are opened and paged."""
        from cnnviz.ui.export.network_report import network_report

        shown, inspection = self._window.network_view.canvas.shown, self._bench.inspector.inspection
        if shown is None or inspection is None:
            return None
        return network_report(shown, self._about(inspection.spec.name, shown.view))

    def layer(self) -> Report | None:
        """Return the layer that is looked at from near."""
        from cnnviz.ui.export.layer_report import layer_report

        shown = self._layer()
        return None if shown is None else layer_report(shown, self._about_layer(shown))

    def map(self) -> Report | None:
        """Return its map that is enlarged."""
        from cnnviz.ui.export.layer_report import map_report

        shown = self._layer()
        return None if shown is None else map_report(shown, self._about_layer(shown))

    def answer(self) -> Report | None:
        """Return what the network makes of the image."""
        from cnnviz.ui.export.answer_report import AnswerShown, answer_report

        inspection, selection = self._bench.inspector.inspection, self._bench.selection
        if inspection is None:
            return None
        view, dataset = inspection.image_view, selection.dataset
        answers = selected_answers(view, self._bench.document.loss, selection)
        shown = AnswerShown(view.picture, answers, tuple(dataset.class_names), inspection.true_class)
        return answer_report(shown, self._about(inspection.spec.name, view))

    def evaluation(self) -> Report | None:
        """Return what was found out about a part of the data set."""
        from cnnviz.ui.export.evaluation_report import evaluation_report

        panel = self._window.evaluation
        if panel.findings is None:
            return None
        by_row = panel.head.shares_button.isChecked()
        return evaluation_report(panel.findings, panel.findings.spec.name, by_row=by_row)

    def classes(self) -> Report | None:
        """Return how well each class is found."""
        from cnnviz.ui.export.classes_report import classes_report

        findings = self._window.evaluation.findings
        if findings is None or not isinstance(findings.report, ClassReport):
            return None
        return classes_report(findings, findings.spec.name)

    def evaluated_images(self) -> Report | None:
        """Return the images that are listed beside: mistakes, those of a cell, or the farthest off."""
        from cnnviz.ui.export.evaluated_images_report import evaluated_images_report

        panel = self._window.evaluation
        if panel.findings is None:
            return None
        report, classes = panel.findings.report, panel.classes
        is_of_classes = isinstance(report, ClassReport)
        places = (classes if is_of_classes else panel.numbers).images.images.places
        heading = list_heading(report, len(places), *classes.choice)
        return evaluated_images_report(panel.findings, places, heading, panel.findings.spec.name)

    def why(self) -> Report | None:
        """Return which parts speak for a class, or what a filter looks for."""
        from cnnviz.ui.export.why_report import why_report

        panel, bench = self._window.why, self._bench
        answer = panel.class_page.answer
        if answer is None or panel.page == 1:  # the answer may be of a design that is gone
            return why_report(panel, bench.document.spec.name)
        question = answer.question
        image = image_words(bench.selection, question.image)
        return why_report(panel, question.snapshot.spec.name, image)

    @property
    def has_curves(self) -> bool:
        """Whether a step was done."""
        return len(self._bench.session.history.steps) > 0

    def curves(self) -> Report | None:
        """Return the curves as they are drawn, and all that the run has reported."""
        from cnnviz.ui.export.curves_report import curves_report

        bench, panel = self._bench, self._window.curves
        history, options = bench.session.history, panel.options
        result = bench.session.result if bench.session.is_idle else None
        design, data = bench.document.spec.name, said_of(bench.selection.dataset)
        if result is not None:  # another data set may have been opened since
            design, data = result.spec.name, said_of(result.data)
        about = run_words(design, data, history)
        in_epochs = options.counts_epochs
        return curves_report(panel.shown_plots, history, about, mean_of=options.mean_of, in_epochs=in_epochs)

    def _layer(self) -> LayerShown | None:
        from cnnviz.ui.export.layer_report import LayerShown

        panel = self._window.layer_panel
        if panel.inspection is None:
            return None
        return LayerShown(panel.inspection, panel.layer_id, panel.map_index, panel.order, panel.studied)

    def _about_layer(self, shown: LayerShown) -> str:
        return self._about(shown.inspection.spec.name, shown.inspection.image_view)

    def _about(self, design: str, view: ImageView) -> str:
        return about_view(design, view, image_words(self._bench.selection, view.image))
