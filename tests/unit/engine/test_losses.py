from __future__ import annotations

import numpy as np
import pytest

from cnnviz.engine.losses import (
    binary_cross_entropy,
    make_loss,
    mean_squared_error,
    multiclass_svm,
    softmax_cross_entropy,
)
from cnnviz.errors import TrainingError
from cnnviz.spec.layers import Dense, Flatten, Sigmoid, Softmax
from cnnviz.spec.losses import BinaryCrossEntropy, CrossEntropy, MeanSquaredError, MulticlassSVM
from cnnviz.spec.network import InputSpec, NetworkSpec
from tests.helpers import naive_ops
from tests.helpers.gradients import numeric_gradient, relative_error

LABELS = np.array([4, 0, 2, 2])


def design(*layers):
    return NetworkSpec(name="", input=InputSpec(height=2, width=2, channels=1), layers=(Flatten(), *layers))


def some_scores(units=5):
    return np.random.default_rng(0).standard_normal((units, 4)) * 3


def test_cross_entropy_equals_the_loops_and_central_differences():
    scores = some_scores()
    loss, gradient = softmax_cross_entropy(scores, LABELS)
    np.testing.assert_allclose(loss, naive_ops.cross_entropy(scores, LABELS), rtol=1e-12)
    numeric = numeric_gradient(lambda: softmax_cross_entropy(scores, LABELS)[0], scores)
    assert relative_error(gradient, numeric) < 1e-6


CASES = {
    "cross-entropy": (CrossEntropy(), 5, LABELS),
    "smoothed": (CrossEntropy(label_smoothing=0.2), 5, LABELS),
    "svm": (MulticlassSVM(margin=1.3), 5, LABELS),
    "binary": (BinaryCrossEntropy(), 1, np.array([0, 1, 1, 0])),
    "squares": (MeanSquaredError(), 3, np.random.default_rng(1).standard_normal((3, 4))),
    "squares behind sigmoid": (MeanSquaredError(), 1, np.random.default_rng(1).random((1, 4))),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients_equal_central_differences(name):
    loss, units, right = CASES[name]
    end = (Sigmoid(),) if units == 1 else ()
    function = make_loss(loss, design(Dense(units=units), *end))
    scores = some_scores(units)
    function.check(units, 4, right)
    _, gradient = function.compute(scores, right)
    numeric = numeric_gradient(lambda: function.compute(scores, right)[0], scores)
    assert relative_error(gradient, numeric) < 1e-6


@pytest.mark.torch
@pytest.mark.parametrize("name", [name for name in CASES if name != "squares behind sigmoid"])
def test_losses_equal_those_of_torch(name):
    torch = pytest.importorskip("torch")
    loss, units, right = CASES[name]
    scores = some_scores(units)
    tensor = torch.from_numpy(scores.T.copy()).requires_grad_()
    target, functional = torch.from_numpy(right), torch.nn.functional
    peers = {
        "cross-entropy": lambda: functional.cross_entropy(tensor, target, reduction="sum"),
        "smoothed": lambda: functional.cross_entropy(tensor, target, reduction="sum", label_smoothing=0.2),
        # PyTorch divides by the number of classes, the text that this loss follows does not.
        "svm": lambda: functional.multi_margin_loss(tensor, target, margin=1.3, reduction="sum") * units,
        "binary": lambda: functional.binary_cross_entropy_with_logits(
            tensor[:, 0], target.double(), reduction="sum"
        ),
        "squares": lambda: functional.mse_loss(tensor, target.T) * 4,
    }
    expected = peers[name]()
    expected.backward()
    received, gradient = make_loss(loss, design(Dense(units=units))).compute(scores, right)
    np.testing.assert_allclose(received, expected.item(), rtol=1e-12)
    np.testing.assert_allclose(gradient, tensor.grad.numpy().T, rtol=1e-9, atol=1e-12)


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes():
    loss, gradient = softmax_cross_entropy(np.zeros((10, 3), np.float32), np.array([0, 5, 9]))
    np.testing.assert_allclose(loss, 3 * np.log(10), rtol=1e-6)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-6)


def test_cross_entropy_of_huge_scores_stays_exact():
    scores = np.array([[1e4, -1e4], [0, 0]], np.float32)
    loss, gradient = softmax_cross_entropy(scores, np.array([0, 0]))
    np.testing.assert_allclose(loss, 1e4, rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, -1], [0, 1]])


def test_the_svm_by_hand():
    scores = np.array([[3.2, 1.3, 2.2], [5.1, 4.9, 2.5], [-1.7, 2.0, -3.1]])
    labels = np.array([0, 1, 2])
    losses = [multiclass_svm(scores[:, [image]], labels[[image]])[0] for image in range(3)]
    np.testing.assert_allclose(losses, [2.9, 0, 12.9])
    _, gradient = multiclass_svm(scores, labels)
    assert gradient.T.tolist() == [[-1, 1, 0], [0, 0, 0], [1, 1, -2]]


def test_binary_cross_entropy_of_huge_scores_stays_exact():
    scores = np.array([[1e4, -1e4, 1e4, 0]], np.float32)
    loss, gradient = binary_cross_entropy(scores, np.array([1, 1, 0, 1]))
    np.testing.assert_allclose(loss, 2e4 + np.log(2), rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, -1, 1, -0.5]], atol=1e-7)


def test_squares_are_averaged_over_outputs_and_summed_over_images():
    loss, gradient = mean_squared_error(np.array([[1.0, 0], [3, 0]]), np.array([[0.0, 0], [1, 0]]))
    assert loss == 2.5
    assert gradient.tolist() == [[1, 0], [2, 0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_gradients_have_the_type_of_the_scores(name, dtype):
    loss, units, right = CASES[name]
    right = right.astype(dtype) if right.dtype.kind == "f" else right
    end = (Sigmoid(),) if units == 1 else ()
    function = make_loss(loss, design(Dense(units=units), *end))
    value, gradient = function.compute(some_scores(units).astype(dtype), right)
    assert type(value) is float
    assert gradient.dtype == dtype


def test_what_scores_mean():
    scores = np.array([[2.0, -1.0], [0.0, 3.0]])
    assert make_loss(CrossEntropy(), design(Dense(units=2), Softmax())).outputs(
        scores
    ).sum() == pytest.approx(2)
    svm = make_loss(MulticlassSVM(), design(Dense(units=2)))
    assert svm.outputs(scores) is scores
    assert svm.correct(scores, np.array([0, 0])) == 1
    binary = make_loss(BinaryCrossEntropy(), design(Dense(units=1), Sigmoid()))
    pairs = binary.outputs(np.array([[0.0, 1000.0, -1000.0]]))
    np.testing.assert_allclose(pairs, [[0.5, 0, 1], [0.5, 1, 0]])
    assert binary.correct(np.array([[0.5, -0.5, 3]]), np.array([1, 1, 1])) == 2
    numbers = make_loss(MeanSquaredError(), design(Dense(units=2)))
    assert numbers.outputs(scores) is scores
    assert numbers.correct(scores, scores) == 0
    bounded = make_loss(MeanSquaredError(), design(Dense(units=1), Sigmoid()))
    np.testing.assert_allclose(bounded.outputs(np.array([[0.0]])), [[0.5]])


@pytest.mark.parametrize(
    ("loss", "units", "right", "words"),
    [
        (CrossEntropy(), 3, np.array([0, 3]), "0 to 2; received 0 to 3"),
        (MulticlassSVM(), 3, np.array([0]), "one label for each image"),
        (CrossEntropy(), 3, np.array([0.0, 1.0]), "one label for each image"),
        (BinaryCrossEntropy(), 1, np.array([0, 2]), "0 to 1; received 0 to 2"),
        (BinaryCrossEntropy(), 2, np.array([0, 1]), "one score for each image; received 2"),
        (MeanSquaredError(), 3, np.array([0, 1]), r"\(3, 2\)"),
        (MeanSquaredError(), 1, np.array([[0, 1]]), "received int64"),
    ],
)
def test_what_does_not_fit_is_refused(loss, units, right, words):
    with pytest.raises(TrainingError, match=words):
        make_loss(loss, design(Dense(units=units))).check(units, 2, right)


@pytest.mark.parametrize("name", CASES)
def test_the_loss_of_each_image_is_that_of_the_image_alone(name):
    loss, units, right = CASES[name]
    end = (Sigmoid(),) if units == 1 else ()
    function = make_loss(loss, design(Dense(units=units), *end))
    scores = some_scores(units)
    each = function.each(scores, right)
    alone = [function.compute(scores[:, k : k + 1], right[..., k : k + 1])[0] for k in range(4)]
    np.testing.assert_allclose(each, alone, rtol=1e-12)
    assert (each.dtype, each.shape) == (np.float64, (4,))
    assert function.compute(scores, right)[0] == pytest.approx(each.sum(), rel=1e-12)
