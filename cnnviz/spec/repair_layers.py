"""Ideas for a layer that cannot take its input, by the reason. Whether they help is for others to check."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from cnnviz.spec.fields import FieldKind, field_infos, value_problem
from cnnviz.spec.layers import (
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool2D,
    GlobalMaxPool2D,
    LocalResponseNorm,
    MaxPool2D,
    Residual,
    Softmax,
    SpatialDropout,
    ZeroPadding2D,
    walk,
)
from cnnviz.spec.repair_edits import (
    Idea,
    change,
    exchange,
    move_before,
    move_behind,
    put_before,
    put_first,
    take_out,
    unwrap,
)
from cnnviz.spec.shapes import format_shape, layer_padding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.spec.fields import FieldInfo
    from cnnviz.spec.layers import Layer
    from cnnviz.spec.network import NetworkSpec
    from cnnviz.spec.shapes import Shape
    from cnnviz.spec.trace import LayerTrace, NetworkTrace

    Window = Conv2D | MaxPool2D | AvgPool2D

_FARTHEST_SHRINKERS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Earlier:
    """A layer whose output leads to another one; `beside` is that one, or a block around it."""

    record: LayerTrace
    beside: str


@dataclasses.dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a layer stands.

    `path` holds its id, then the ids of the blocks around it from the inside out. `before` has what leads to
    it, the nearest first; a block counts as one. `behind` has the layers of the network behind the outermost
    of `path`.
    """

    path: tuple[str, ...]
    before: tuple[Earlier, ...]
    behind: tuple[Layer, ...]


def surroundings(spec: NetworkSpec, traced: NetworkTrace, layer_id: str) -> Surroundings:
    """Return where a layer stands, or raise `SpecError` where there is none."""
    records = {record.layer.id: record for record in traced.walk()}
    path = [layer_id]
    before: list[Earlier] = []
    while True:
        parent, place = spec.parent_of(path[-1]), spec.index(path[-1])
        earlier = reversed(spec.layers_of(parent)[:place])
        before += [Earlier(records[layer.id], path[-1]) for layer in earlier]
        if parent is None:
            return Surroundings(tuple(path), tuple(before), spec.layers[place + 1 :])
        path.append(parent)


def value_ideas(layer: Layer, field: str) -> Iterator[Idea]:
    """Yield ideas for a setting that is out of its range: the nearest value, the one of a new layer."""
    info = field_infos(type(layer))[field]
    name = _of(info.label, layer)
    nearest, usual = _nearest(info, getattr(layer, field)), getattr(type(layer)(), field)
    if nearest is not None:
        yield Idea(f"Set the {name} to {_in_words(nearest)}", (change(layer.id, **{field: nearest}),))
    if usual != nearest:
        yield Idea(f"Set the {name} to {_in_words(usual)}", (change(layer.id, **{field: usual}),))


def row_ideas(layer: Layer, here: Surroundings) -> Iterator[Idea]:
    """Yield ideas for a layer that needs a row of numbers and gets a volume."""
    inner, outer = layer.id, here.path[-1]
    flatten = next((other for other in here.behind if isinstance(other, Flatten)), None)
    if flatten is not None and outer == inner:
        yield Idea(f"Move {flatten.id} before {inner}", (move_before(flatten.id, inner),))
    for place in dict.fromkeys((inner, outer)):
        for bridge in (Flatten(), GlobalAvgPool2D(), GlobalMaxPool2D()):
            yield Idea(f"Insert {bridge.title} before {place}", (put_before(place, bridge),))
    if outer != inner:
        edits = (unwrap(here.path[1]), put_before(inner, Flatten()))
        yield Idea(f"Take the layers out of {here.path[1]} and insert Flatten before {inner}", edits)


def volume_ideas(layer: Layer, here: Surroundings) -> Iterator[Idea]:
    """Yield ideas for a layer that needs feature maps and gets a row of numbers."""
    found = next((earlier for earlier in here.before if _makes_a_row(earlier.record)), None)
    if found is not None:
        maker, subject = found.record.layer, found.beside
        needy = next((other.id for other in here.behind if isinstance(other, Dense | Softmax)), None)
        if needy is not None and subject == here.path[-1]:
            yield Idea(f"Move {maker.id} before {needy}", (move_before(maker.id, needy),))
        else:
            yield Idea(f"Move {maker.id} behind {subject}", (move_behind(maker.id, subject),))
        yield Idea(f"Move {subject} before {maker.id}", (move_before(subject, maker.id),))
        yield Idea(f"Remove {maker.id}", (take_out(maker.id),))
    match layer:
        case SpatialDropout():
            yield _replaced(layer, Dropout(rate=layer.rate))
        case LocalResponseNorm():
            yield _replaced(layer, BatchNorm())
        case Conv2D():
            yield _replaced(layer, Dense(units=layer.filters))


def group_ideas(layer: Conv2D, channels: int, here: Surroundings) -> Iterator[Idea]:
    """Yield ideas for groups that do not divide the channels or the filters."""
    groups = layer.groups
    common = math.gcd(channels, layer.filters)
    fitting = max(count for count in range(1, min(common, groups) + 1) if common % count == 0)
    filters = _nearest_multiple(layer.filters, groups)
    own = () if filters == layer.filters else (change(layer.id, filters=filters),)
    if own and channels % groups == 0:
        yield Idea(f"Set the filters of {layer.id} to {filters:,}", own)
    yield Idea(f"Set the groups of {layer.id} to {fitting}", (change(layer.id, groups=fitting),))
    if fitting != 1:
        yield Idea(f"Set the groups of {layer.id} to 1", (change(layer.id, groups=1),))
    source = next((e.record.layer for e in here.before if not _keeps_channels(e.record.layer)), None)
    if isinstance(source, Conv2D):
        wanted = _nearest_multiple(source.filters, math.lcm(groups, source.groups))
        also = f" and those of {layer.id} to {filters:,}" if own else ""
        label = f"Set the filters of {source.id} to {wanted:,}{also}"
        yield Idea(label, (change(source.id, filters=wanted), *own))


def pool_padding_ideas(layer: MaxPool2D | AvgPool2D, shape: Shape) -> Iterator[Idea]:
    """Yield ideas for a pool with as much padding as its window is large."""
    sides = layer_padding(layer, shape)
    most = (layer.pool_size[0] - 1, layer.pool_size[1] - 1)
    less = tuple(min(side, most[place // 2]) for place, side in enumerate(sides))
    larger = (max(*sides[:2], most[0]) + 1, max(*sides[2:], most[1]) + 1)
    yield Idea(f"Set the padding of {layer.id} to {_in_words(less)}", (change(layer.id, padding=less),))
    yield Idea(f"Set the padding of {layer.id} to same", (change(layer.id, padding="same"),))
    yield Idea(f"Set the window of {layer.id} to {_in_words(larger)}", (change(layer.id, pool_size=larger),))


def window_ideas(layer: Window, shape: Shape, here: Surroundings) -> Iterator[Idea]:
    """Yield ideas for a window that is larger than its input: padding, a smaller window, larger maps."""
    sides = layer_padding(dataclasses.replace(layer, padding="same"), shape)
    amount = f" ({_in_words(sides)})" if len(set(sides)) == 1 else ""
    yield Idea(f"Set the padding of {layer.id} to same{amount}", (change(layer.id, padding="same"),))
    if isinstance(layer, Conv2D) and layer.dilation != (1, 1):
        room = _room(layer, shape)
        dilation = tuple(
            min(step, (side - 1) // (window - 1)) if window > 1 else step
            for step, side, window in zip(layer.dilation, room, layer.kernel_size, strict=True)
        )
        words = f"Set the dilation of {layer.id} to {_in_words(dilation)}"
        yield Idea(words, (change(layer.id, dilation=dilation),))
    yield _smaller_window(layer, shape)
    shrinkers = [earlier.record.layer for earlier in here.before if _shrinks(earlier.record)]
    yield from map(_larger_maps, shrinkers[:_FARTHEST_SHRINKERS])


def block_ideas(block: Residual, shape: Shape, result: Shape | None) -> Iterator[Idea]:
    """Yield ideas for a block that is empty, or cannot add its input to what its body gives (`result`)."""
    if not block.layers:
        new: Layer = Dense(units=shape[0]) if len(shape) == 1 else Conv2D(filters=shape[2], padding="same")
        yield Idea(f"Put {new.title} into {block.id}", (put_first(new, parent=block.id),))
        return
    if result is not None and len(result) != len(shape):
        bridge = next((layer for layer in block.layers if _is_bridge(layer)), None)
        if bridge is not None:
            yield Idea(f"Move {bridge.id} behind {block.id}", (move_behind(bridge.id, block.id),))
            yield Idea(f"Move {bridge.id} before {block.id}", (move_before(bridge.id, block.id),))
            yield Idea(f"Remove {bridge.id}", (take_out(bridge.id),))
    else:
        yield from _size_ideas(block)
    yield Idea(f"Take the layers out of {block.id}", (unwrap(block.id),))


def removal_idea(layer: Layer) -> Idea:
    """Return the idea that is always left: to do without the layer."""
    return Idea(f"Remove {layer.id}", (take_out(layer.id),))


def _size_ideas(block: Residual) -> Iterator[Idea]:
    """Yield ideas for a body that changes height or width so that no stride makes the sizes meet."""
    windows = [
        layer
        for layer in walk(block.layers)
        if isinstance(layer, Conv2D | MaxPool2D | AvgPool2D) and layer.padding != "same"
    ]
    for layer in windows:
        words = f"Set the padding of {layer.id} to same"
        yield Idea(words, (change(layer.id, padding="same"),))
    if len(windows) > 1:
        names = ", ".join(layer.id for layer in windows[:-1]) + f" and {windows[-1].id}"
        edits = tuple(change(layer.id, padding="same") for layer in windows)
        yield Idea(f"Set the padding of {names} to same", edits)
    padding = [layer for layer in walk(block.layers) if isinstance(layer, ZeroPadding2D)]
    for border in padding:
        yield removal_idea(border)
    if padding:
        edits = (
            *(take_out(border.id) for border in padding),
            *(change(layer.id, padding="same") for layer in windows),
        )
        yield Idea(f"Let every layer of {block.id} keep its size", edits)


def _smaller_window(layer: Window, shape: Shape) -> Idea:
    room, step = _room(layer, shape), layer.dilation if isinstance(layer, Conv2D) else (1, 1)
    if isinstance(layer, Conv2D):
        size = tuple(
            _fitting(window, (side - 1) // gap + 1, keep_odd=True)
            for window, side, gap in zip(layer.kernel_size, room, step, strict=True)
        )
        words = f"Set the kernel of {layer.id} to {_in_words(size)}"
        return Idea(words, (change(layer.id, kernel_size=size),))
    size = tuple(_fitting(window, side) for window, side in zip(layer.pool_size, room, strict=True))
    strides = {"stride": size} if layer.stride == layer.pool_size else {}
    words = f"Set the window of {layer.id} to {_in_words(size)}"
    return Idea(words, (change(layer.id, pool_size=size, **strides),))


def _larger_maps(layer: Layer) -> Idea:
    if isinstance(layer, Conv2D) and layer.stride != (1, 1):
        return Idea(f"Set the stride of {layer.id} to 1", (change(layer.id, stride=(1, 1)),))
    if isinstance(layer, Conv2D):
        return Idea(f"Set the padding of {layer.id} to same", (change(layer.id, padding="same"),))
    return removal_idea(layer)


def _room(layer: Window, shape: Shape) -> tuple[int, int]:
    """Return height and width of the input with the padding around it."""
    top, bottom, left, right = layer_padding(layer, shape)
    return (shape[0] + top + bottom, shape[1] + left + right)


def _fitting(window: int, room: int, *, keep_odd: bool = False) -> int:
    """Return the largest window that fits; an odd one stays odd, so that it has a middle."""
    size = min(window, room)
    return size - 1 if keep_odd and window % 2 and size % 2 == 0 else size


def _shrinks(record: LayerTrace) -> bool:
    """Return whether a convolution or a pool gives smaller maps than it takes."""
    if not isinstance(record.layer, Conv2D | MaxPool2D | AvgPool2D):
        return False
    before, after = record.input_shape, record.output_shape
    return before is not None and after is not None and before[:2] != after[:2]


def _makes_a_row(record: LayerTrace) -> bool:
    before, after = record.input_shape, record.output_shape
    return before is not None and after is not None and len(before) == 3 and len(after) == 1


def _is_bridge(layer: Layer) -> bool:
    return isinstance(layer, Flatten | GlobalAvgPool2D | GlobalMaxPool2D)


def _keeps_channels(layer: Layer) -> bool:
    return not isinstance(layer, Conv2D | Residual | Flatten | GlobalAvgPool2D | GlobalMaxPool2D | Dense)


def _replaced(layer: Layer, other: Layer) -> Idea:
    return Idea(f"Replace {layer.id} by {other.title}", (exchange(layer.id, other),))


def _nearest_multiple(number: int, of: int) -> int:
    return max(of, round(number / of) * of)


def _nearest(info: FieldInfo, value: Any) -> Any:
    """Return the allowed value nearest to `value`, or None where it is not even of the right form."""
    if isinstance(value, tuple):
        nearest: Any = tuple(_clamped(info, item) for item in value)
    else:
        nearest = _clamped(info, value)
    return nearest if value_problem(info, nearest) is None else None


def _clamped(info: FieldInfo, number: Any) -> Any:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return number
    whole = info.kind is not FieldKind.NUMBER
    low, high = (int(info.minimum), info.maximum) if whole else (info.minimum, info.maximum)
    return min(max(number, low), int(high) if whole and math.isfinite(high) else high)


def _of(label: str, layer: Layer) -> str:
    return f"{label[0].lower()}{label[1:]} of {layer.id}"


def _in_words(value: Any) -> str:
    """Return a value as forms show it: `3×3`, `2 on each side`, `same`."""
    if isinstance(value, tuple) and len(value) == 4:
        top, bottom, left, right = value
        if len(set(value)) == 1:
            return f"{top} on each side"
        return f"{top} above, {bottom} below, {left} left, {right} right"
    if isinstance(value, tuple):
        return format_shape(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value}"
