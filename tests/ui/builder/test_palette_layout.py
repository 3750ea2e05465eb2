from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.builder.palette_layout import Gaps, Group, arrange

GAPS = Gaps(chip=4, group=12, line=8)
groups = st.lists(
    st.builds(
        Group,
        caption=st.integers(20, 90),
        chips=st.lists(st.integers(40, 110), min_size=1, max_size=5).map(tuple),
    ),
    min_size=1,
    max_size=6,
)


def test_groups_share_a_line_while_there_is_room() -> None:
    pair = [Group(40, (80,)), Group(60, (90, 90))]
    wide = arrange(pair, width=300, caption_height=16, chip_height=24, gaps=GAPS)
    assert wide.captions == ((0, 0), (92, 0))
    assert wide.chips == (((0, 16),), ((92, 16), (186, 16)))
    assert wide.height == 40
    narrow = arrange(pair, width=200, caption_height=16, chip_height=24, gaps=GAPS)
    assert narrow.captions == ((0, 0), (0, 48))
    tiny = arrange(pair, width=100, caption_height=16, chip_height=24, gaps=GAPS)
    assert tiny.chips[1] == ((0, 64), (0, 92))


@given(groups, st.integers(110, 600))
def test_chips_stay_inside_and_apart(groups: list[Group], width: int) -> None:
    places = arrange(groups, width=width, caption_height=16, chip_height=24, gaps=GAPS)
    boxes = []
    for group, caption, spots in zip(groups, places.captions, places.chips, strict=True):
        boxes.append((*caption, group.caption, 16))
        boxes += [(*spot, chip, 24) for spot, chip in zip(spots, group.chips, strict=True)]
    for place, (left, top, wide, high) in enumerate(boxes):
        assert left >= 0
        assert left + wide <= width
        assert top + high <= places.height
        for other_left, other_top, other_wide, other_high in boxes[:place]:
            beside = left >= other_left + other_wide or other_left >= left + wide
            below = top >= other_top + other_high or other_top >= top + high
            assert beside or below
