"""The training loop: a generator of frozen events, which runs to its end in one thread and knows no other."""

from __future__ import annotations

import dataclasses
import math
import time
import traceback
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.data.batches import batch_count, epoch_batches, ordered_batches
from cnnviz.data.dataset import Dataset, Split
from cnnviz.engine.optimizers import make_optimizer
from cnnviz.engine.parallel import Executor, default_threads
from cnnviz.engine.schedules import RateSchedule
from cnnviz.engine.stages import BrokenOff
from cnnviz.errors import TrainingError
from cnnviz.spec.losses import Loss, MeanSquaredError
from cnnviz.spec.validate import check, in_words
from cnnviz.spec.words import counted
from cnnviz.training.changes import change_in_words, check_change, retuned
from cnnviz.training.control import RunControl, Wish
from cnnviz.training.counters import Counters
from cnnviz.training.divergence import Diverged, check_optimizer, check_step, check_validation, check_weights
from cnnviz.training.evaluation import BATCH_SIZE, evaluate
from cnnviz.training.events import (
    Checkpoint,
    Ending,
    Event,
    Failed,
    Finished,
    MomentSnapshot,
    Paused,
    Resumed,
    RunStarted,
    SettingsChanged,
    Snapshot,
    StepDone,
    Stopped,
    Vitals,
)
from cnnviz.training.examples import TrainingImages, data_shape, right_answers
from cnnviz.training.freezing import frozen_parameters
from cnnviz.training.health import HealthWatch
from cnnviz.training.history import HistoryLog, best_epoch
from cnnviz.training.limits import penalise_and_clip
from cnnviz.training.machine_memory import check_memory
from cnnviz.training.random_state import RandomState
from cnnviz.training.result import DataFacts, RunFailure, RunResult, RunState, first_state
from cnnviz.training.resuming import best_until, check_resumable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from cnnviz.engine.network import Network
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.training import TrainingSpec
    from cnnviz.training.events import Parameters

_NO_MEMORY = "There is not enough memory to train this design with this batch size. Try a smaller batch."


def train(
    network: Network,
    dataset: Dataset,
    training: TrainingSpec,
    *,
    threads: int | None = None,
    control: RunControl | None = None,
    resume_from: RunResult | None = None,
) -> Iterator[Event]:
    """Train `network`, in place, until `training.epochs` epochs are done, it is stopped, or it fails.

    Layers named in `training.frozen` stay as they are; where none is named, what `network.freeze` was told
    holds. The first event is `RunStarted`; exactly one of `Finished`, `Stopped` and `Failed` is the last.
    The work is done while events are taken; closing the generator ends the threads.

    Parameters
    ----------
    threads
        How many work on each batch; the result depends on it in the last bits. None: as many as are useful.
    resume_from
        An earlier run of this design on this data set. Its weights are put into `network`, and its counters,
        curves, optimizer and random numbers go on, so that the weights come out bit for bit as if there had
        been no interruption. `training.epochs` counts from the beginning of that run.

    Raises
    ------
    TrainingError
        Design, data set and earlier run do not fit each other, or the run does not fit into the memory that
        is free. Raised by the call, not while iterating.
    """
    check_run(network.spec, dataset, training, threads)
    if training.frozen:
        network.freeze(frozen_parameters(network.spec, training.frozen))
    if resume_from is not None:
        check_resumable(resume_from, network, dataset)
    threads = default_threads() if threads is None else threads
    try:
        run = _Run(network, dataset, training, threads, control or RunControl(), resume_from)
    except MemoryError as error:
        raise TrainingError(_NO_MEMORY) from error
    return run.events()


def check_run(spec: NetworkSpec, dataset: Dataset, training: TrainingSpec, threads: int | None) -> None:
    """Raise `TrainingError` where a run cannot begin.

    The design does not fit the data, or the memory that is free, or no layer could learn. Nothing is
    allocated.
    """
    check_fit(spec, dataset, training.loss)
    frozen_parameters(spec, training.frozen)
    check_memory(spec, training, default_threads() if threads is None else threads)


def check_fit(spec: NetworkSpec, dataset: Dataset, loss: Loss | None = None) -> None:
    """Raise `TrainingError` with every problem in words where a design cannot learn from `dataset`.

    `loss` is what is to be made small; the cross-entropy where none is given.
    """
    problems = check(spec, data_shape(dataset), loss)
    if problems:
        raise TrainingError(in_words(problems))


class _Run:
    """One run. `_fit` goes through epochs, `_train_epoch` through batches, `_learn` is one step."""

    def __init__(
        self,
        network: Network,
        dataset: Dataset,
        training: TrainingSpec,
        threads: int,
        control: RunControl,
        earlier: RunResult | None,
    ) -> None:
        self._network = network
        self._dataset = dataset
        self._images = TrainingImages(dataset, training.seed)
        self._training = training
        self._threads = threads
        self._control = control
        self._stopped = False
        self._learns_numbers = isinstance(training.loss, MeanSquaredError)
        self._optimizer = make_optimizer(training.optimizer, network.parameters, network.frozen)
        self._schedule = RateSchedule(
            training.schedule, training.optimizer.learning_rate, training.warmup_steps
        )
        self._log = HistoryLog(earlier.history_until_state() if earlier else None, training.best_by)
        self._note = ""
        self._best = best_until(earlier, training.best_by)
        self._test_uses = earlier.test_uses if earlier else ()
        state = earlier.state if earlier else first_state(training.seed)
        if earlier is not None:
            network.load(earlier.parameters)
            if type(earlier.training.optimizer) is type(training.optimizer):
                self._optimizer.load_state(state.optimizer)
        self._counters = Counters(state)
        self._order = state.order.generator()
        self._epoch_order = state.order
        self._dropout = state.dropout.generator()
        self._steps_before = self._counters.step - self._planned_step  # 0 unless batches had another size
        self._health = HealthWatch(network, len(self._train_indices), training.batch_size)
        self._good = self._keep()

    def events(self) -> Iterator[Event]:
        """Yield everything the run has to report."""
        yield RunStarted(
            first_step=self._counters.step,
            first_epoch=self._counters.epoch,
            steps_per_epoch=self._steps_per_epoch,
            epochs=self._training.epochs,
            threads=self._threads,
        )
        ending: Ending
        try:
            network, loss = self._network, self._training.loss
            with Executor(network, self._threads, loss, self._control.asks_for_end) as executor:
                self._images.use(executor)
                yield from self._fit(executor)
            check_weights(self._network, self._counters.step)
            result = self._result(self._keep())
            ending = Stopped(result) if self._stopped else Finished(result, self._note)
        except Diverged as problem:
            ending = self._failed(problem.reason, "", problem.step, problem.layer_id, diverged=True)
        except MemoryError:
            ending = self._failed(_NO_MEMORY, "", self._counters.step + 1)
        except Exception as error:
            ending = self._failed(
                f"Training failed with an error of the program: {str(error) or type(error).__name__}.",
                traceback.format_exc(),
                self._counters.step + 1,
            )
        yield ending

    def _fit(self, executor: Executor) -> Iterator[Event]:
        while self._counters.epoch < self._training.epochs:
            yield from self._train_epoch(executor)
            if not self._stopped:
                yield from self._end_epoch(executor)
            if self._stopped or self._is_hopeless():
                return

    def _is_hopeless(self) -> bool:
        """Return whether so many epochs were no better than the best one that the run ends early."""
        epochs = self._log.frozen().epochs
        best, patience = best_epoch(epochs, self._training.best_by), self._training.patience
        if not patience or best is None or len(epochs) - 1 - best < patience:
            return False
        self._note = (
            f"Ended early: no epoch was better than epoch {best + 1} for {counted(patience, 'epoch')}."
        )
        return True

    def _train_epoch(self, executor: Executor) -> Iterator[Event]:
        self._epoch_order = RandomState.of(self._order)
        self._counters.begin_epoch()
        batches = epoch_batches(
            self._train_indices,
            self._training.batch_size,
            self._order,
            skip_images=self._counters.images_in_epoch,
        )
        for indices in batches:
            yield from self._meet_wishes()
            if self._stopped:
                return
            yield from self._learn(executor, indices)

    def _meet_wishes(self) -> Iterator[Event]:
        """Stop, wait or copy weights as the control asks; return when the next batch may be learned from."""
        waiting = False
        while (wish := self._next_wish(waiting)) is not Wish.STEP:
            if wish is Wish.STOP:
                self._stopped = True
                return
            if wish is Wish.CHANGE:
                yield from self._take_settings()
            elif wish in (Wish.SNAPSHOT, Wish.MOMENT):
                kind = Snapshot if wish is Wish.SNAPSHOT else MomentSnapshot
                yield kind(self._counters.step, self._counters.current_epoch, self._network.snapshot())
            elif wish is Wish.CHECKPOINT:
                check_weights(self._network, self._counters.step)
                yield Checkpoint(self._result(self._keep()))
            else:
                waiting = True
                yield Paused(self._counters.step)
        if waiting and not self._control.paused:
            yield Resumed(self._counters.step)

    def _take_settings(self) -> Iterator[Event]:
        """Go on with other settings; the next batch is the first that is learned with them."""
        before, after = self._training, self._control.take_settings()
        if after is None or after == before:
            return
        check_change(before, after)
        text, self._training = change_in_words(before, after), after
        self._optimizer = retuned(self._optimizer, after.optimizer, self._network)
        self._schedule = RateSchedule(after.schedule, after.optimizer.learning_rate, after.warmup_steps)
        event = SettingsChanged(self._counters.step, text, after)
        self._log.append(event)
        yield event

    def _next_wish(self, waiting: bool) -> Wish:
        return self._control.wait_for_wish() if waiting else self._control.next_wish()

    def _learn(self, executor: Executor, indices: NDArray[np.int64]) -> Iterator[StepDone | Vitals]:
        started = time.perf_counter()
        count, counters = len(indices), self._counters
        checkup = self._health.begin(counters.step + 1, counters.images_in_epoch)
        images = self._images.batch(indices, self._training.augmenting, counters.epoch)
        right = right_answers(self._dataset, indices, self._training.loss)
        chance = self._dropout.bit_generator.state
        try:
            outcome = executor.step(images, right, self._dropout, checkup.glance if checkup else None)
        except BrokenOff:  # the batch is the next one of the run, should it go on
            self._dropout.bit_generator.state = chance
            self._stopped = True
            return
        squares = check_step(outcome, self._network, images, counters.step + 1)
        with np.errstate(all="ignore"):  # weights that overflow here are found before they are kept
            rate = self._move(outcome.gradients)
            vitals = checkup.vitals(squares, count) if checkup else None
        counters.add_step(outcome.loss, outcome.correct, count, time.perf_counter() - started)
        event = StepDone(
            step=counters.step,
            epoch=counters.current_epoch,
            loss=outcome.loss,
            accuracy=math.nan if self._learns_numbers else outcome.correct / count,
            images=counters.images,
            seconds=counters.seconds,
            learning_rate=rate,
            gradient_norm=math.sqrt(sum(squares.values())),
        )
        for report in (event, vitals):
            if report is not None:
                self._log.append(report)
                yield report

    def _move(self, gradients: Mapping[str, NDArray[np.floating]]) -> float:
        """Move the weights against the gradients and return the learning rate of the step."""
        training, counters = self._training, self._counters
        penalise_and_clip(gradients, self._network, training)
        step = counters.step - self._steps_before
        rate = self._schedule.rate(step, self._steps_per_epoch, training.epochs, counters.plateau)
        self._optimizer.step(gradients, rate)
        return rate

    def _end_epoch(self, executor: Executor) -> Iterator[Event]:
        validation = evaluate(
            executor,
            self._dataset,
            self._dataset.indices(Split.VALIDATION),
            is_stopping=lambda: self._control.stopping,
        )
        if validation is None:
            self._stopped = True
            return
        check_validation(validation.loss, self._network, self._validation_batches(), self._counters.step)
        check_weights(self._network, self._counters.step)
        event = self._counters.end_epoch(validation)
        self._counters.plateau = self._schedule.after_epoch(self._counters.plateau, validation.loss)
        self._epoch_order = RandomState.of(self._order)
        self._log.append(event)
        self._good = self._keep()
        self._note_best()
        self._control.epoch_ended()
        yield event

    def _validation_batches(self) -> Iterator[NDArray[np.float32]]:
        for indices in ordered_batches(self._dataset.indices(Split.VALIDATION), BATCH_SIZE):
            yield self._dataset.scaled(indices)

    def _note_best(self) -> None:
        epochs = self._log.frozen().epochs
        if best_epoch(epochs, self._training.best_by) == len(epochs) - 1:
            self._best = (self._counters.epoch, self._good[0])

    @property
    def _steps_per_epoch(self) -> int:
        return batch_count(len(self._train_indices), self._training.batch_size)

    @property
    def _planned_step(self) -> int:
        """How many steps the epochs done until now take with batches of this size."""
        in_epoch = -(-self._counters.images_in_epoch // self._training.batch_size)
        return self._counters.epoch * self._steps_per_epoch + in_epoch

    @property
    def _train_indices(self) -> NDArray[np.int64]:
        return self._dataset.indices(Split.TRAIN)

    def _keep(self) -> tuple[Parameters, RunState]:
        """Return read-only copies of the weights and of all that is needed to go on from them.

        Raises
        ------
        Diverged
            The optimizer remembers numbers that are not finite.
        """
        optimizer = self._optimizer.state()
        check_optimizer(optimizer, self._counters.step)
        dropout = RandomState.of(self._dropout)
        return self._network.snapshot(), self._counters.state(self._epoch_order, dropout, optimizer)

    def _result(self, kept: tuple[Parameters, RunState]) -> RunResult:
        parameters, state = kept
        return RunResult(
            spec=self._network.spec,
            training=self._training,
            data=DataFacts.of(self._dataset),
            history=self._log.frozen(),
            parameters=parameters,
            best_parameters=self._best[1],
            best_epoch=self._best[0],
            state=state,
            threads=self._threads,
            test_uses=self._test_uses,
        )

    def _failed(
        self, reason: str, details: str, step: int, layer_id: str | None = None, *, diverged: bool = False
    ) -> Failed:
        """Report a failure, with the weights of the last epoch done, which are known to be good."""
        self._network.load(self._good[0])
        failure = RunFailure(reason, step, layer_id, diverged)
        result = dataclasses.replace(self._result(self._good), failure=failure)
        return Failed(reason, details, step, layer_id, result, diverged)
