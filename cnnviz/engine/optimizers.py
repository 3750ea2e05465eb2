"""Rules that move parameters against their gradients, exactly as PyTorch states them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cnnviz.engine.floats import quiet
from cnnviz.engine.parameters import ParameterSet
from cnnviz.engine.penalties import weights_of
from cnnviz.errors import FileError
from cnnviz.spec.training import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cnnviz.engine.types import Array

_CHUNK = 1 << 15
"""Numbers updated at a time, so that all arrays of a rule stay in the nearest caches."""


class _Rule(Protocol):
    """How one stretch of parameters moves. `slots` are the rule's own numbers, one for each parameter."""

    slots: tuple[str, ...]

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        """Change `parameters` and `slots` in place; `spare` is free for use."""


class OptimizerState:
    """An optimizer at work on the parameters of one network, except for those that are `frozen`."""

    def __init__(
        self,
        name: str,
        rule: _Rule,
        parameters: Mapping[str, Array],
        rate: float,
        decay: float = 0.0,
        frozen: Collection[str] = (),
    ) -> None:
        self._name = name
        self._rule = rule
        self._parameters = parameters
        self._rate = rate
        self._decay = decay
        self._moving = {key: array for key, array in parameters.items() if key not in frozen}
        shapes = {key: array.shape for key, array in parameters.items()}
        dtype = next(iter(parameters.values())).dtype
        self._slots = [ParameterSet(shapes, dtype) for _ in rule.slots]
        self._spare = np.empty(_CHUNK, dtype)
        self.steps = 0

    def step(self, gradients: Mapping[str, Array], rate: float | None = None) -> None:
        """Move every parameter that is not frozen once, in place.

        `gradients` has the names and shapes of the parameters.
        `rate` is the learning rate of this step; None: that of the optimizer's settings.
        """
        self.steps += 1
        rate = self._rate if rate is None else rate
        if self._decay:
            for array in weights_of(self._moving):
                array *= 1 - rate * self._decay
        all_move = len(self._moving) == len(self._parameters)
        if all_move and isinstance(gradients, ParameterSet) and isinstance(self._parameters, ParameterSet):
            slots = [slot.flat for slot in self._slots]
            self._update(rate, self._parameters.flat, gradients.flat, slots)
            return
        for name, array in self._moving.items():
            slots = [slot[name].reshape(-1) for slot in self._slots]
            self._update(rate, array.reshape(-1), gradients[name].reshape(-1), slots)

    def state(self) -> dict[str, Array]:
        """Return copies of all that is needed to go on: `<optimizer>/<slot>/<parameter>` and the step."""
        arrays: dict[str, Array] = {f"{self._name}/step": np.array([self.steps], np.float64)}
        for slot_name, slot in zip(self._rule.slots, self._slots, strict=True):
            arrays.update({f"{self._name}/{slot_name}/{key}": array.copy() for key, array in slot.items()})
        return arrays

    def load_state(self, state: Mapping[str, Array]) -> None:
        """Take over what `state` returned, all of it or nothing.

        Raises
        ------
        FileError
            An array is missing, unknown, of wrong shape, or not finite.
        """
        expected = self.state()
        _check_state(expected, state)
        steps = float(state[f"{self._name}/step"][0])
        if steps < 0 or steps != int(steps):
            raise FileError(f"The optimizer's step must be a whole number from 0; received {steps}.")
        self.steps = int(steps)
        for slot_name, slot in zip(self._rule.slots, self._slots, strict=True):
            slot.copy_from({key: state[f"{self._name}/{slot_name}/{key}"] for key in slot})

    def _update(self, rate: float, parameters: Array, gradients: Array, slots: list[Array]) -> None:
        with quiet():
            for start in range(0, parameters.size, _CHUNK):
                part = slice(start, min(start + _CHUNK, parameters.size))
                spare = self._spare[: part.stop - start]
                own = [slot[part] for slot in slots]
                self._rule.update(self.steps, rate, parameters[part], gradients[part], own, spare)


def make_optimizer(
    spec: Optimizer, parameters: Mapping[str, Array], frozen: Collection[str] = ()
) -> OptimizerState:
    """Return the optimizer `spec` describes, ready to move `parameters` (arrays by name) in place.

    Those named in `frozen` stay as they are; the state has arrays for them all the same.
    """
    decay = spec.weight_decay if isinstance(spec, AdamW) else 0.0
    name = type(spec).__name__.lower()
    return OptimizerState(name, _rule(spec), parameters, spec.learning_rate, decay, frozen)


def _rule(spec: Optimizer) -> _Rule:
    match spec:
        case SGD():
            return _SGDRule()
        case Momentum():
            return _MomentumRule(spec.momentum)
        case Nesterov():
            return _MomentumRule(spec.momentum, looks_ahead=True)
        case AdaGrad():
            return _AdaGradRule(spec)
        case RMSProp():
            return _RMSPropRule(spec)
        case Adam() | AdamW():
            return _AdamRule(spec)


class _SGDRule:
    slots: tuple[str, ...] = ()

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        np.multiply(gradients, rate, out=spare)
        parameters -= spare


class _MomentumRule:
    """`looks_ahead`: in Nesterov's form, by the gradient and the velocity that it leaves behind."""

    slots: tuple[str, ...] = ("velocity",)

    def __init__(self, momentum: float, *, looks_ahead: bool = False) -> None:
        self._momentum = momentum
        self._looks_ahead = looks_ahead

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        (velocity,) = slots
        velocity *= self._momentum
        velocity += gradients
        if self._looks_ahead:
            np.multiply(velocity, self._momentum, out=spare)
            spare += gradients
            spare *= rate
        else:
            np.multiply(velocity, rate, out=spare)
        parameters -= spare


class _AdaGradRule:
    slots: tuple[str, ...] = ("sum",)

    def __init__(self, spec: AdaGrad) -> None:
        self._epsilon = spec.epsilon

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        (total,) = slots
        np.multiply(gradients, gradients, out=spare)
        total += spare
        np.sqrt(total, out=spare)
        spare += self._epsilon
        np.divide(gradients, spare, out=spare)
        spare *= rate
        parameters -= spare


class _RMSPropRule:
    slots: tuple[str, ...] = ("v",)

    def __init__(self, spec: RMSProp) -> None:
        self._spec = spec

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        (square,) = slots
        square *= self._spec.decay
        np.multiply(gradients, math.sqrt(1 - self._spec.decay), out=spare)
        spare *= spare
        square += spare
        np.sqrt(square, out=spare)
        spare += self._spec.epsilon
        np.divide(gradients, spare, out=spare)
        spare *= rate
        parameters -= spare


class _AdamRule:
    slots: tuple[str, ...] = ("m", "v")

    def __init__(self, spec: Adam | AdamW) -> None:
        self._spec = spec

    def update(
        self, step: int, rate: float, parameters: Array, gradients: Array, slots: list[Array], spare: Array
    ) -> None:
        """Follow Kingma & Ba 2015; both bias corrections are taken out of the arrays into one factor."""
        spec = self._spec
        mean, square = slots
        np.subtract(gradients, mean, out=spare)
        spare *= 1 - spec.beta1
        mean += spare
        square *= spec.beta2
        np.multiply(gradients, math.sqrt(1 - spec.beta2), out=spare)
        spare *= spare
        square += spare
        correction = math.sqrt(1 - spec.beta2**step)
        np.sqrt(square, out=spare)
        spare += spec.epsilon * correction
        np.divide(mean, spare, out=spare)
        spare *= rate * correction / (1 - spec.beta1**step)
        parameters -= spare


def _check_state(expected: Mapping[str, Array], state: Mapping[str, Array]) -> None:
    for name in state:
        if name not in expected:
            raise FileError(f'The optimizer has no array "{name}".')
    for name, array in expected.items():
        if name not in state:
            raise FileError(f'The array "{name}" of the optimizer is missing.')
        received = state[name]
        if received.shape != array.shape or received.dtype != array.dtype:
            raise FileError(
                f'The array "{name}" of the optimizer must be {array.dtype} of shape {array.shape}; '
                f"received {received.dtype} of shape {received.shape}."
            )
        if not np.isfinite(received).all():
            raise FileError(f'The array "{name}" of the optimizer holds numbers that are not finite.')
