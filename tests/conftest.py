"""Set-up for every test: no screen, no traces in the home folder, no dialog that waits, no leaks."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

# Before anything imports NumPy: one BLAS thread, so that two test processes do not fight over the cores.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest
from hypothesis import settings as hypothesis_settings

from tests.helpers.long_lived import set_aside

REPOSITORY = Path(__file__).resolve().parents[1]
_HOMES = itertools.count()

# Shared machines are slow by fits, so no example has a deadline; on a build machine the examples are fixed.
hypothesis_settings.register_profile("cnnviz", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "cnnviz")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows of the tests on this screen")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--headed"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test of the window a second try; the summary names it (docs/decisions/second-tries.md).

    Files with slow tests come first, so that no process waits at the end for a long file of the other's.
    """
    for item in items:
        if "qapp" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    set_aside()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("torch") and importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed (extra `peers`)")
    if item.get_closest_marker("mnist") and find_mnist() is None:
        pytest.skip("the MNIST test images are not on disk (set CNNVIZ_MNIST to their folder)")
    if item.get_closest_marker("x11"):
        missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
        if missing:
            pytest.skip(f"{' and '.join(missing)} not installed")


def find_mnist() -> Path | None:
    """Return the folder of the 10,000 MNIST test images in IDX files, or None if there is none."""
    candidates = [os.environ.get("CNNVIZ_MNIST"), REPOSITORY.parent / "shared" / "data" / "mnist-t10k"]
    return next((Path(path) for path in candidates if path and Path(path).is_dir()), None)


@pytest.fixture
def mnist_folder() -> Path:
    """The folder of the MNIST pair; for tests marked `mnist`."""
    folder = find_mnist()
    assert folder is not None, "mark this test with @pytest.mark.mnist"
    return folder


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Tests in the background of a shell are started with Ctrl-C ignored, and so is what they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an empty home, so that nothing is read from or written to the user's own."""
    # Counted here: to number a folder, pytest reads the names of all that there are.
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_HOMES))
    home.mkdir(parents=True)
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1,localhost")  # servers of tests are on this machine


@pytest.fixture(autouse=True)
def _own_settings(request: pytest.FixtureRequest, _own_home: None) -> None:
    """Send QSettings to the test's home: Qt remembers its folders from the first use on."""
    if not _uses_qt(request):
        return
    from PySide6.QtCore import QSettings

    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, os.environ["XDG_CONFIG_HOME"])


@pytest.fixture(autouse=True)
def _no_leaks(request: pytest.FixtureRequest, _own_settings: None) -> Iterator[None]:
    """Fail a Qt test that leaves threads, timers, animations or windows behind, and say who started them."""
    if not _uses_qt(request):
        yield
        return
    from tests.helpers.qt_leaks import LeakWatch

    watch = LeakWatch()
    with watch.recording():
        yield
    leaks = watch.leaks()
    watch.put_out()
    if leaks:
        pytest.fail("The test left behind:\n" + "\n".join(f"  - {leak}" for leak in leaks), pytrace=False)


@pytest.fixture(autouse=True)
def _no_collector_in_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep dead objects of Qt from being found by a thread of the test: that can end the process."""
    if not _uses_qt(request):
        yield
        return
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _own_look(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put back the palette, style sheet and font of the application, which outlives the test."""
    if not _uses_qt(request):
        yield
        return
    app = request.getfixturevalue("qapp")
    palette, sheet, font = app.palette(), app.styleSheet(), app.font()
    yield
    app.styleHints().unsetColorScheme()
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)
    if app.palette() != palette:
        app.setPalette(palette)
    if app.font() != font:
        app.setFont(font)


@pytest.fixture(autouse=True)
def _cursor_away(request: pytest.FixtureRequest, _no_leaks: None) -> None:
    """Take the mouse off every window: it lies where the test before left it, and hovers what is there."""
    if not _uses_qt(request):
        return
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QCursor

    QCursor.setPos(QPoint(-10_000, -10_000))
    request.getfixturevalue("qapp").processEvents()  # Qt remembers the place once the event has arrived


@pytest.fixture(autouse=True)
def _no_waiting_dialogs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn a dialog that would wait for a person for ever into a failure that names it.

    A test that expects a question answers it through the seam of the code under test, or replaces the call.
    """
    if not _uses_qt(request):
        return
    from PySide6 import QtWidgets

    def refuse(name: str) -> staticmethod[..., NoReturn]:
        def fail(*args: object, **kwargs: object) -> NoReturn:
            text = "; ".join(arg for arg in args if isinstance(arg, str))
            raise AssertionError(f"{name} would wait for an answer: {text}")

        return staticmethod(fail)

    for owner, names in _waiting_calls(QtWidgets).items():
        for name in names:
            monkeypatch.setattr(owner, name, refuse(f"{owner.__name__}.{name}"))


def _waiting_calls(widgets) -> dict[type, tuple[str, ...]]:
    return {
        widgets.QDialog: ("exec",),
        widgets.QMessageBox: ("exec", "question", "information", "warning", "critical", "about", "aboutQt"),
        widgets.QFileDialog: (
            "getOpenFileName",
            "getOpenFileNames",
            "getSaveFileName",
            "getExistingDirectory",
        ),
        widgets.QInputDialog: ("getText", "getInt", "getDouble", "getItem", "getMultiLineText"),
        widgets.QColorDialog: ("getColor",),
        widgets.QFontDialog: ("getFont",),
    }


def _uses_qt(request: pytest.FixtureRequest) -> bool:
    return "qapp" in request.fixturenames
