"""`cnnviz predict`: what a trained network takes pictures for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import print_json
from cnnviz.cli.runs import read_run
from cnnviz.data.image_file import LoadedImage, load_image
from cnnviz.engine.losses import make_loss
from cnnviz.engine.network import Network
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.training.result import RunResult

TOP = 3


def run(options: argparse.Namespace) -> int:
    """Print the likeliest classes of each picture, and what was done to it before."""
    result, parameters = read_run(options.run, options.weights)
    network = Network.with_parameters(result.spec, parameters)
    loss = make_loss(result.training.loss, result.spec)
    height, width, channels = result.spec.input.shape
    answers = []
    for path in options.images:
        image = load_image(path, height=height, width=width, channels=channels)
        scores = network.forward(np.ascontiguousarray(image.pixels[..., None]))
        answers.append(_answer(path, image, loss.outputs(scores)[:, 0], result))
    if options.json:
        print_json({"run": str(options.run), "weights": options.weights, "predictions": answers})
        return 0
    for answer in answers:
        print(_sentence(answer))
        for step in answer["steps"]:
            print(f"    {step}")
    return 0


def _answer(
    path: Path, image: LoadedImage, outputs: NDArray[np.floating], result: RunResult
) -> dict[str, Any]:
    """Return classes with their probabilities, or scores for the SVM, or the numbers that were learned."""
    if isinstance(result.training.loss, MeanSquaredError):
        return {"image": str(path), "values": outputs.tolist(), "steps": list(image.steps)}
    names = result.data.class_names
    measure = "score" if isinstance(result.training.loss, MulticlassSVM) else "probability"
    order = np.argsort(-outputs, kind="stable")[:TOP]
    top = [{"class": names[place], measure: float(outputs[place])} for place in order]
    return {"image": str(path), **top[0], "top": top, "steps": list(image.steps)}


def _sentence(answer: dict[str, Any]) -> str:
    if "values" in answer:
        return f"{answer['image']}: {', '.join(f'{value:.4f}' for value in answer['values'])}"
    guesses = ", ".join(
        f"{guess['class']} ({guess['probability']:.1%})"
        if "probability" in guess
        else f"{guess['class']} (score {guess['score']:.2f})"
        for guess in answer["top"]
    )
    return f"{answer['image']}: {guesses}"
