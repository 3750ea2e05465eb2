import pytest

from cnnviz.app.threads.answering import answer_or_reason
from cnnviz.errors import DataError


def raising(error):
    def work():
        raise error

    return work


def test_what_comes_out_is_the_answer_whatever_it_is(caplog):
    assert answer_or_reason(lambda: 3, "The sum could not be made") == 3
    assert answer_or_reason(lambda: None, "The sum could not be made") is None
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DataError("The file is empty."), "The file is empty."),
        (MemoryError(), "There is not enough memory for the sum."),
        (ZeroDivisionError("division by zero"), "The sum could not be made: division by zero."),
        (KeyError(), "The sum could not be made: KeyError."),
        (RuntimeError("It rains."), "The sum could not be made: It rains."),
    ],
)
def test_every_error_is_one_sentence(error, said):
    assert answer_or_reason(raising(error), "The sum could not be made", "the sum") == said


def test_only_errors_of_the_program_are_logged(caplog):
    answer_or_reason(raising(DataError("The file is empty.")), "The sum could not be made")
    answer_or_reason(raising(MemoryError()), "The sum could not be made")
    assert caplog.text == ""
    answer_or_reason(raising(ZeroDivisionError("odd")), "The sum could not be made")
    assert "The sum could not be made" in caplog.text
    assert "ZeroDivisionError: odd" in caplog.text


def test_whoever_ends_the_program_is_not_held_up():
    with pytest.raises(KeyboardInterrupt):
        answer_or_reason(raising(KeyboardInterrupt()), "The sum could not be made")
