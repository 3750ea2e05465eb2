"""Pictures out of other programs, as window systems and browsers offer them."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from cnnviz.app.files.offered_picture import offers_picture, picture_in, use_offered
from cnnviz.app.selection import Selection
from cnnviz.errors import DataError
from tests.helpers.runs import few_digits

pytestmark = pytest.mark.usefixtures("qapp")

WEB = "https://example.org/cat.png"


def red() -> QImage:
    image = QImage(5, 3, QImage.Format.Format_RGB32)  # rows of 20 bytes; RGB888 would need filling bytes
    image.fill(QColor(255, 0, 0))
    image.setPixelColor(4, 2, QColor(0, 0, 255))
    return image


def offered(*urls: str, image: QImage | None = None) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    if image is not None:
        data.setImageData(image)
    return data


def data_address(image: QImage) -> str:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.data().data()).decode()}"


@pytest.mark.parametrize("format_", [QImage.Format.Format_RGB888, QImage.Format.Format_ARGB32])
def test_pixels_are_taken_as_they_are(format_):
    pixels = picture_in(offered(image=red().convertToFormat(format_)))
    assert pixels.shape == (3, 5, 4)
    assert pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert pixels[2, 4].tolist() == [0, 0, 255, 255]


def test_pixels_go_before_an_address_on_the_web():
    data = offered(WEB, image=red())
    assert offers_picture(data)
    assert picture_in(data).shape == (3, 5, 4)


def test_an_address_alone_is_refused_in_a_sentence():
    data = offered(WEB)
    assert offers_picture(data), "so that it can be said why"
    with pytest.raises(DataError, match="fetches nothing from the web"):
        picture_in(data)


def test_a_picture_within_an_address_is_read():
    assert np.array_equal(picture_in(offered(data_address(red()))), picture_in(offered(image=red())))


@pytest.mark.parametrize("address", ["data:image/png;base64,AAAA", "data:text/plain,cat", "data:,"])
def test_a_damaged_address_is_refused(address):
    with pytest.raises(DataError, match="no picture that can be read"):
        picture_in(offered(address))


def test_a_file_goes_before_all_else(tmp_path):
    path = tmp_path / "cat.png"
    Image.new("L", (8, 8), 200).save(path)
    assert picture_in(offered(QUrl.fromLocalFile(str(path)).toString(), image=red())) == path


def test_what_is_no_picture_is_not_taken(tmp_path):
    text = QMimeData()
    text.setText("conv1")
    folder = offered(QUrl.fromLocalFile(str(tmp_path)).toString())
    for data in (text, folder, QMimeData()):
        assert not offers_picture(data)
        assert picture_in(data) is None


def test_the_picture_is_fitted_and_selected_under_its_name():
    selection = Selection(few_digits())
    assert use_offered(selection, offered(image=red()), "pasted picture")
    assert (selection.own_name, selection.label) == ("pasted picture", None)
    assert selection.pixels.shape == (1, 8, 8)
    assert selection.fitting_steps
    before = selection.pixels
    assert not use_offered(selection, QMimeData(), "pasted picture")
    assert selection.pixels is before
