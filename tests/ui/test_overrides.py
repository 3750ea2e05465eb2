"""An error in a method that Qt calls is told, and the program goes on."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QAbstractListModel, QEvent, QObject, Signal
from PySide6.QtWidgets import QDialog, QSpinBox

from cnnviz.ui.overrides import guard_overrides

# One error for each wish, in the midst of what a slot asks of Qt; then the program ends by itself.
FAIL_AND_GO_ON = """
import sys
import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QAbstractListModel, QEvent, QIdentityProxyModel, QObject, QSize, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from cnnviz.app.startup import ErrorReporter
from cnnviz.ui.overrides import guard_overrides


class Painting(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        painter.drawPoint(1, 1)
        [].pop()


class Filter(QObject):
    def eventFilter(self, watched, event):
        return [].pop()


guard_overrides()  # the classes above were made before, those below are made after it


class Model(QAbstractListModel):
    def rowCount(self, parent=None):
        return 1

    def data(self, index, role=0):
        return self.gone.text()


class Sized:
    def sizeHint(self):
        return QSize("wide")


class Mixed(Sized, QLabel):
    pass


def paint():
    widget.repaint()


def paint_a_picture():
    widget.grab()


def filter_events():
    app.sendEvent(watched, QEvent(QEvent.Type.User))


def ask_a_model():
    proxy.data(proxy.index(0, 0))


def ask_a_mixin():
    holder.layout().activate()


def paint_a_plot():
    plot.scene().prepareForPaint = [].pop
    plot.grab()


def kind_in(details):
    return next(line for line in details.splitlines()[1:] if not line.startswith(" ")).partition(":")[0]


app = QApplication([])
widget, watched, judge = Painting(), QObject(), Filter()
watched.installEventFilter(judge)
model = Model()
model.gone = QLabel()
shiboken6.delete(model.gone)
proxy = QIdentityProxyModel()
proxy.setSourceModel(model)
holder = QWidget()
QVBoxLayout(holder)
plot = pg.PlotWidget()
plot.plot([1, 2], [3, 4])
told = []
reporter = ErrorReporter()
reporter.install()
reporter.error_reported.connect(lambda summary, details: told.append(kind_in(details)))
wish = globals()[sys.argv[1]]
if wish is paint:
    widget.show()
if wish is ask_a_mixin:
    holder.layout().addWidget(Mixed())
for _ in range(3):
    QTimer.singleShot(0, wish)
QTimer.singleShot(50, app.quit)
app.exec()
reporter.uninstall()
print("\\n".join(told))
"""


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ("paint", "IndexError"),
        ("paint_a_picture", "IndexError"),
        ("filter_events", "IndexError"),
        ("ask_a_model", "RuntimeError"),
        ("ask_a_mixin", "TypeError"),
        ("paint_a_plot", "IndexError"),
    ],
)
def test_an_error_in_what_qt_calls_is_told_and_the_program_goes_on(wish, kind):
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    command = [sys.executable, "-c", FAIL_AND_GO_ON, wish]
    program = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert program.returncode == 0, program.stderr
    assert set(program.stdout.split()) == {kind}, program.stderr


class Plain:
    def keyPressEvent(self, event: QEvent) -> None:
        """Written in a class that is none of Qt's."""


@pytest.fixture
def spin(qtbot):
    class Spin(Plain, QSpinBox):
        def stepBy(self, steps: int = 3) -> None:
            """Step by three."""
            super().stepBy(steps)

        def event(self, *values: QEvent) -> bool:
            return super().event(*values)

        def own(self) -> None:
            """Nothing of Qt's."""

        def updateEditorGeometry(self, one, two, three, four, five):
            """Nothing of Qt's, here."""

    spin = Spin()
    qtbot.addWidget(spin)
    return spin


def test_a_method_keeps_its_name_its_words_and_its_parameters(spin):
    assert spin.stepBy.__name__ == "stepBy"
    assert spin.stepBy.__doc__ == "Step by three."
    assert str(inspect.signature(spin.stepBy)) == "(steps: 'int' = 3) -> 'None'"
    spin.stepBy()
    spin.stepBy(steps=4)
    assert spin.value() == 7


def is_guarded(method):
    return method.__code__.co_filename == inspect.getfile(guard_overrides)


def test_what_overrides_a_method_of_qt_is_guarded_and_nothing_else(spin):
    assert is_guarded(spin.stepBy)
    assert is_guarded(spin.event)
    assert is_guarded(spin.keyPressEvent)
    assert not is_guarded(spin.own)
    assert not is_guarded(spin.updateEditorGeometry)


def test_guarding_again_changes_nothing(spin):
    before = [vars(cls).get("stepBy") for cls in type(spin).__mro__]
    guard_overrides()
    assert [vars(cls).get("stepBy") for cls in type(spin).__mro__] == before
    assert not is_guarded(spin.stepBy.__wrapped__)


def test_a_signal_hands_over_as_many_values_as_a_method_takes(qtbot):
    class Sender(QObject):
        sent = Signal(int, str)

    class Asking(QDialog):
        def accept(self) -> None:
            super().accept()

        def done(self, result: int) -> None:
            super().done(result)

    sender, dialog = Sender(), Asking()
    qtbot.addWidget(dialog)
    sender.sent.connect(dialog.accept)
    sender.sent.emit(2, "two")
    assert dialog.result() == QDialog.DialogCode.Accepted
    sender.sent.disconnect(dialog.accept)
    sender.sent.connect(dialog.done)
    sender.sent.emit(7, "seven")
    assert dialog.result() == 7


def test_an_error_for_a_caller_in_python_is_the_same_one():
    class Rows(QAbstractListModel):
        def rowCount(self, parent=None):
            raise LookupError("no rows")

    with pytest.raises(LookupError, match="^no rows$"):
        Rows().rowCount()


def test_what_a_failed_method_had_at_hand_is_let_go():
    class Held:
        gone = False

        def __del__(self):
            Held.gone = True

    class Failing(QObject):
        def event(self, event):
            held = Held()
            raise LookupError(type(held).__name__)

    with pytest.raises(LookupError, match="Held") as kept:
        Failing().event(QEvent(QEvent.Type.User))
    assert Held.gone
    assert kept.tb is not None


def test_a_class_with_words_of_its_own_for_subclasses_is_made_as_before():
    class Named:
        def __init_subclass__(cls) -> None:
            super().__init_subclass__()
            cls.word = cls.__name__.lower()

    class First(Named, QObject):
        """Qt's class comes last."""

    class Second(QObject, Named):
        """Qt's class comes first."""

    assert (First.word, Second.word) == ("first", "second")
