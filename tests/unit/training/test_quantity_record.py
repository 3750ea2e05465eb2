"""The names of learned numbers in a run file stand for the numbers that have a scale there, one for one."""

from __future__ import annotations

import pytest

from cnnviz.data.quantities import Quantity
from cnnviz.data.treatment import Treatment
from cnnviz.spec.preparing import Preparing
from cnnviz.training.quantity_record import quantities_of, quantity_to_dict

SCALED = Treatment(Preparing(standardise_targets=True), target_means=(2.0, 3.0), target_deviations=(4.0, 5.0))


def items(*names: str) -> list[dict[str, str]]:
    return [quantity_to_dict(Quantity(name, "cm")) for name in names]


def test_named_numbers_get_their_scale():
    assert quantities_of(items("width", "height"), SCALED) == (
        Quantity("width", "cm", mean=2.0, deviation=4.0),
        Quantity("height", "cm", mean=3.0, deviation=5.0),
    )


def test_numbers_of_files_without_names_get_some():
    assert [quantity.name for quantity in quantities_of([], SCALED)] == ["output 0", "output 1"]
    assert quantities_of(items("a", "b", "c"), Treatment()) == tuple(Quantity(name, "cm") for name in "abc")


@pytest.mark.parametrize("names", ["a", "abc"])
def test_names_without_a_scale_are_refused_and_not_dropped(names):
    with pytest.raises(ValueError, match=f"must be 2 names, .* received {len(names)}"):
        quantities_of(items(*names), SCALED)
