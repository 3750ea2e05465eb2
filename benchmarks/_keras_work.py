"""The work as Keras does it with TensorFlow. Needs neither PyTorch nor Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks._task import SEED, Task, Work
from cnnviz.spec.layers import (
    AvgPool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.spec.layers import Layer


def make_step(task: Task) -> Callable[[], object]:
    """Return the function that does the work once."""
    tf.config.threading.set_intra_op_parallelism_threads(task.threads)
    tf.config.threading.set_inter_op_parallelism_threads(task.threads)
    keras.utils.set_random_seed(SEED)
    images, labels = task.batch_arrays()
    x = tf.constant(np.ascontiguousarray(np.moveaxis(images, (3, 0), (0, 3))))
    y = tf.constant(labels)
    spec = task.spec
    model = keras.Sequential([keras.Input(spec.input.shape)])
    for place, layer in enumerate(spec.layers):
        if not (place == len(spec.layers) - 1 and isinstance(layer, Softmax)):
            model.add(_keras_layer(layer))
    if task.work is Work.LOOK:
        probe = keras.Model(model.inputs, [layer.output for layer in model.layers])
        look = tf.function(lambda: probe(x, training=False))
        return lambda: [value.numpy() for value in look()]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss=loss, metrics=["accuracy"])
    if task.work is Work.EVALUATE:
        return lambda: model.test_on_batch(x, y)
    return lambda: model.train_on_batch(x, y)


def _keras_layer(layer: Layer) -> Any:
    layers = keras.layers
    match layer:
        case Conv2D():
            if layer.padding not in ("same", "valid"):
                raise ValueError(f"{layer.id}: Keras has no padding {layer.padding} for convolutions.")
            return layers.Conv2D(layer.filters, layer.kernel_size, layer.stride, layer.padding)
        case MaxPool2D():
            return layers.MaxPooling2D(layer.pool_size, layer.stride)
        case AvgPool2D():
            return layers.AveragePooling2D(layer.pool_size, layer.stride)
        case Dense():
            return layers.Dense(layer.units)
        case ReLU():
            return layers.ReLU()
        case Sigmoid():
            return layers.Activation("sigmoid")
        case Tanh():
            return layers.Activation("tanh")
        case Softmax():
            return layers.Softmax()
        case Flatten():
            return layers.Flatten()
        case Dropout():
            return layers.Dropout(layer.rate)
        case _:
            raise ValueError(f"{layer.id}: not among the layers this comparison knows.")
