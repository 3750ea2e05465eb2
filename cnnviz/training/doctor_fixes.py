"""Edits of a design and changes of settings that help against what the doctor finds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from cnnviz.errors import SpecError
from cnnviz.spec.augmenting import Augmenting
from cnnviz.spec.layers import BatchNorm, Dense, Dropout, LeakyReLU, ReLU
from cnnviz.spec.losses import MeanSquaredError
from cnnviz.spec.training import BEST
from cnnviz.spec.tree_edits import place_of
from cnnviz.spec.validate import check
from cnnviz.training.findings import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.preparing import Preparing
    from cnnviz.spec.training import TrainingSpec

LOWEST_RATE, HIGHEST_RATE = 1e-8, 100.0
_VARIED = Augmenting(shift=0.1, rotate=10.0)
_CLIP_NORM, _L2, _DROPOUT, _PATIENCE = 1.0, 1e-3, 0.5, 5


def with_rate(training: TrainingSpec, rate: float) -> Fix:
    """Return a change of the learning rate."""
    rate = float(f"{min(max(rate, LOWEST_RATE), HIGHEST_RATE):.2g}")
    optimizer = dataclasses.replace(training.optimizer, learning_rate=rate)
    return _settings(f"Rate {rate:g}", training, optimizer=optimizer)


def applied(fix: Fix, now: TrainingSpec) -> TrainingSpec:
    """Return the settings `now` with what a fix changes, and nothing else of it.

    Of the optimizer only the rate is taken, as another one may have been chosen meanwhile.
    """
    if fix.training is None or fix.of is None:
        return now
    of = fix.of
    changes: dict[str, Any] = {
        field.name: getattr(fix.training, field.name)
        for field in dataclasses.fields(of)
        if getattr(fix.training, field.name) != getattr(of, field.name)
    }
    if "optimizer" in changes:
        rate = fix.training.optimizer.learning_rate
        changes["optimizer"] = dataclasses.replace(now.optimizer, learning_rate=rate)
    return dataclasses.replace(now, **changes)


def clipped(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return a limit for all gradients together, where there is none yet (Pascanu et al. 2013)."""
    if training.clip_norm:
        return ()
    return (_settings(f"Clip Gradients at Norm {_CLIP_NORM:g}", training, clip_norm=_CLIP_NORM),)


def keep_best(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return an early end with the weights of the best epoch, where that is not so (Prechelt 1998)."""
    if training.final_weights == BEST and training.patience:
        return ()
    patience = training.patience or _PATIENCE
    return (_settings("Keep Best Epoch", training, final_weights=BEST, patience=patience),)


def penalised(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return a price of large weights, where there is none."""
    if training.l2:
        return ()
    return (_settings(f"L2 {_L2:g}", training, l2=_L2),)


def varied(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return images that are shifted and turned a little, where none are varied (Simard et al. 2003).

    Numbers to be learned, such as angles, might not stay right.
    """
    if training.augmenting.is_on or isinstance(training.loss, MeanSquaredError):
        return ()
    return (_settings("Vary Images", training, augmenting=_VARIED),)


def dropped_out(spec: NetworkSpec) -> tuple[Fix, ...]:
    """Return a Dropout in front of the last dense layer, where there is none (Srivastava et al. 2014)."""
    dense = [layer for layer in spec.layers if isinstance(layer, Dense)]
    if not dense or any(isinstance(layer, Dropout) for layer in spec.walk()):
        return ()
    place = spec.index(dense[-1].id)
    return _design(f"Dropout {_DROPOUT:g}", spec, lambda: spec.insert(place, Dropout(rate=_DROPOUT)))


def normalised_input(spec: NetworkSpec) -> tuple[Fix, ...]:
    """Return a batch normalisation of the images themselves."""
    return _design("Add BatchNorm First", spec, lambda: spec.insert(0, BatchNorm()))


def standardised_images(preparing: Preparing) -> Fix:
    """Return images with mean 0 and deviation 1 (LeCun et al. 1998, §4.3)."""
    return Fix("Standardise Images", preparing=dataclasses.replace(preparing, standardise=True))


def standardised_targets(preparing: Preparing) -> Fix:
    """Give the numbers to be learned mean 0 and deviation 1."""
    return Fix("Standardise Targets", preparing=dataclasses.replace(preparing, standardise_targets=True))


def normalised(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return a BatchNorm in front of each of these activations (Ioffe & Szegedy 2015)."""

    def edited() -> NetworkSpec:
        result = spec
        for layer_id in layer_ids:
            place = place_of(result, layer_id)
            siblings = result.layers_of(place.parent)
            if not (place.index and isinstance(siblings[place.index - 1], BatchNorm)):
                result = result.insert(place.index, BatchNorm(), place.parent)
        return result

    return _design("Add BatchNorm", spec, edited)


def leaky(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return LeakyReLU in the place of these layers, as it passes gradients on either side of 0."""

    def edited() -> NetworkSpec:
        result = spec
        for layer_id in layer_ids:
            if isinstance(result.layer(layer_id), ReLU):
                result = result.replace(LeakyReLU(id=layer_id))
        return result

    return _design("Use LeakyReLU", spec, edited)


def with_relu(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return ReLU in the place of these layers, as it does not saturate (Glorot et al. 2011)."""

    def edited() -> NetworkSpec:
        result = spec
        for layer_id in layer_ids:
            result = result.replace(ReLU(id=layer_id))
        return result

    return _design("Use ReLU", spec, edited)


def _settings(label: str, of: TrainingSpec, **changes: Any) -> Fix:
    return Fix(label, training=dataclasses.replace(of, **changes), of=of)


def _design(label: str, before: NetworkSpec, edited: Callable[[], NetworkSpec]) -> tuple[Fix, ...]:
    """Return the edit, unless it changes nothing, would break the design or make it too long."""
    try:
        spec = edited()
    except SpecError:
        return ()
    return () if spec == before or check(spec) else (Fix(label, spec=spec),)
