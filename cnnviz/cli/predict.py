"""`cnnviz predict`: what a trained network takes pictures for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.cli.output import print_json
from cnnviz.cli.runs import own_picture, read_run
from cnnviz.data.quantities import degrees, quantity_name, told
from cnnviz.engine.losses import make_loss
from cnnviz.engine.network import Network
from cnnviz.spec.losses import MeanSquaredError, MulticlassSVM

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from numpy.typing import NDArray

    from cnnviz.data.image_file import LoadedImage
    from cnnviz.data.quantities import Quantity
    from cnnviz.training.result import RunResult

TOP = 3


def run(options: argparse.Namespace) -> int:
    """Print the likeliest classes of each picture, and what was done to it before."""
    result, parameters = read_run(options.run, options.weights)
    network = Network.with_parameters(result.spec, parameters)
    loss = make_loss(result.training.loss, result.spec)
    answers = []
    for path in options.images:
        image = own_picture(path, result.spec, result.data)
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
        return _numbers_of(path, image, outputs, result.data.quantities)
    names = result.data.class_names
    measure = "score" if isinstance(result.training.loss, MulticlassSVM) else "probability"
    order = np.argsort(-outputs, kind="stable")[:TOP]
    top = [{"class": names[place], measure: float(outputs[place])} for place in order]
    lead = {"lead": top[0][measure] - top[1][measure]} if measure == "score" and len(top) > 1 else {}
    return {"image": str(path), **top[0], **lead, "top": top, "steps": list(image.steps)}


def _numbers_of(
    path: Path, image: LoadedImage, outputs: NDArray[np.floating], quantities: tuple[Quantity, ...]
) -> dict[str, Any]:
    numbers = told(quantities, np.asarray(outputs, np.float32))
    values = numbers.tolist()
    angle = degrees(quantities, numbers)
    return {
        "image": str(path),
        "values": values,
        "names": [quantity_name(quantities, number) for number in range(len(values))],
        "units": [what.unit for what in quantities],
        "degrees": None if angle is None else float(angle),
        "steps": list(image.steps),
    }


def _sentence(answer: dict[str, Any]) -> str:
    if "values" in answer:
        return _sentence_of_numbers(answer)
    guesses = ", ".join(
        f"{guess['class']} ({guess['probability']:.1%})"
        if "probability" in guess
        else f"{guess['class']} (score {guess['score']:.2f})"
        for guess in answer["top"]
    )
    lead = f"; ahead by {answer['lead']:.2f}" if "lead" in answer else ""
    return f"{answer['image']}: {guesses}{lead}"


def _sentence_of_numbers(answer: dict[str, Any]) -> str:
    """Return the numbers, with their names and units where they have some, and an angle in degrees."""
    said = [f"{value:.4f}" for value in answer["values"]]
    if answer["units"]:
        rows = zip(answer["names"], said, answer["units"], strict=True)
        said = [" ".join(filter(None, row)) for row in rows]
    angle = "" if answer["degrees"] is None else f" ({answer['degrees']:.1f}°)"
    return f"{answer['image']}: {', '.join(said)}{angle}"
