"""The document: edits are checked, named, merged and undone; files are whole or untouched."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import pytest

from cnnviz.app.document import Document
from cnnviz.errors import FileError, SpecError
from cnnviz.spec import io
from cnnviz.spec.layers import Conv2D, Dense, Flatten, ReLU, Residual
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.tree_edits import Place
from cnnviz.spec.validate import DataShape
from tests.helpers.designs import small_design

pytestmark = pytest.mark.usefixtures("qapp")

DIGITS = DataShape(height=8, width=8, channels=1, classes=10)


@pytest.fixture
def spec():
    return NetworkSpec(
        name="Small", input=InputSpec(), layers=(Conv2D(filters=4), Flatten(), Dense(units=10))
    )


@pytest.fixture
def document(spec):
    return Document(spec)


@pytest.fixture
def changes(document):
    seen = []
    document.spec_changed.connect(lambda: seen.append(document.spec))
    return seen


def test_an_edit_changes_the_design_and_can_be_undone(document, spec, changes):
    layer_id = document.insert_layer(ReLU(), 1)
    assert [layer.id for layer in document.spec.layers] == ["conv1", layer_id, "flatten1", "dense1"]
    assert document.trace.layers[1].output_shape == (6, 6, 4)
    assert not document.is_clean
    document.undo_stack.undo()
    assert document.spec == spec
    assert document.is_clean
    assert len(changes) == 2


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda d: d.insert_layer(ReLU()), "Add ReLU"),
        (lambda d: d.duplicate_layer("conv1"), "Duplicate conv1"),
        (lambda d: d.move_layer("conv1", 1), "Move conv1"),
        (lambda d: d.remove_layer("conv1"), "Remove conv1"),
        (lambda d: d.replace_layer(Dense(id="dense1", units=3)), "Change dense1"),
        (lambda d: d.set_input(InputSpec(height=9)), "Change input"),
        (lambda d: d.rename("Other"), "Rename"),
    ],
)
def test_every_edit_has_a_name_and_a_way_back_and_forth(document, spec, edit, text):
    edit(document)
    after = document.spec
    assert after != spec
    assert document.undo_stack.undoText() == text
    document.undo_stack.undo()
    assert document.spec == spec
    document.undo_stack.redo()
    assert document.spec == after


def test_a_copy_stands_behind_its_original_under_a_new_id(document):
    assert document.duplicate_layer("conv1") == "conv2"
    assert [layer.id for layer in document.spec.layers][:2] == ["conv1", "conv2"]
    assert document.spec.layer("conv2").filters == 4


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.remove_layer("nobody"),
        lambda d: d.insert_layer(ReLU(), 99),
        lambda d: d.move_layer("conv1", -1),
        lambda d: d.replace_layer(Dense(id="nobody")),
        lambda d: d.duplicate_layer("nobody"),
    ],
)
def test_a_refused_edit_says_why_and_changes_nothing(document, spec, changes, edit):
    with pytest.raises(SpecError):
        edit(document)
    assert document.spec == spec
    assert document.undo_stack.count() == 0
    assert not changes


def test_an_edit_that_changes_nothing_is_no_edit(document, spec, changes):
    document.replace_layer(spec.layer("dense1"))
    assert document.undo_stack.count() == 0
    assert not changes


def test_steps_with_the_same_key_merge_into_one(document, spec):
    for units in (11, 12, 13):
        document.replace_layer(Dense(id="dense1", units=units), merge_key="dense1.units")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.spec == spec


def test_steps_with_other_keys_or_none_stay_apart(document):
    document.replace_layer(Dense(id="dense1", units=11), merge_key="dense1.units")
    document.replace_layer(Conv2D(id="conv1", filters=5), merge_key="conv1.filters")
    document.replace_layer(Dense(id="dense1", units=12))
    document.replace_layer(Dense(id="dense1", units=13))
    assert document.undo_stack.count() == 4


def test_going_back_to_the_start_within_a_merge_leaves_no_step(document, spec):
    document.replace_layer(Dense(id="dense1", units=11), merge_key="dense1.units")
    document.replace_layer(spec.layer("dense1"), merge_key="dense1.units")
    assert document.undo_stack.count() == 0
    assert document.is_clean


def test_problems_follow_the_design_and_the_data(document, qtbot):
    assert document.problems == ()
    with qtbot.waitSignal(document.problems_changed):
        document.set_data_shape(DIGITS)
    assert document.problems == ()
    document.replace_layer(Dense(id="dense1", units=3))
    assert [problem.layer_id for problem in document.problems] == ["dense1"]
    document.set_data_shape(dataclasses.replace(DIGITS, classes=3))
    assert document.problems == ()


def test_saving_makes_it_clean_and_opening_gives_it_back(document, spec, tmp_path, qtbot):
    path = tmp_path / "design.json"
    document.rename("Mine")
    with qtbot.waitSignals([document.path_changed, document.clean_changed]):
        document.save(path)
    assert document.is_clean
    assert document.path == path
    other = Document(spec)
    other.open(io.load(path), path)
    assert other.spec == document.spec
    assert other.path == path
    assert other.undo_stack.count() == 0
    document.undo_stack.undo()
    assert not document.is_clean
    document.save()
    assert io.load(path).name == "Small"


def test_a_design_that_is_kept_with_a_run_is_clean_and_belongs_to_no_file(document, spec, tmp_path):
    told = []
    document.clean_changed.connect(told.append)
    document.save(tmp_path / "design.json")
    document.bring_in("Bring Back a Run", spec.renamed("Of a run"))
    assert (document.is_clean, document.path, told) == (True, None, [])
    document.rename("Changed")
    assert (document.is_clean, document.path, told) == (False, None, [False])
    document.undo_stack.undo()
    assert (document.is_clean, told) == (True, [False, True])
    document.undo_stack.undo()
    assert (document.spec.name, document.path) == ("Small", tmp_path / "design.json")
    assert (document.is_clean, told) == (True, [False, True])
    document.undo_stack.redo()
    assert (document.is_clean, document.path) == (True, None)
    with pytest.raises(FileError, match="no file yet"):
        document.save()


def test_a_kept_design_does_not_hide_unsaved_changes(document, spec):
    document.rename("Mine")
    document.bring_in("Bring Back a Run", spec.renamed("Of a run"))
    assert not document.is_clean


def test_bringing_in_the_same_design_is_no_step(document, spec):
    document.bring_in("Bring Back a Run", dataclasses.replace(spec))
    assert document.undo_stack.count() == 0


def test_a_kept_design_is_forgotten_with_the_next_beginning(document, spec):
    kept = spec.renamed("Of a run")
    document.bring_in("Bring Back a Run", kept)
    document.recover(kept, None)
    assert not document.is_clean


def test_a_design_without_a_file_asks_for_a_name(document):
    with pytest.raises(FileError, match="no file yet"):
        document.save()


def test_a_failed_save_changes_nothing(document, tmp_path):
    document.rename("Mine")
    with pytest.raises(FileError):
        document.save(tmp_path / "missing" / "design.json")
    assert not document.is_clean
    assert document.path is None


def test_new_begins_without_a_file_or_a_past(document, spec, tmp_path):
    document.save(tmp_path / "design.json")
    document.rename("Mine")
    document.new(spec.renamed("Fresh"))
    assert document.spec.name == "Fresh"
    assert document.path is None
    assert document.is_clean
    assert not document.undo_stack.canUndo()


def test_layers_inside_a_block_are_edited_like_others(document):
    block = document.insert_layer(Residual(layers=(Conv2D(filters=4, padding="same"),)), 1)
    inner = document.spec.layers_of(block)[0].id
    relu = document.insert_layer(ReLU(), parent=block)
    copy = document.duplicate_layer(inner)
    assert [layer.id for layer in document.spec.layers_of(block)] == [inner, copy, relu]
    document.move_layer(relu, 0, block)
    document.replace_layer(dataclasses.replace(document.spec.layer(copy), filters=7))
    document.remove_layer(inner)
    assert [layer.id for layer in document.spec.layers_of(block)] == [relu, copy]
    assert document.trace.layers[1].inner[1].output_shape == (6, 6, 7)
    document.move_layer(copy, 0)
    assert document.spec.parent_of(copy) is None


@pytest.fixture
def tree():
    layers = (Conv2D(), Residual(layers=(Conv2D(padding="same"), ReLU())), Flatten(), Dense(units=10))
    return Document(NetworkSpec(name="Tree", input=InputSpec(), layers=layers))


def names(document):
    return [layer.id for layer in document.spec.walk()]


def test_several_layers_are_edited_in_one_step(tree):
    before = tree.spec
    tree.move_layers(("conv1", "flatten1"), Place(0, "residual1"))
    assert names(tree) == ["residual1", "conv1", "flatten1", "conv2", "relu1", "dense1"]
    assert tree.undo_stack.undoText() == "Move 2 layers"
    assert tree.duplicate_layers(("conv2",)) == ("conv3",)
    assert tree.undo_stack.undoText() == "Duplicate conv2"
    tree.remove_layers(("conv3", "residual1", "nobody"))
    assert names(tree) == ["dense1"]
    assert tree.undo_stack.undoText() == "Remove residual1"
    assert tree.insert_layers((ReLU(id="mine"), Dense()), Place(0), "Paste 2 layers") == ("mine", "dense2")
    assert tree.undo_stack.undoText() == "Paste 2 layers"
    assert tree.undo_stack.count() == 4
    tree.undo_stack.setIndex(0)
    assert tree.spec == before


def test_an_edit_can_be_judged_before_it_is_made(tree):
    tree.set_data_shape(DIGITS)
    before = tree.spec
    prospect = tree.what_if(tree.spec.remove("flatten1").remove("dense1"))
    assert prospect.trace.output_shape == (6, 6, 16)
    assert "10 classes" in prospect.problems[0].message
    assert tree.problems == ()
    assert tree.spec is before


def test_a_series_of_merged_steps_can_be_ended(document):
    for name in ("One", "Two"):
        document.rename(name)
    document.end_merging()
    for name in ("Three", "Four"):
        document.rename(name)
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.spec.name == "Two"


def test_a_document_and_its_edits_do_not_hold_each_other(document):
    """A ring of them, collected as garbage, would end the process."""
    own = Document(document.spec)
    own.remove_layer(own.spec.layers[0].id)
    gone = weakref.ref(own)
    gc.disable()
    try:
        del own
        assert gone() is None
    finally:
        gc.enable()


def test_what_is_opened_after_a_recovery_is_clean(tmp_path):
    document = Document(small_design())
    document.recover(small_design().renamed("recovered"), None)
    assert not document.is_clean
    document.new(small_design())
    assert document.is_clean
    document.recover(small_design().renamed("recovered"), None)
    document.open(small_design(), tmp_path / "design.json")
    assert document.is_clean


def test_undo_and_redo_are_told_apart_from_edits(document):
    steps = []
    document.stepped.connect(lambda: steps.append(len(document.spec.layers)))
    document.insert_layer(ReLU(), 1)
    assert steps == []
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert steps == [3, 4]
    document.undo_stack.undo()
    document.insert_layer(ReLU(), 0)
    document.new(small_design())
    assert steps == [3, 4, 3]
