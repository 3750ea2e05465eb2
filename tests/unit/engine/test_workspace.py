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


def test_what_was_prepared_is_kept_for_the_same_arrays_and_until_a_buffer_grows():
    workspace = Workspace()
    memory = workspace.of("conv1")
    x, other, made = np.zeros(3), np.zeros(3), []

    def prepared(*sources):
        return memory.prepared("forward", sources, lambda: made.append(sources) or len(made))

    assert [prepared(x, None), prepared(x, None)] == [1, 1]
    assert [prepared(other, None), prepared(x, None), prepared(x, None)] == [2, 3, 3]
    assert workspace.of("conv2").prepared("forward", (x, None), lambda: 9) == 9
    assert prepared(x, None) == 3
    memory.keep("y", (4,), FLOAT)
    assert prepared(x, None) == 4
    memory.flags("above 0", (4,))
    assert prepared(x, None) == 5


def test_what_outgrows_a_buffer_while_it_is_prepared_is_prepared_again():
    memory = Workspace().of("conv1")
    x = np.zeros(3)
    outputs = [memory.prepared("forward", (x,), lambda: memory.keep("y", (4,), FLOAT)) for _ in range(3)]
    assert outputs[1] is outputs[2]
    assert memory.prepared("other", (x,), lambda: memory.keep("z", (4,), FLOAT)) is not None
    assert memory.prepared("forward", (x,), lambda: None) is None


def test_the_input_is_copied_to_the_same_place():
    workspace = Workspace()
    images = np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4)
    first = workspace.copy_of_input(images[..., ::2])
    np.testing.assert_array_equal(first, images[..., ::2])
    assert first.flags.c_contiguous
    assert workspace.copy_of_input(images[..., 1::2]) is first
    np.testing.assert_array_equal(first, images[..., 1::2])
