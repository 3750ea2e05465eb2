from cnnviz.ui.widgets.work_bar import WorkBar


def test_a_share_fills_the_bar_and_no_number_is_written(qtbot):
    bar = WorkBar("Progress of the work")
    qtbot.addWidget(bar)
    bar.set_share(0.25)
    assert (bar.value() - bar.minimum()) / (bar.maximum() - bar.minimum()) == 0.25
    assert not bar.isTextVisible()
    assert bar.accessibleName() == "Progress of the work"
    assert bar.minimumSizeHint().width() <= bar.maximumWidth()
