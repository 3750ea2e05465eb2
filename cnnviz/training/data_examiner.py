"""What a data set says, for whoever asks again with each edit: images are looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cnnviz.training.doctor_data import brightest, examine_labels, scale

if TYPE_CHECKING:
    from cnnviz.data.dataset import Dataset
    from cnnviz.spec.losses import Loss
    from cnnviz.training.findings import Case, Finding

    _Settings: TypeAlias = tuple[int, int, type[Loss]]


class DataExaminer:
    """Gives the findings of `doctor_data.examine_data`, and remembers those of the last data set.

    Its pixels are looked at once, its labels once for each batch size, seed and kind of loss. The advice is
    made anew each time, as it is an edit of the design asked about.
    """

    def __init__(self) -> None:
        self._dataset: Dataset | None = None
        self._brightest = 0
        self._settings: _Settings | None = None
        self._of_labels: tuple[Finding, ...] = ()

    def findings(self, case: Case, dataset: Dataset) -> tuple[Finding, ...]:
        """Return what the images and their labels say."""
        if dataset is not self._dataset:
            self._brightest = brightest(dataset)
            self._dataset, self._settings = dataset, None
        training = case.training
        settings = (training.batch_size, training.seed, type(training.loss))
        if settings != self._settings:
            self._of_labels = tuple(examine_labels(case, dataset))
            self._settings = settings
        return (scale(case, dataset, self._brightest), *self._of_labels)
