from __future__ import annotations

import json

from cnnviz.cli.output import print_json


def test_numbers_that_json_has_not_become_null(capsys):
    print_json({"a": float("nan"), "b": [{"c": -float("inf")}, 1.5], "d": "nan"})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [{"c": None}, 1.5], "d": "nan"}
