"""What is said about the bundled designs, and that what it says of their sizes is true."""

from __future__ import annotations

import pytest

from cnnviz.app.designs.bundled import bundled_designs
from cnnviz.app.designs.templates import template_groups
from cnnviz.app.training.loss_advice import loss_advice
from cnnviz.data.shapes import IMAGE_SHAPE, ShapesTask
from cnnviz.spec.losses import MulticlassSVM
from cnnviz.spec.trace import trace
from cnnviz.spec.validate import DataShape, check

TEMPLATES = {template.name: template for group in template_groups() for template in group.templates}


def test_every_bundled_design_is_offered_once_and_the_default_first():
    offered = [template.name for group in template_groups() for template in group.templates]
    assert sorted(offered) == sorted(design.name for design in bundled_designs())
    assert offered[0] == "digits-cnn"


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_has_a_line_a_paragraph_and_a_source(name):
    template = TEMPLATES[name]
    assert 10 < len(template.summary) < 60
    assert 100 < len(template.about) < 420
    assert 60 < len(template.look) < 260
    assert len(template.source) > 20
    for text in (template.about, template.look, template.source):
        assert text.endswith(".")
        assert "!" not in text


def test_a_template_comes_with_the_loss_it_is_named_after():
    assert isinstance(TEMPLATES["linear-svm"].training.loss, MulticlassSVM)


@pytest.mark.parametrize("task", ShapesTask)
def test_every_data_set_of_shapes_has_a_design_that_can_be_trained_on_it(task):
    name = "shapes-cnn" if task is ShapesTask.KIND else task.value
    template = TEMPLATES[name]
    data = DataShape(*IMAGE_SHAPE, len(task.class_names), task.target_count)
    assert check(template.spec, data, template.training.loss) == ()
    assert loss_advice(template.spec, data, template.training.loss) is None


def _parameters(name, kind):
    return sum(
        record.parameters
        for record in trace(TEMPLATES[name].spec).walk()
        if type(record.layer).__name__ == kind
    )


def test_the_numbers_in_the_texts_are_those_of_the_designs():
    whole = {name: trace(template.spec).parameters for name, template in TEMPLATES.items()}
    assert f"{_parameters('one-conv', 'Dense'):,} of {whole['one-conv']:,}" in TEMPLATES["one-conv"].look
    assert f"{whole['lenet5']:,} parameters" in TEMPLATES["lenet5"].look
    assert f"only {_parameters('lenet5', 'Conv2D'):,}" in TEMPLATES["lenet5"].look
    first = trace(TEMPLATES["vanilla"].spec).layers[1]
    assert f"{first.parameters:,} parameters" in TEMPLATES["vanilla"].look
    assert first.parameters > whole["lenet5"]
    assert whole["alexnet"] // 1_000_000 == 62
    assert _parameters("alexnet", "Dense") > 0.9 * whole["alexnet"]
    conv = trace(TEMPLATES["alexnet"].spec).layers[0]
    assert f"{11 * 11 * 3 * 96:,} weights" in TEMPLATES["alexnet"].look
    assert conv.output_shape == (55, 55, 96)
    fields = [record.receptive_field.size[0] for record in trace(TEMPLATES["alexnet-small"].spec).layers]
    assert fields[0] == 5
    assert max(fields) >= 32
