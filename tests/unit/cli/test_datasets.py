from __future__ import annotations


def test_json_lists_the_bundled_digits(call_json):
    digits = next(item for item in call_json("datasets")["datasets"] if item["name"] == "digits")
    assert digits["sizes"] == {"train": 1197, "validation": 300, "test": 300}
    assert (digits["image_shape"], digits["classes"], digits["on_disk"]) == ([8, 8, 1], 10, True)
    assert "Alpaydin" in digits["credit"]


def test_the_table_credits_the_makers(call):
    status, out, err = call("datasets")
    assert (status, err) == (0, "")
    assert "CC BY 4.0" in out
    assert "Alpaydin" in out
