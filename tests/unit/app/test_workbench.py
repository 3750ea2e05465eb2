from __future__ import annotations

import dataclasses
import gc
import weakref

import pytest

from cnnviz.app.designs.bundled import default_design
from cnnviz.app.settings import Settings
from cnnviz.app.workbench import Workbench


@pytest.fixture
def bench(qtbot, tmp_path):
    bench = Workbench(Settings(tmp_path / "settings.ini"))
    yield bench
    bench.close()
    bench.deleteLater()


def test_what_was_learned_is_freed_with_the_designs_that_undo_cannot_bring_back(bench):
    document, session = bench.document, bench.session
    gone = []
    for filters in range(20, 25):
        learned = {name: array + 1 for name, array in session.parameters_for(document.spec).items()}
        gone.append(weakref.ref(learned["conv1/weight"]))
        session.put_weights(learned, {})
        del learned
        document.replace_layer(dataclasses.replace(document.spec.layer("conv1"), filters=filters))
    gc.collect()
    assert all(array() is not None for array in gone)  # undo brings them back
    document.new(default_design())
    session.reset_weights(everywhere=False)
    gc.collect()
    assert all(array() is None for array in gone)
