"""Edits of a design and changes of settings that help against what the doctor finds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import BatchNorm, Dense, Dropout, LeakyReLU, ReLU
from cnnviz.spec.training import BEST
from cnnviz.spec.tree_edits import place_of
from cnnviz.spec.validate import check
from cnnviz.training.findings import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec

LOWEST_RATE, HIGHEST_RATE = 1e-8, 100.0
_CLIP_NORM, _L2, _DROPOUT, _PATIENCE = 1.0, 1e-3, 0.5, 5


def with_rate(training: TrainingSpec, rate: float) -> Fix:
    """Return a change of the learning rate."""
    rate = float(f"{min(max(rate, LOWEST_RATE), HIGHEST_RATE):.2g}")
    optimizer = dataclasses.replace(training.optimizer, learning_rate=rate)
    return Fix(f"Rate {rate:g}", training=dataclasses.replace(training, optimizer=optimizer))


def clipped(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return a limit for all gradients together, where there is none yet (Pascanu et al. 2013)."""
    if training.clip_norm:
        return ()
    settings = dataclasses.replace(training, clip_norm=_CLIP_NORM)
    return (Fix(f"Clip Gradients at Norm {_CLIP_NORM:g}", training=settings),)


def keep_best(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return an early end with the weights of the best epoch, where that is not so (Prechelt 1998)."""
    if training.final_weights == BEST and training.patience:
        return ()
    patience = training.patience or _PATIENCE
    settings = dataclasses.replace(training, final_weights=BEST, patience=patience)
    return (Fix("Keep Best Epoch", training=settings),)


def penalised(training: TrainingSpec) -> tuple[Fix, ...]:
    """Return a price of large weights, where there is none."""
    if training.l2:
        return ()
    return (Fix(f"L2 {_L2:g}", training=dataclasses.replace(training, l2=_L2)),)


def dropped_out(spec: NetworkSpec) -> tuple[Fix, ...]:
    """Return a Dropout in front of the last dense layer, where there is none (Srivastava et al. 2014)."""
    dense = [layer for layer in spec.layers if isinstance(layer, Dense)]
    if not dense or any(isinstance(layer, Dropout) for layer in spec.walk()):
        return ()
    edited = spec.insert(spec.index(dense[-1].id), Dropout(rate=_DROPOUT))
    return _design(f"Dropout {_DROPOUT:g}", edited)


def normalised_input(spec: NetworkSpec) -> tuple[Fix, ...]:
    """Return a batch normalisation of the images themselves."""
    return _design("Add BatchNorm First", spec.insert(0, BatchNorm()))


def normalised(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return a BatchNorm in front of each of these activations (Ioffe & Szegedy 2015)."""
    edited = spec
    for layer_id in layer_ids:
        place = place_of(edited, layer_id)
        siblings = edited.layers_of(place.parent)
        if place.index and isinstance(siblings[place.index - 1], BatchNorm):
            continue
        edited = edited.insert(place.index, BatchNorm(), place.parent)
    return _design("Add BatchNorm", edited) if edited != spec else ()


def leaky(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return LeakyReLU in the place of these layers, as it passes gradients on either side of 0."""
    edited = spec
    for layer_id in layer_ids:
        if isinstance(edited.layer(layer_id), ReLU):
            edited = edited.replace(LeakyReLU(id=layer_id))
    return _design("Use LeakyReLU", edited) if edited != spec else ()


def with_relu(spec: NetworkSpec, layer_ids: Iterable[str]) -> tuple[Fix, ...]:
    """Return ReLU in the place of these layers, as it does not saturate (Glorot et al. 2011)."""
    edited = spec
    for layer_id in layer_ids:
        edited = edited.replace(ReLU(id=layer_id))
    return _design("Use ReLU", edited) if edited != spec else ()


def _design(label: str, spec: NetworkSpec) -> tuple[Fix, ...]:
    """Return the edit, unless it would break the design."""
    return () if check(spec) else (Fix(label, spec=spec),)
