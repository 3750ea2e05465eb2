from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cnnviz.interpret.layer_study import Order, study_layer
from cnnviz.spec.layers import Conv2D
from cnnviz.spec.network import InputSpec, NetworkSpec
from cnnviz.ui.inspector.filter_order import PAGE, FilterOrder, OrderBar


def study_of(norms):
    spec = NetworkSpec(
        name="", input=InputSpec(height=1, width=1, channels=1),
        layers=(Conv2D(filters=len(norms), kernel_size=(1, 1), use_bias=False, id="c"),),
    )  # fmt: skip
    weights = {"c/weight": np.array(norms, np.float32).reshape(-1, 1, 1, 1)}
    return study_layer(spec, weights, "c", np.ones((1, 1, 1, 1)))


def test_filters_stay_as_they_stand_until_they_are_sorted():
    order = FilterOrder()
    order.begin(3)
    order.choose(Order.NORM)
    assert order.is_plain
    order.learn(study_of([1, 3, 2]))
    assert (order.all, order.is_stale) == ((0, 1, 2), True)
    order.sort()
    assert (order.all, order.is_stale, order.is_plain) == ((1, 2, 0), False, False)
    order.learn(study_of([9, 3, 2]))
    assert (order.all, order.is_stale) == ((1, 2, 0), True)
    order.choose(Order.DESIGN)
    assert order.all == (0, 1, 2)


def test_a_study_of_another_number_of_filters_sorts_nothing():
    order = FilterOrder()
    order.begin(2)
    order.choose(Order.NORM)
    order.learn(study_of([1, 3, 2]))
    order.sort()
    assert order.all == (0, 1)


def test_pages():
    order = FilterOrder()
    order.begin(PAGE + 3)
    assert order.shown == tuple(range(PAGE))
    order.turn_to(PAGE + 1)
    assert order.shown == (PAGE, PAGE + 1, PAGE + 2)
    order.turn_to(1000)
    assert order.page == 1
    order.forget()
    assert (order.count, order.page, order.shown) == (0, 0, ())


@pytest.fixture
def bar(qtbot):
    widget = OrderBar()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_an_order_is_chosen_and_sorted_again(bar, qtbot):
    order = FilterOrder()
    order.begin(2)
    bar.show_order(order, can_sort=True, is_paged=False)
    assert bar.choice.isVisible()
    assert not bar.again.isVisible()
    assert not bar.pager.isVisible()
    bar.choice.setFocus()
    with qtbot.waitSignal(bar.order_chosen) as chosen:
        qtbot.keyClick(bar.choice, Qt.Key.Key_Down)
    assert chosen.args == [Order.NORM]
    order.choose(Order.NORM)
    order.learn(study_of([1, 2]))
    bar.show_order(order, can_sort=True, is_paged=False)
    with qtbot.waitSignal(bar.sort_requested):
        bar.again.click()


def test_pages_are_turned(bar, qtbot):
    order = FilterOrder()
    order.begin(2 * PAGE + 1)
    bar.show_order(order, can_sort=False, is_paged=True)
    assert bar.pager.isVisible()
    assert not bar.choice.isVisible()
    assert bar.pager.label.text() == f"1–{PAGE} of {2 * PAGE + 1} maps"
    assert not bar.pager.before.isEnabled()
    with qtbot.waitSignal(bar.page_requested) as wanted:
        bar.pager.after.click()
    assert wanted.args == [1]
    order.page = 2
    bar.show_order(order, can_sort=False, is_paged=True)
    assert bar.pager.label.text() == f"{2 * PAGE + 1}–{2 * PAGE + 1} of {2 * PAGE + 1} maps"
    assert not bar.pager.after.isEnabled()
    with qtbot.waitSignal(bar.page_requested) as wanted:
        bar.pager.before.click()
    assert wanted.args == [1]
    bar.show_order(order, can_sort=False, is_paged=False)
    assert not bar.isVisible()
