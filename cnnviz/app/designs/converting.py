"""Converting a layer of the document, its weights included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.engine.convert import converted_arrays
from cnnviz.spec.convert import conversion, target_title

if TYPE_CHECKING:
    from cnnviz.app.document import Document
    from cnnviz.app.training.session import Session


def convert_layer(document: Document, session: Session, layer_id: str) -> str:
    """Write a Dense layer as a Conv2D or the other way round, as one step of undo; return the new layer's id.

    The network gives what it gave before. So layers that had learned nothing keep the first weights they had,
    which are no longer those that the seed would give to the new design.

    Raises
    ------
    SpecError
        The layer cannot be converted; the message says why.
    """
    change = conversion(document.spec, layer_id, document.trace)
    arrays = session.parameters_for(document.spec)
    ids = frozenset(layer.id for layer in document.spec.walk())
    fresh = session.fresh_layers(document.spec) if session.is_trained else ids
    made = converted_arrays(change, arrays)
    staying = fresh & {layer.id for layer in change.new_spec.walk()}
    first = {name: array for name, array in arrays.items() if name.rpartition("/")[0] in staying}
    document.edit(f"Convert {layer_id} to {target_title(change.layer)}", change.new_spec)
    if layer_id in fresh:
        session.put_weights({}, {**first, **made})
    else:
        session.put_weights(made, first)
    return change.new_layer.id
