"""Design files with something wrong in them, by the thousand; the same seed gives the same files."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

HOSTILE_TEXTS = (
    "NaN", "-Infinity", "1e999", "-1e999", "1" + "0" * 400, "9" * 4301, "-0.0", "1e-400", "0.1", "-1",
    "9007199254740993", '"\\ud800"', '"\\u0000"', '"\\u202e"', '"' + "x" * 5000 + '"', "true", "null", "[]",
    "{}", "[" * 2000 + "]" * 2000, '{"a":' * 500 + "1" + "}" * 500, '"Residual"', '"layers"', "1E5", "01",
    "+1", "0x10", "'x'", "//", "\\", '"\\x"', "\ufeff", "\x00", "\u2028",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 3.5, 1e308, -0.0, 10**400, 2**63, "", "same", "valid", "\ud800", "a\0b",
    "Conv2D", "Residual", [], {}, [1], [1, 2], [1, 2, 3, 4], [[1]], ["same"], {"type": "ReLU"},
    {"type": "Residual", "layers": []}, [{"type": "Dense"}], "x" * 300, [None] * 600, [0] * 5,
)  # fmt: skip


def mutations(seed: int, plain: list[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the bytes of one wrong design file after the other, made from designs as plain values."""
    rng = random.Random(seed)
    kinds: tuple[Callable[[random.Random, Any], bytes], ...] = (_bytes, _token, _value, _value, _tree, _cut)
    while True:
        content = rng.choice(kinds)(rng, json.loads(json.dumps(rng.choice(plain))))
        for _ in range(rng.choice((0, 0, 0, 1))):
            content = _noisy(rng, content)
        yield content


def _bytes(rng: random.Random, value: Any) -> bytes:
    content = json.dumps(value, indent=rng.choice((None, 2))).encode()
    for _ in range(rng.randint(1, 4)):
        content = _noisy(rng, content)
    return content


def _noisy(rng: random.Random, content: bytes) -> bytes:
    """Put a few bytes in the place of others."""
    start = rng.randrange(len(content) + 1)
    end = min(len(content), start + rng.choice((0, 1, 1, 2, 8)))
    noise = rng.choice((rng.randbytes(rng.randint(0, 4)), bytes(rng.choices(b'{}[]",:0129.-eE\\u', k=2))))
    return content[:start] + noise + content[end:]


def _token(rng: random.Random, value: Any) -> bytes:
    """Put a text that JSON knows, or does not, in the place of a value."""
    marker = "@here@"
    _put(rng, value, marker)
    return (
        json.dumps(value).replace(f'"{marker}"', rng.choice(HOSTILE_TEXTS)).encode("utf-8", "surrogatepass")
    )


def _value(rng: random.Random, value: Any) -> bytes:
    for _ in range(rng.randint(1, 2)):
        _put(rng, value, copy.deepcopy(rng.choice(VALUES)))
    return json.dumps(value).encode()


def _tree(rng: random.Random, value: Any) -> bytes:
    """Copy, drop, double or nest a part, or give it another key."""
    holder, key = _place(rng, value)
    match rng.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.extend([holder[key]] * rng.choice((1, 2, 600)))
        case 2 if isinstance(holder, dict):
            holder[rng.choice((key.upper(), f"{key} ", "type", "id", "layers", "\ud800"))] = holder[key]
        case _:
            for _ in range(rng.choice((1, 3, 12, 300))):
                holder[key] = {"type": "Residual", "layers": [holder[key]]}
    return json.dumps(value).encode()


def _cut(rng: random.Random, value: Any) -> bytes:
    content = json.dumps(value).encode()
    return content[: rng.randrange(len(content))]


def _put(rng: random.Random, value: Any, new: Any) -> None:
    holder, key = _place(rng, value)
    holder[key] = new


def _place(rng: random.Random, value: Any) -> tuple[Any, Any]:
    """Return a holder inside `value` and a key or place in it."""
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            places.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    return rng.choice(places)
