"""What the official files look like, so that a data set can say whether its bytes are the official ones.

The checksums were published by others who hold the official files: MD5 of the pickled batches by torchvision,
SHA-256 of the Python archives by Keras, SHA-256 of the binary archives and batches by TensorFlow Datasets and
the Ruby port of torchvision. Nobody knows how to make a second file with a *given* MD5, so MD5 is enough to
recognise a file; downloads are checked by SHA-256 all the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """An official archive and how to recognise it.

    Attributes
    ----------
    key : str
        ``"cifar10"`` or ``"cifar100"``.
    file_name : str
        Name of the file in the Keras cache.
    url : str
        Where the authors publish it.
    sha256 : str
        SHA-256 of the whole file, 64 hexadecimal digits.
    size : int
        Length in bytes.
    """

    key: str
    file_name: str
    url: str
    sha256: str
    size: int

    @property
    def title(self) -> str:
        """Name to show."""
        return "CIFAR-10" if self.key == "cifar10" else "CIFAR-100"


ARCHIVES: dict[str, Archive] = {
    "cifar10": Archive(
        key="cifar10",
        file_name="cifar-10-python.tar.gz",
        url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
        sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        size=170_498_071,
    ),
    "cifar100": Archive(
        key="cifar100",
        file_name="cifar-100-python.tar.gz",
        url="https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
        sha256="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        size=169_001_437,
    ),
}
"""The archives that can be downloaded."""

OFFICIAL_FILES: dict[str, dict[str, str]] = {
    "cifar10-python": {
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    },
    "cifar10-binary": {
        "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        "test_batch.bin": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    },
    "cifar100-python": {
        "train": "16019d7e3df5f24257cddd939b257f8d",
        "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
        "meta": "7973b15100ade9c7d40fb424638fde48",
    },
    "cifar100-binary": {
        "train.bin": "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
        "test.bin": "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a",
    },
}
"""For each layout the checksum of every file that carries pictures or labels: MD5 (32 digits) or SHA-256 (64)."""


@dataclass(frozen=True)
class OfficialBatch:
    """By which labels the pictures of an official file are recognised, whatever became of the pictures.

    Attributes
    ----------
    pictures : int
        How many there are.
    first : tuple of int
        The labels of the first ten: nobody else's pictures come in this order.
    """

    pictures: int
    first: tuple[int, ...]


OFFICIAL_BATCHES: dict[str, dict[str, OfficialBatch]] = {
    "CIFAR-10": {
        "data_batch_1": OfficialBatch(10_000, (6, 9, 9, 4, 1, 1, 2, 7, 8, 3)),
        "data_batch_2": OfficialBatch(10_000, (1, 6, 6, 8, 8, 3, 4, 6, 0, 6)),
        "data_batch_3": OfficialBatch(10_000, (8, 5, 0, 6, 9, 2, 8, 3, 6, 2)),
        "data_batch_4": OfficialBatch(10_000, (0, 6, 0, 2, 7, 2, 1, 2, 4, 1)),
        "data_batch_5": OfficialBatch(10_000, (1, 8, 5, 1, 5, 7, 4, 3, 8, 2)),
        "test_batch": OfficialBatch(10_000, (3, 8, 8, 0, 6, 6, 1, 6, 3, 1)),
    },
    "CIFAR-100": {
        "train": OfficialBatch(50_000, (19, 29, 0, 11, 1, 86, 90, 28, 23, 31)),
        "test": OfficialBatch(10_000, (49, 33, 72, 51, 71, 92, 15, 14, 23, 0)),
    },
    "CIFAR-100, coarse": {
        "train": OfficialBatch(50_000, (11, 15, 4, 14, 1, 5, 18, 3, 10, 11)),
        "test": OfficialBatch(10_000, (10, 10, 0, 4, 10, 2, 11, 7, 10, 4)),
    },
}
"""The files by title, without ``.bin``; those of CIFAR-10 hold for both of its layouts."""


@dataclass(frozen=True)
class KnownCopy:
    """A public copy that is not the official files but well understood.

    Attributes
    ----------
    name : str
        Name to show.
    source : str
        Where it comes from, as a phrase to show.
    """

    name: str
    source: str


KNOWN_COPIES: dict[str, KnownCopy] = {
    "74f060f0e6b2ecc1": KnownCopy("CIFAR-10, JPEG copy", "a public copy re-encoded as JPEG (quality 75)"),
}
"""Fingerprint of a data set → what is known of it."""


@dataclass(frozen=True)
class Checksum:
    """What an official file gives.

    Attributes
    ----------
    algorithm : {"md5", "sha256"}
        How it is computed.
    digits : str
        In hexadecimal digits.
    """

    algorithm: str
    digits: str


def official_checksum(layout: str, name: str) -> Checksum | None:
    """Return the checksum by which an official file is recognised.

    Parameters
    ----------
    layout : str
        A key of :data:`OFFICIAL_FILES`.
    name : str
        File name without folder.

    Returns
    -------
    Checksum or None
        ``None`` for files of which nothing is known.
    """
    digits = OFFICIAL_FILES[layout].get(name)
    return None if digits is None else Checksum("md5" if len(digits) == 32 else "sha256", digits)
