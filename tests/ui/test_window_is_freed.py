"""A window that the housekeeper has frozen while it was open is gone once it is closed."""

from __future__ import annotations

import gc
import weakref

from cnnviz.ui.launch import make_housekeeper
from tests.helpers.long_lived import freezing_as_in_the_program
from tests.helpers.open_windows import open_window


def opened_and_closed(folder):
    """Open a window, let it be tidied as in the program, close it; return weak references to its parts."""
    with open_window(folder) as window:
        keeper = make_housekeeper(window)
        keeper.begin()
        keeper.tidy()
        parts = [weakref.ref(part) for part in (window, window.workbench, window.network_view.canvas)]
        keeper.end()
    return parts


def test_what_was_frozen_while_the_window_was_open_is_freed_with_it(qapp, tmp_path):
    with freezing_as_in_the_program():
        parts = opened_and_closed(tmp_path)
        gc.collect()
        assert [part() for part in parts] == [None] * len(parts)
