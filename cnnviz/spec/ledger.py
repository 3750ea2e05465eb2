"""What a design costs, layer by layer: parameters, multiply-adds, memory, and what its units see."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from cnnviz.spec.layers import type_name
from cnnviz.spec.memory import training_bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cnnviz.spec.layers import Category
    from cnnviz.spec.receptive import ReceptiveField
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace
    from cnnviz.spec.training import Optimizer


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerRow:
    """What one layer costs. `blocks` are the ids of the blocks it stands in, from the outermost on.

    Multiply-adds are those of one image's forward pass; memory is in bytes for a whole batch: of the layer's
    output, and of all that training keeps for the layer. A block's numbers contain those of its body. The
    shape and the field are None, and the numbers 0, behind the first layer with a problem.
    """

    layer_id: str
    type_name: str
    title: str
    category: Category
    blocks: tuple[str, ...]
    output_shape: Shape | None
    parameters: int
    multiply_adds: int
    activation_bytes: int
    training_bytes: int
    receptive_field: ReceptiveField | None

    @property
    def is_known(self) -> bool:
        """Whether the layer can be computed, so that its costs are known."""
        return self.output_shape is not None


@dataclasses.dataclass(frozen=True, slots=True)
class Ledger:
    """What a design costs with batches of `batch_size` images: a row for each layer, depth first, and sums.

    `training_bytes` is the estimate of the peak, of which the rows name a part; `shared_bytes` is the rest:
    the batch itself, room for intermediate results, and what a run needs whatever the design.
    """

    batch_size: int
    threads: int
    rows: tuple[LedgerRow, ...]
    parameters: int
    multiply_adds: int
    activation_bytes: int
    training_bytes: int

    @property
    def shared_bytes(self) -> int:
        """Memory that belongs to no layer alone."""
        return self.training_bytes - sum(row.training_bytes for row in self.rows if not row.blocks)


def ledger(traced: NetworkTrace, batch_size: int, threads: int, optimizer: Optimizer) -> Ledger:
    """Return what a design costs when it is trained with these settings on so many threads."""
    estimate = training_bytes_of(traced, batch_size, threads, optimizer)
    rows = (row for record in traced.layers for row in _rows(record, (), batch_size, estimate.layers))
    return Ledger(
        batch_size=batch_size,
        threads=threads,
        rows=tuple(rows),
        parameters=traced.parameters,
        multiply_adds=traced.multiply_adds,
        activation_bytes=traced.activation_bytes * batch_size,
        training_bytes=estimate.total,
    )


def _rows(
    record: LayerTrace, blocks: tuple[str, ...], batch_size: int, training_bytes: Mapping[str, int]
) -> Iterator[LedgerRow]:
    layer = record.layer
    yield LedgerRow(
        layer_id=layer.id,
        type_name=type_name(layer),
        title=layer.title,
        category=layer.category,
        blocks=blocks,
        output_shape=record.output_shape,
        parameters=record.parameters,
        multiply_adds=record.multiply_adds,
        activation_bytes=record.activation_bytes * batch_size,
        training_bytes=sum(training_bytes.get(inner.layer.id, 0) for inner in record.walk()),
        receptive_field=record.receptive_field,
    )
    for inner in record.inner:
        yield from _rows(inner, (*blocks, layer.id), batch_size, training_bytes)
