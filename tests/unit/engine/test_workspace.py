from __future__ import annotations

import numpy as np

from cnnviz.engine.workspace import Workspace

FLOAT = np.dtype(np.float32)


def test_a_buffer_is_reused_and_grows_only_when_it_must():
    workspace = Workspace()
    large = workspace.array("conv1", "y", (10, 100), FLOAT)
    held = workspace.nbytes
    small = workspace.array("conv1", "y", (3, 5), FLOAT)
    assert np.shares_memory(large, small)
    assert np.shares_memory(large, workspace.array("conv1", "y", (10, 100), FLOAT))
    assert workspace.nbytes == held
    assert workspace.array("conv1", "y", (10, 101), FLOAT).shape == (10, 101)
    assert workspace.nbytes > held


def test_layers_have_their_own_buffers_and_share_scratch():
    workspace = Workspace()
    first, second = workspace.of("conv1"), workspace.of("conv2")
    assert not np.shares_memory(first.keep("y", (4,), FLOAT), second.keep("y", (4,), FLOAT))
    assert np.shares_memory(first.scratch("s", (4,), FLOAT), second.scratch("s", (4,), FLOAT))
    assert np.shares_memory(first.flags("f", (4,)), second.flags("f", (2,)))


def test_a_buffer_of_another_type_is_made_anew():
    memory = Workspace().of("conv1")
    assert memory.keep("y", (4,), FLOAT).dtype == np.float32
    assert memory.keep("y", (4,), np.dtype(np.float64)).dtype == np.float64


def test_buffers_begin_on_a_cache_line():
    memory = Workspace().of("conv1")
    for number in range(5):
        assert memory.keep(f"y{number}", (7, 3), FLOAT).ctypes.data % 64 == 0
