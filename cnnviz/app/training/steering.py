"""How the run under way is led: pauses, single steps, slow motion, and other settings on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.training.changes import check_change

if TYPE_CHECKING:
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.control import RunControl

LONGEST_DELAY_SECONDS = 2.0


class Steering:
    """Passes wishes on to the run under way, if there is one. The pace is kept from run to run."""

    def __init__(self) -> None:
        self._control: RunControl | None = None
        self._settings: TrainingSpec | None = None
        self._delay = 0.0

    @property
    def delay(self) -> float:
        """The least time from batch to batch, in seconds; 0 is full speed."""
        return self._delay

    @property
    def settings(self) -> TrainingSpec | None:
        """The settings of the run under way as they are now; None where there is no run."""
        return self._settings if self._control is not None else None

    def begin(
        self,
        control: RunControl,
        settings: TrainingSpec,
        *,
        single_step: bool = False,
        single_epoch: bool = False,
    ) -> None:
        """Lead a run with these settings, which is to wait after its first step or epoch where asked to."""
        self._control, self._settings = control, settings
        control.set_delay(self._delay)
        if single_step:
            control.step()
        if single_epoch:
            control.step_epoch()

    def end(self) -> None:
        """Lead no run."""
        self._control = None

    def pause(self) -> None:
        """Let the run wait after the batch under way."""
        if self._control is not None:
            self._control.pause()

    def resume(self) -> None:
        """Let a waiting run go on."""
        if self._control is not None:
            self._control.resume()

    def step(self) -> None:
        """Learn from one more batch, then wait."""
        if self._control is not None:
            self._control.step()

    def step_epoch(self) -> None:
        """Go on to the end of the epoch under way, then wait."""
        if self._control is not None:
            self._control.step_epoch()

    def set_delay(self, seconds: float) -> None:
        """Leave so much time from batch to batch, in this run and the next ones."""
        self._delay = min(max(seconds, 0.0), LONGEST_DELAY_SECONDS)
        if self._control is not None:
            self._control.set_delay(self._delay)

    def change(self, training: TrainingSpec) -> None:
        """Let the run go on with other settings from the next batch on.

        Raises
        ------
        TrainingError
            They differ in something that a run cannot change on the way.
        """
        if self._control is None or self._settings is None:
            return
        check_change(self._settings, training)
        self._settings = training
        self._control.change(training)
