"""Numbers that are no longer finite, wherever they come from: every kind of layer and every optimizer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cnnviz.data.dataset import Dataset
from cnnviz.engine.build import build
from cnnviz.engine.parallel import Executor
from cnnviz.spec.layers import (
    ELU,
    LAYER_TYPES,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LeakyReLU,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SpatialDropout,
    Tanh,
    ZeroPadding2D,
)
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.spec.training import OPTIMIZER_TYPES, Adam
from cnnviz.training.events import Failed, StepDone
from cnnviz.training.examples import TrainingImages
from cnnviz.training.loop import train
from cnnviz.training.random_state import initial_rng
from cnnviz.training.runfile import load_run, save_run
from tests.helpers.runs import SETTINGS, few_digits, finished, linear_design, noisy_design, same_arrays

MIDDLES = {
    "Conv2D": (Conv2D(filters=3),),
    "Conv2D, grouped": (Conv2D(filters=8, groups=2),),
    "Conv2D, depthwise": (Conv2D(filters=4, groups=4, padding="same"),),
    "Conv2D, dilated": (Conv2D(filters=3, dilation=(2, 2)),),
    "MaxPool2D": (MaxPool2D(),),
    "MaxPool2D, overlapping": (MaxPool2D(pool_size=(3, 3), stride=(1, 1), padding="same"),),
    "AvgPool2D": (AvgPool2D(),),
    "GlobalAvgPool2D": (GlobalAvgPool2D(),),
    "GlobalMaxPool2D": (GlobalMaxPool2D(),),
    "ReLU": (ReLU(),),
    "ReLU, pooled": (ReLU(), MaxPool2D()),
    "LeakyReLU": (LeakyReLU(),),
    "ELU": (ELU(),),
    "Sigmoid": (Sigmoid(),),
    "Tanh": (Tanh(),),
    "Softmax": (Flatten(), Softmax()),
    "Flatten": (Flatten(),),
    "Dense": (Flatten(), Dense(units=12)),
    "Dropout": (Dropout(rate=0.3),),
    "SpatialDropout": (SpatialDropout(rate=0.3),),
    "BatchNorm": (BatchNorm(),),
    "LocalResponseNorm": (LocalResponseNorm(),),
    "ZeroPadding2D": (ZeroPadding2D(top=1, left=1),),
    "Residual": (Residual(layers=(Conv2D(filters=4, padding="same"), ReLU())),),
    "Residual, projected": (Residual(layers=(Conv2D(filters=6, stride=(2, 2), padding="same"), ReLU())),),
}


def design_with(middle):
    """A convolution, the layers in question, and whatever it takes to come to ten scores."""
    spec = NetworkSpec(name="Middle", input=InputSpec(height=8, width=8, channels=1), layers=())
    has_rows = any(isinstance(layer, Flatten | GlobalAvgPool2D | GlobalMaxPool2D) for layer in middle)
    end = (Dense(units=10),) if has_rows else (Flatten(), Dense(units=10))
    for layer in (Conv2D(filters=4, padding="same"), *middle, *end):
        spec = spec.insert(len(spec.layers), layer)
    return spec


def poisoned(spec, names, *, after_step, value=np.nan, training=SETTINGS):
    """Train, put `value` into parameters behind the run's back after a step, and return how it ends."""
    network = build(spec, initial_rng(training.seed))
    first = network.snapshot()
    for event in train(network, few_digits(), training, threads=2):
        if isinstance(event, StepDone) and event.step == after_step:
            for name in names:
                network.parameters[name].flat[0] = value
    assert isinstance(event, Failed), event
    assert same_arrays(event.result.parameters, first), "the weights from before the epoch are kept"
    assert same_arrays(network.arrays, first)
    return event


def test_every_kind_of_layer_is_tried():
    tried = {type(layer) for middle in MIDDLES.values() for layer in middle}
    assert tried == set(LAYER_TYPES)


@pytest.mark.parametrize("middle", MIDDLES.values(), ids=MIDDLES)
def test_a_weight_that_is_no_number_is_found_behind_every_kind_of_layer(middle):
    failed = poisoned(design_with(middle), ["conv1/weight"], after_step=1)
    assert (failed.step, failed.layer_id) == (2, "conv1")
    assert (
        'At step 2 the loss is infinite or not a number; the first layer with such an output is "conv1"'
        in (failed.reason)
    )


@pytest.mark.parametrize(
    "middle",
    [
        (Conv2D(filters=3),),
        (Conv2D(filters=3, dilation=(2, 2)),),
        (Flatten(), Dense(units=12)),
        (BatchNorm(),),
        MIDDLES["Residual, projected"],
    ],
    ids=["Conv2D", "Conv2D, dilated", "Dense", "BatchNorm", "Residual, projected"],
)
def test_the_layer_whose_own_weight_is_no_number_is_named(middle):
    spec = design_with(middle)
    own = spec.layers[len(middle)].id
    failed = poisoned(spec, [f"{own}/weight"], after_step=2)
    assert (failed.step, failed.layer_id) == (3, own)


def test_of_two_layers_the_first_is_named():
    failed = poisoned(design_with(MIDDLES["Conv2D"]), ["conv2/bias", "dense1/weight"], after_step=1)
    assert failed.layer_id == "conv2"


def test_a_layer_inside_of_a_block_is_named():
    spec = design_with(MIDDLES["Residual"])
    inner = spec.layers[1].layers[0].id
    assert poisoned(spec, [f"{inner}/bias"], after_step=1).layer_id == inner


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_an_image_that_is_not_finite_ends_the_run_at_its_step(monkeypatch, value):
    """No file can hold such an image, but a mistake in the program could."""
    batch, calls = TrainingImages.batch, []

    def broken(self, indices, augmenting, epoch):
        images = batch(self, indices, augmenting, epoch)
        calls.append(len(indices))
        if len(calls) == 2:
            images[0, 3, 3, 29] = value
        return images

    monkeypatch.setattr(TrainingImages, "batch", broken)
    spec = design_with(MIDDLES["BatchNorm"])
    *_, failed = train(build(spec, initial_rng(0)), few_digits(), SETTINGS, threads=2)
    assert isinstance(failed, Failed)
    assert (failed.step, failed.layer_id) == (2, "conv1")


@pytest.mark.parametrize("kind", OPTIMIZER_TYPES)
def test_with_every_optimizer_the_last_good_weights_can_be_saved_and_gone_on_with(kind, tmp_path):
    """A rate as high as one can ask for; what bounds its steps needs a loss without bounds as well."""
    training = dataclasses.replace(SETTINGS, optimizer=kind(learning_rate=100.0), epochs=12)
    network = build(linear_design(), initial_rng(0))
    for event in train(network, few_digits(), training, threads=1):
        if isinstance(event, StepDone) and event.step == 4:
            network.parameters["conv4/weight"][:] = 1e30
            network.parameters["conv3/weight"][:] = 1e30
    assert isinstance(event, Failed), event
    assert event.step >= 1
    assert event.layer_id in {layer.id for layer in network.spec.layers}
    assert f"step {event.step} " in event.reason
    assert f'"{event.layer_id}' in event.reason
    kept = event.result
    assert all(
        np.isfinite(array).all() for array in (*kept.parameters.values(), *kept.state.optimizer.values())
    )
    save_run(tmp_path / "r.cnnviz", kept)
    gentle = dataclasses.replace(training, optimizer=kind(learning_rate=1e-6), epochs=kept.state.epoch + 1)
    more = finished(gentle, spec=linear_design(), resume_from=load_run(tmp_path / "r.cnnviz").result)
    assert more.state.epoch == kept.state.epoch + 1


def test_what_an_optimizer_cannot_remember_is_never_kept(monkeypatch):
    """The square of a gradient of 1e25 is beyond 32 bits: Adam would divide by infinity for ever."""
    learn = Executor.step

    def steep(self, x, y, rng, glance=None):
        outcome = learn(self, x, y, rng)
        outcome.gradients["conv1/weight"][:] = 1e25
        return outcome

    monkeypatch.setattr(Executor, "step", steep)
    training = dataclasses.replace(SETTINGS, optimizer=Adam())
    *_, failed = train(build(noisy_design(), initial_rng(0)), few_digits(), training, threads=1)
    assert isinstance(failed, Failed)
    assert (failed.step, failed.layer_id) == (3, "conv1")
    assert 'the optimizer\'s memory of "conv1/weight"' in failed.reason
    assert all(np.isfinite(array).all() for array in failed.result.state.optimizer.values())
    assert np.isfinite(failed.result.history.steps.gradient_norm).all()


def test_the_validation_images_are_searched_to_the_last(monkeypatch):
    """Only the last of them, far beyond the first batch, makes a number that is not finite."""
    measure = Executor.evaluate

    def spoiled(self, *args):
        return dataclasses.replace(measure(self, *args), loss=float("nan"))

    scaled = Dataset.scaled

    def broken(self, indices, out=None):
        images = scaled(self, indices, out)
        if len(indices) == 20:
            images[0, 3, 3, -1] = np.inf
        return images

    monkeypatch.setattr(Executor, "evaluate", spoiled)
    monkeypatch.setattr(Dataset, "scaled", broken)
    *_, failed = train(build(noisy_design(), initial_rng(0)), few_digits(), SETTINGS, threads=1)
    assert isinstance(failed, Failed)
    assert (failed.step, failed.layer_id) == (3, "conv1")
    assert "After step 3 the validation loss" in failed.reason
