"""Writes the moments of a run as an animated picture, on a thread of its own."""

from __future__ import annotations

import dataclasses
import io
import logging
import queue
import threading
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QObject, Signal

from cnnviz.app.looking.inspection import Inspection
from cnnviz.errors import CnnvizError, FileError
from cnnviz.files import write_atomic
from cnnviz.interpret.activations import Lens, view_image
from cnnviz.interpret.filters import view_all_filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cnnviz.app.training.weights import Arrays
    from cnnviz.interpret.atlas import Scale
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.training.moments import Moment

    Picture = NDArray[np.uint8]

_log = logging.getLogger(__name__)

GIF, APNG = ".gif", ".png"
MEMORY_BYTES = 256 * 2**20
"""So much the pictures of a film may take until they are written."""
LAST_SECONDS = 2.0
"""The last picture stays so long before the film begins again."""
_CLOSE_SECONDS = 5.0
_COLORS = 256


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FilmPlan:
    """What a film is of: a design, an image, moments with a way to their weights, and how fast it goes.

    `width` and `height` are those of its pictures in pixels. `parameters_at` is called on another thread.
    `units` is the image in [0, 1] as people see it, where the network gets other numbers.
    """

    path: Path
    spec: NetworkSpec
    image: NDArray[np.float32]
    scale: Scale
    moments: tuple[Moment, ...]
    parameters_at: Callable[[Moment], Arrays]
    moments_per_second: int
    width: int
    height: int
    units: NDArray[np.float32] | None = None

    def chosen(self) -> tuple[Moment, ...]:
        """Return the moments that fit the memory: all of them, or some at even distances."""
        bytes_each = self.width * self.height * (1 if self.is_gif else 3)
        most = max(2, MEMORY_BYTES // max(bytes_each, 1))
        count = len(self.moments)
        if count <= most:
            return self.moments
        return tuple(self.moments[place * (count - 1) // (most - 1)] for place in range(most))

    @property
    def is_gif(self) -> bool:
        """Whether 256 colours have to do."""
        return self.path.suffix.lower() == GIF


class FilmWriter(QObject):
    """Makes one film at a time. It computes and writes; whoever owns it paints, in the window's thread.

    Signals
    -------
    picture_wanted(Moment, Inspection)
        The picture of a moment is to be painted and handed back with `give`.
    progressed(int, int)
        So many pictures of so many are done.
    written(Path, int)
        The film is in its file, but for so many moments whose weights could not be read.
    failed(str)
        There is none; why, in one sentence.
    ended()
        After one of the two, or after `cancel`.
    """

    picture_wanted = Signal(object, object)
    progressed = Signal(int, int)
    written = Signal(object, int)
    failed = Signal(str)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._pictures: queue.SimpleQueue[Picture | None] = queue.SimpleQueue()

    @property
    def is_busy(self) -> bool:
        """Whether a film is being made."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, plan: FilmPlan) -> None:
        """Begin with a film.

        Raises
        ------
        FileError
            One is being made, or the file can be neither a GIF nor an animated PNG.
        """
        if self.is_busy:
            raise FileError("A film is being written. Wait for it, or cancel it.")
        if plan.path.suffix.lower() not in (GIF, APNG):
            raise FileError(f'"{plan.path.name}" must end in {GIF} or {APNG}.')
        self._pictures = queue.SimpleQueue()
        work = threading.Thread(
            target=self._work, args=(plan, self._pictures), name="cnnviz-film", daemon=True
        )
        self._thread = work
        work.start()

    def give(self, picture: Picture) -> None:
        """Hand over the picture that was wanted: uint8 (H, W, 3)."""
        self._pictures.put(picture)

    def cancel(self) -> None:
        """Give the film up; the file stays as it was."""
        self._pictures.put(None)

    def close(self, seconds: float = _CLOSE_SECONDS) -> bool:
        """Give up what is being made and wait for the thread, and return whether it has ended."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.is_busy

    def _work(self, plan: FilmPlan, pictures: queue.SimpleQueue[Picture | None]) -> None:
        try:
            images = list(self._frames(plan, pictures))
            if not images:
                raise FileError("The weights of no moment could be read.")
            _go_on(pictures)
            content = encoded(images, plan)
            _go_on(pictures)
            write_atomic(plan.path, content)
            self.written.emit(plan.path, len(plan.chosen()) - len(images))
        except _Cancelled:
            _log.info("The film %s was given up", plan.path)
        except CnnvizError as error:
            self.failed.emit(f"The film could not be written. {error}")
        except Exception as error:
            _log.exception("The film %s could not be made", plan.path)
            self.failed.emit(f"The film could not be made: {str(error) or type(error).__name__}.")
        finally:
            self.ended.emit()

    def _frames(self, plan: FilmPlan, pictures: queue.SimpleQueue[Picture | None]) -> Iterator[Image.Image]:
        lens, moments = Lens(), plan.chosen()
        for done, moment in enumerate(moments):
            self.progressed.emit(done, len(moments))
            try:
                inspection = _inspected(plan, moment, lens)
            except FileError as error:
                _log.info("Left out of a film: %s", error)
                continue
            self.picture_wanted.emit(moment, inspection)
            picture = pictures.get()
            if picture is None:
                raise _Cancelled
            frame = Image.fromarray(picture)
            yield _limited(frame) if plan.is_gif else frame
        self.progressed.emit(len(moments), len(moments))


def _go_on(pictures: queue.SimpleQueue[Picture | None]) -> None:
    """Raise `_Cancelled` where something was put in after the last picture: only `cancel` does that."""
    if not pictures.empty():
        raise _Cancelled


def encoded(images: Sequence[Image.Image], plan: FilmPlan) -> bytes:
    """Return the bytes of an animated picture, which begins again after its end."""
    each = round(1000 / plan.moments_per_second)
    durations = [each] * (len(images) - 1) + [max(each, round(1000 * LAST_SECONDS))]
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        format="GIF" if plan.is_gif else "PNG",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
    )
    return buffer.getvalue()


def _limited(frame: Image.Image) -> Image.Image:
    """Return a picture in the 256 colours that suit it best; mixing them would make maps noisy."""
    return frame.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _inspected(plan: FilmPlan, moment: Moment, lens: Lens) -> Inspection:
    parameters = plan.parameters_at(moment)
    view = view_image(
        plan.spec,
        parameters,
        plan.image,
        step=moment.step,
        epoch=moment.epoch,
        scale=plan.scale,
        lens=lens,
        units=plan.units,
    )
    return Inspection(
        plan.spec, view, view_all_filters(plan.spec, parameters, scale=plan.scale), is_past=True
    )


class _Cancelled(Exception):
    """Nobody wants the film any more."""
