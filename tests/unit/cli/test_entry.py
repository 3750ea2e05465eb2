from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cnnviz.cli import entry, main, summary
from cnnviz.errors import SpecError


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (SpecError("This is wrong."), 1, "cnnviz: This is wrong.\n"),
        (MemoryError(), 1, "cnnviz: There is not enough memory for this.\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
    ],
)
def test_errors_become_one_sentence_and_a_status(monkeypatch, capsys, error, status, sentence):
    def fail(options):
        raise error

    monkeypatch.setattr(summary, "run", fail)
    assert main(["summary", "lenet5"]) == status
    assert capsys.readouterr().err == sentence


def test_a_defect_of_the_program_is_not_hidden(monkeypatch):
    def fail(options):
        raise ZeroDivisionError

    monkeypatch.setattr(summary, "run", fail)
    with pytest.raises(ZeroDivisionError):
        main(["summary", "lenet5"])


def test_the_words_of_the_process_are_taken_where_none_are_given(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["cnnviz", "summary", "lenet5", "--json"])
    assert main() == entry.EXIT_OK
    assert '"parameters": 61706' in capsys.readouterr().out


def test_the_command_line_loads_neither_qt_nor_numpy_before_they_are_needed():
    program = (
        "import sys; from cnnviz.cli import main; main(['summary', 'lenet5', '--json']);"
        "print([name for name in ('numpy', 'PySide6', 'rich', 'PIL', 'safetensors') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("command", ["['summary', 'alexnet']", "['datasets']"])
def test_a_reader_that_goes_away_is_no_error_with_a_traceback(command, buffered):
    program = f"import sys; from cnnviz.cli import main; sys.exit(main({command}))"
    options = ["-c"] if buffered else ["-u", "-c"]
    process = subprocess.Popen(
        [sys.executable, *options, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == entry.EXIT_ERROR
    assert errors == ""


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_outputs_change_nothing(closed, tmp_path):
    out = tmp_path / "r.cnnviz"
    train = f"['train', 'digits-cnn', '--epochs', '1', '--out', {str(out)!r}]"
    program = f"import sys; from cnnviz.cli import main; sys.exit(main(['datasets']) or main({train}))"
    command = ["sh", "-c", f'"$0" -c "$1" {closed}', sys.executable, program]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert out.is_file()


def test_signs_that_an_output_lacks_are_replaced():
    program = "import sys; from cnnviz.cli import main; sys.exit(main(['summary', 'lenet5']))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert b"28?28?1" in result.stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
@pytest.mark.parametrize("command", [["datasets"], ["summary", "alexnet", "--json"]])
def test_an_output_without_room_is_named(command):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "cnnviz", *command], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert result.returncode == entry.EXIT_ERROR
    assert result.stderr == "cnnviz: The output cannot be written: No space left on device.\n"
