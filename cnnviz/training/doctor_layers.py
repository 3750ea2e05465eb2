"""What the doctor finds in what was measured of each layer while it learned."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from cnnviz.spec.layers import Sigmoid, Tanh
from cnnviz.spec.trace import trace
from cnnviz.training.doctor_curves import SLOW_PROGRESS, gained
from cnnviz.training.doctor_fixes import clipped, leaky, normalised, with_rate, with_relu
from cnnviz.training.doctor_revival import restart_of
from cnnviz.training.findings import Finding, Kind, Severity, figure, fine, percent, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.events import Vitals
    from cnnviz.training.findings import Case

GOOD_RATIO, MOST_RATIO, LEAST_RATIO = 1e-3, 0.03, 1e-5
"""Healthy updates are about `GOOD_RATIO` of the weights, and stay between the two others."""
BAD_RATIO = 0.1
"""Beyond this, too large an update is a problem."""
MOST_DEAD = 0.5
"""The share of the units of a layer that may be silent for every image of every batch looked at."""
MOST_SATURATED = 0.5
"""The share of the outputs of a layer that may be near the ends of its curve."""
MOST_SPREAD = 1e3
"""The gradients of the last layer and the first may differ by this factor, per parameter."""
RECENT = 8
"""So many of the newest measurements are looked at together."""
_LEAST_MEASURED, _SETTLED_STEP = 3, 10
_MOST_GROWTH = 100.0
"""A rate that is too low is raised by at most this factor at once."""
_TRAIN = "Train for some steps more."


def examine_layers(case: Case) -> Iterator[Finding]:
    """Yield what was measured of the layers; what a design has not, such as units that die, is left out."""
    vitals = recent(case.history.vitals)
    yield from updates(case, vitals)
    yield from dead(case, vitals)
    yield from saturated(case, vitals)
    yield from depth(case, vitals)


def recent(vitals: tuple[Vitals, ...]) -> tuple[Vitals, ...]:
    """Return the newest measurements, without those of the first steps; none where there are too few."""
    settled = [one for one in vitals if one.step > _SETTLED_STEP][-RECENT:]
    return tuple(settled) if len(settled) >= _LEAST_MEASURED else ()


def updates(case: Case, vitals: tuple[Vitals, ...]) -> Iterator[Finding]:
    """Judge how far a step moves the kernel of each layer, as a share of its length: the median.

    CS231n, "Neural Networks Part 3", ratio of weights:updates: about 1e-3; far more and the rate is too high,
    far less and it is too low. Small steps count only where little was learned so far: at the end of a run
    they have to be small.
    """
    threshold = f"about {GOOD_RATIO:g}, from {figure(LEAST_RATIO)} to {MOST_RATIO:g}"
    ratios = _medians(vitals, "update_ratio")
    if not ratios:
        yield unknown(Kind.UPDATES, _TRAIN, threshold)
        return
    slow = small_steps(case, ratios)
    wrong = {layer: ratio for layer, ratio in ratios.items() if ratio > MOST_RATIO or layer in slow}
    number = f"from {figure(min(ratios.values()), 2)} to {figure(max(ratios.values()), 2)} over the layers"
    if not wrong:
        yield fine(Kind.UPDATES, number, threshold)
    elif len(wrong) == len(ratios):
        yield _update_finding(case, None, statistics.median(wrong.values()), number, threshold)
    else:
        for layer, ratio in wrong.items():
            yield _update_finding(case, layer, ratio, f"{figure(ratio, 2)}", threshold)


def small_steps(case: Case, ratios: dict[str, float]) -> frozenset[str]:
    """Return the layers that hardly move although there is much left to learn."""
    progress = gained(case.history)
    if progress is None or progress > SLOW_PROGRESS:
        return frozenset()
    return frozenset(layer for layer, ratio in ratios.items() if ratio < LEAST_RATIO)


def _update_finding(case: Case, layer: str | None, ratio: float, number: str, threshold: str) -> Finding:
    now = case.training.optimizer.learning_rate
    severity = Severity.PROBLEM
    if ratio > MOST_RATIO:
        meaning = (
            "The rate is high for these weights: each step changes so much of them that what was learned "
            "does not last."
        )
        wanted = now / 10
        severity = Severity.PROBLEM if ratio > BAD_RATIO else Severity.NOTICE
    else:
        meaning = (
            "The weights hardly move, and the loss has hardly fallen: learning would take for ever. The rate "
            "is too low, or no gradient arrives."
        )
        wanted = now * min(GOOD_RATIO / max(ratio, LEAST_RATIO / 1e3), _MOST_GROWTH)
    fixes = (with_rate(case.training, wanted),) if layer is None or ratio > MOST_RATIO else ()
    return Finding(Kind.UPDATES, severity, number, threshold, meaning, layer, fixes, value=ratio)


def dead(case: Case, vitals: tuple[Vitals, ...]) -> Iterator[Finding]:
    """Judge the share of units that give 0 for a whole batch: the least over the newest batches.

    CS231n, "Neural Networks Part 1", on ReLU: with a rate too high as much as 40 % of a network can die,
    which is units that are never active again (Lu et al. 2019, "Dying ReLU and initialization").
    """
    threshold = f"at most {percent(MOST_DEAD)} of a layer's units"
    least = {layer: min(values) for layer, values in _values(vitals, "dead_share").items()}
    if not least:
        return
    wrong = {layer: share for layer, share in least.items() if share > MOST_DEAD}
    if not wrong:
        worst = max(least, key=least.__getitem__)
        yield fine(Kind.DEAD, f'at most {percent(least[worst])}, in "{worst}"', threshold, least[worst])
    meaning = (
        "These units gave 0 for every image of each batch looked at. No gradient goes through them, so "
        "they learn nothing and stay so. A leaky unit lets some through. A lower rate kills fewer, but "
        "brings none back: set one, then Restart."
    )
    restart = restart_of(case)
    for layer, share in wrong.items():
        severity = Severity.PROBLEM if share > 1 - MOST_DEAD / 2 else Severity.NOTICE
        fixes = (*leaky(case.spec, wrong), restart)
        number = f"{percent(share)} of the units"
        yield Finding(Kind.DEAD, severity, number, threshold, meaning, layer, fixes, share)


def saturated(case: Case, vitals: tuple[Vitals, ...]) -> Iterator[Finding]:
    """Judge the share of outputs of Sigmoid and Tanh near their ends: the median over the newest batches.

    There the curve is flat and lets no gradient through (Glorot & Bengio 2010, "Understanding the difficulty
    of training deep feedforward neural networks"). The end of the design is left out: it should be sure.
    """
    threshold = f"at most {percent(MOST_SATURATED)} of a layer's outputs"
    inner = {layer.id for layer in case.spec.walk()} - {layer.id for layer in case.spec.layers[-1:]}
    shares = {layer: share for layer, share in _medians(vitals, "saturated_share").items() if layer in inner}
    if not shares:
        return
    wrong = [layer for layer, share in shares.items() if share > MOST_SATURATED]
    if not wrong:
        worst = max(shares, key=shares.__getitem__)
        yield fine(
            Kind.SATURATED, f'at most {percent(shares[worst])}, in "{worst}"', threshold, shares[worst]
        )
    meaning = (
        "These outputs lie where the curve is flat, so hardly any gradient goes through them to the layers "
        "before. Batch normalisation in front keeps them in the steep part; ReLU has no flat end above 0."
    )
    for layer in wrong:
        number = f"{percent(shares[layer])} of the outputs"
        fixes = (*normalised(case.spec, wrong), *with_relu(case.spec, wrong))
        yield Finding(
            Kind.SATURATED, Severity.NOTICE, number, threshold, meaning, layer, fixes, shares[layer]
        )


def depth(case: Case, vitals: tuple[Vitals, ...]) -> Iterator[Finding]:
    """Compare the gradients of the first and the last layer that learn, per parameter: medians.

    Multiplied layer by layer, they vanish or explode on the way back (Bengio et al. 1994; Glorot & Bengio
    2010; Pascanu et al. 2013). Said of designs in which at least three layers learn.
    """
    threshold = f"first and last layer differ by a factor of at most {MOST_SPREAD:,.0f}"
    sizes = _per_parameter(case.spec, _medians(vitals, "gradient_norm"))
    if not vitals or len(sizes) < 3:
        return
    (first, near), (last, far) = next(iter(sizes.items())), list(sizes.items())[-1]
    if not near or not far:
        return  # dead units let nothing through at all, which is another finding
    ratio = near / far
    number = f'{figure(near, 2)} in "{first}", {figure(far, 2)} in "{last}" (root mean square)'
    if 1 / MOST_SPREAD <= ratio <= MOST_SPREAD:
        yield fine(Kind.DEPTH, number, threshold, ratio)
    elif ratio < 1:
        yield _vanishing(case, first, number, threshold, ratio)
    else:
        meaning = "Gradients grow from layer to layer on the way back, so the first layers are torn about."
        fixes = clipped(case.training)
        yield Finding(Kind.DEPTH, Severity.PROBLEM, number, threshold, meaning, first, fixes, ratio)


def _vanishing(case: Case, first: str, number: str, threshold: str, ratio: float) -> Finding:
    squeezing = [layer.id for layer in case.spec.walk() if isinstance(layer, Sigmoid | Tanh)]
    squeezing = [layer_id for layer_id in squeezing if layer_id != case.spec.layers[-1].id]
    meaning = (
        "Gradients shrink from layer to layer on the way back, so the first layers hardly learn. ReLU in the "
        "place of Sigmoid and Tanh, batch normalisation or residual blocks let them through."
    )
    fixes = (*with_relu(case.spec, squeezing), *normalised(case.spec, squeezing)) if squeezing else ()
    return Finding(Kind.DEPTH, Severity.PROBLEM, number, threshold, meaning, first, fixes, ratio)


def _per_parameter(spec: NetworkSpec, norms: dict[str, float]) -> dict[str, float]:
    """Return the root mean square of each layer's gradients, in the design's order."""
    counts = {record.layer.id: record.parameters for record in trace(spec).walk()}
    return {
        layer: norms[layer] / math.sqrt(count) for layer, count in counts.items() if count and layer in norms
    }


def _medians(vitals: tuple[Vitals, ...], measure: str) -> dict[str, float]:
    return {layer: statistics.median(values) for layer, values in _values(vitals, measure).items()}


def _values(vitals: tuple[Vitals, ...], measure: str) -> dict[str, list[float]]:
    """Return what was measured of each layer, the oldest first; only of layers of which anything was."""
    found: dict[str, list[float]] = {}
    for one in vitals:
        for layer in one.layers:
            value: float | None = getattr(layer, measure)
            if value is not None:
                found.setdefault(layer.layer, []).append(value)
    return found
