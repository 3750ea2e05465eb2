"""`cnnviz predict`: what a trained network takes pictures for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import print_json
from cnnviz.cli.runs import read_run
from cnnviz.data.image_file import LoadedImage, load_image
from cnnviz.engine.network import Network, scores_to_probabilities

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from numpy.typing import NDArray

TOP = 3


def run(options: argparse.Namespace) -> int:
    """Print the likeliest classes of each picture, and what was done to it before."""
    result, parameters = read_run(options.run, options.weights)
    network = Network.with_parameters(result.spec, parameters)
    height, width, channels = result.spec.input.shape
    answers = []
    for path in options.images:
        image = load_image(path, height=height, width=width, channels=channels)
        scores = network.forward(np.ascontiguousarray(image.pixels[..., None]))
        probabilities = scores_to_probabilities(scores)[:, 0]
        answers.append(_answer(path, image, probabilities, result.data.class_names))
    if options.json:
        print_json({"run": str(options.run), "weights": options.weights, "predictions": answers})
        return 0
    for answer in answers:
        print(_sentence(answer))
        for step in answer["steps"]:
            print(f"    {step}")
    return 0


def _answer(
    path: Path, image: LoadedImage, probabilities: NDArray[np.floating], names: tuple[str, ...]
) -> dict[str, Any]:
    order = np.argsort(-probabilities, kind="stable")[:TOP]
    top = [{"class": names[place], "probability": float(probabilities[place])} for place in order]
    return {"image": str(path), **top[0], "top": top, "steps": list(image.steps)}


def _sentence(answer: dict[str, Any]) -> str:
    guesses = ", ".join(f"{guess['class']} ({guess['probability']:.1%})" for guess in answer["top"])
    return f"{answer['image']}: {guesses}"
